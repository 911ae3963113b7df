import Diagrams
import Measurement
import ScheduleFormats
import ScheduleStudies

/// The iterations that traces recorded.
struct TraceSource: ValidationSource {
  private let measured: MeasuredRuns
  private let path: FilePath

  var runs: [ValidationRun] { measured.runs }
  var isMeasured: Bool { true }
  var times: RunTimes { RunTimes(problems: .milliseconds, people: .milliseconds) }

  /// Measures a job on every other iteration.
  init(_ run: MeasuredRun, path: FilePath) throws(Failure) {
    self.path = path
    do throws(ValidationRefusal) {
      measured = try MeasuredRuns(run, name: path.lastName.inputName)
    } catch {
      throw Failure(.badInput, "\(path.inputName): \(error)")
    }
  }

  /// One iteration as it ran, above the same as predicted: that of the middle error among those that tell.
  func picture(
    of validation: Validation, _ report: ValidationReport, allowed: Double?, as format: DiagramFormat
  ) throws -> [UInt8] {
    let drawn = validation.outcomes.indices.filter { validation.outcomes[$0].startDifferences != nil }
    let heldOut = drawn.filter { validation.outcomes[$0].run.isHeldOut }
    let sorted = (heldOut.isEmpty ? drawn : heldOut)
      .sorted { abs(validation.outcomes[$0].error) < abs(validation.outcomes[$1].error) }
    guard !sorted.isEmpty else {
      return try report.chart(named: path.lastName.inputName, allowed: allowed).render(as: format)
    }
    let index = sorted[sorted.count / 2]
    return try report.chart(of: validation.outcomes[index], measured.iterations[index]).render(as: format)
  }
}
