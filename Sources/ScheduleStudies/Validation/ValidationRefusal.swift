import PipelineModel
import Timeline

/// Why measured runs cannot be compared with predictions.
public enum ValidationRefusal: Error, Hashable, Sendable {
  /// There is no run at all.
  case noRuns
  /// All runs are held out, so that there is none to fit a calibration on.
  case nothingToFit
  /// A measured time that is none.
  case notATime(run: String, Double)
  /// Starts that are not one finite number for each operation.
  case notOneStartPerOperation(run: String, expected: Int)
  /// Orders that cannot be timed.
  case timeline(run: String, TimelineError)
  /// A calibration that a run's problem cannot bear.
  case problem(run: String, ProblemError)
}

extension ValidationRefusal: CustomStringConvertible {
  /// What was expected, in one line.
  public var description: String {
    switch self {
    case .noRuns: "expected a run, found none"
    case .nothingToFit: "expected a run to fit the calibration on, found all held out"
    case .notATime(let run, let time):
      "\(run.quoted): expected a measured time above 0 and up to \(ProblemRules.largestNumber.plain), "
        + "found \(time.plain)"
    case .notOneStartPerOperation(let run, let count):
      "\(run.quoted): expected a finite start for each of \(count) operations, found others"
    case .timeline(let run, let error): "\(run.quoted): \(error)"
    case .problem(let run, let error): "\(run.quoted): \(error)"
    }
  }
}
