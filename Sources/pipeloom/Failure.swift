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
    case interrupted = 75
  }

  var status: Status
  /// One line for a person; empty where standard output has said it all.
  var message: String
  /// Whether the same command on the same files always fails so, wherever it runs.
  var isLasting: Bool
  /// What is wrong with a file, and where in it, where that is the reason.
  private(set) var cause: FormatError?

  init(_ status: Status, _ message: String, isLasting: Bool = true) {
    self.status = status
    self.message = message
    self.isLasting = isLasting
  }

  /// The failure that an error of the modules amounts to; `nil` for an error of the argument parser.
  init?(_ error: any Error) {
    switch error {
    case let failure as Failure: self = failure
    case let error as FormatError:
      // A file may be another one the next time.
      self.init(.badInput, error.advice, isLasting: false)
      cause = error
    case let error as MeasurementError: self.init(.badInput, error.description)
    case let error as ProblemError:
      self.init(.badInput, error.description)
      cause = FormatError(.problem(error.reason), key: error.key)
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
    // The library, a plugin or its configuration is missing: the drawing itself is plain.
    case .graphviz, .noGraphviz, .noFonts: .missingComponent
    }
  }
}
