import PipelineModel
import ScheduleFormats
import ScheduleStudies

/// Measured runs against their predictions, for people and for machines.
struct ValidationReport: Encodable {
  /// The fitted times, in the problems' unit.
  struct Times: Encodable {
    let gap: Double?
    let step: Double?

    init(_ calibration: Calibration) { (gap, step) = (calibration.gap, calibration.step) }
  }

  /// One run; times in the problems' unit.
  struct Line: Encodable {
    let run: String
    let measured: Double
    let predicted: Double
    let error: Double
    let holdout: Bool
    let starts: Starts?
  }

  /// How far operations start from where they did, in the problems' unit.
  struct Starts: Encodable {
    let mean: Double
    let p95: Double
    let worst: Double
    let worstOperation: String
    let worstDevice: Int
    let worstRun: String

    init(_ differences: StartDifferences) {
      (mean, p95) = (differences.mean, differences.percentile95)
      worst = differences.worst.difference
      worstOperation = differences.worst.operation.description
      worstDevice = differences.worst.device.index
      worstRun = differences.worst.run
    }
  }

  /// What a choice of terms brings.
  struct Trial: Encodable {
    let calibrate: String
    let calibration: Times
    let fitted: ErrorSummary?
    let heldOut: ErrorSummary?
  }

  /// What a measured term brings to those before it.
  struct Contribution: Encodable {
    let term: String
    let fitted: ErrorSummary?
    let heldOut: ErrorSummary?
  }

  let unit: String?
  let calibrate: String
  let calibration: Times
  let runs: [Line]
  let fitted: ErrorSummary?
  let heldOut: ErrorSummary?
  let overall: ErrorSummary?
  let trials: [Trial]?
  let contributions: [Contribution]?
  /// Whether predictions follow from the runs that are not held out.
  let isFitted: Bool
  let starts: Starts?
  let times: RunTimes

  private enum CodingKeys: String, CodingKey {
    case unit, calibrate, calibration, runs, fitted, heldOut, overall, trials, contributions, starts
  }

  /// Takes what a study found.
  init(_ validation: Validation, times: RunTimes) {
    self.times = times
    unit = times.problems?.rawValue
    calibrate = validation.terms.rawValue
    calibration = Times(validation.calibration)
    runs = validation.outcomes.map { outcome in
      Line(
        run: outcome.run.name, measured: outcome.run.measured, predicted: outcome.predicted,
        error: outcome.error, holdout: outcome.run.isHeldOut,
        starts: outcome.startDifferences.map(Starts.init))
    }
    fitted = validation.fitted
    heldOut = validation.heldOut
    isFitted = validation.isFitted
    // Beside a fit, one figure for all would mix what was fitted with what was not.
    overall = isFitted ? nil : validation.overall
    contributions =
      validation.contributions.isEmpty
      ? nil
      : validation.contributions.map {
        Contribution(term: $0.term?.rawValue ?? "durations", fitted: $0.fitted, heldOut: $0.heldOut)
      }
    trials =
      validation.trials.isEmpty
      ? nil
      : validation.trials.map {
        Trial(
          calibrate: $0.terms.rawValue, calibration: Times($0.calibration), fitted: $0.fitted,
          heldOut: $0.heldOut)
      }
    starts = validation.testedStarts.map(Starts.init)
  }
}
