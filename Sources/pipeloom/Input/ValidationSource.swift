import Diagrams
import ScheduleStudies

/// Where measured runs come from.
protocol ValidationSource {
  /// The runs with what they ran.
  var runs: [ValidationRun] { get }
  /// Whether their problems are what the runs that are not held out tell.
  var isMeasured: Bool { get }
  /// The units of their times.
  var times: RunTimes { get }

  /// A picture of what ran above what was predicted.
  ///
  /// - Parameter allowed: the error up to which predictions are good enough, where the user says it.
  func picture(
    of validation: Validation, _ report: ValidationReport, allowed: Double?, as format: DiagramFormat
  ) throws -> [UInt8]
}
