import Diagrams
import Measurement
import PipelineModel
import ScheduleFamilies
import ScheduleFormats
import ScheduleSearch
import Timeline

/// A reason to stop, with the exit status that scripts can tell it by.
struct Failure: Error {
  /// The exit statuses of design and `--help`.
  enum Status: Int32 {
    case violations = 1
    case usage = 64
    case badInput = 65
    case missingInput = 66
    case missingComponent = 69
    case defect = 70
    case inputOutput = 74
  }

  var status: Status
  /// One line for a person; empty where standard output has said it all.
  var message: String

  init(_ status: Status, _ message: String) {
    self.status = status
    self.message = message
  }

  /// The failure that an error of the modules amounts to; `nil` for an error of the argument parser.
  init?(_ error: any Error) {
    switch error {
    case let failure as Failure: self = failure
    case let error as FormatError: self.init(.badInput, error.advice)
    case let error as MeasurementError: self.init(.badInput, error.description)
    case let error as ProblemError: self.init(.badInput, error.description)
    case let error as TimelineError: self.init(.badInput, error.description)
    case let error as SearchError: self.init(.badInput, error.description)
    case let error as FamilyError:
      if case .unknown = error {
        self.init(.usage, error.advice)
      } else {
        self.init(.badInput, error.advice)
      }
    case let error as DiagramError: self.init(Self.status(of: error), error.advice)
    default: return nil
    }
  }

  private static func status(of error: DiagramError) -> Status {
    switch error {
    case .emptyWindow, .windowOutside, .windowWithoutTime, .lanesWithoutTime, .noDevices, .widthOutOfRange:
      .usage
    case .imageTooLarge, .fileTooLarge, .badTimes, .badFigure, .graphTooLarge: .badInput
    // A plugin or its configuration is missing: the drawing itself is plain.
    case .graphviz, .noFonts: .missingComponent
    }
  }
}
