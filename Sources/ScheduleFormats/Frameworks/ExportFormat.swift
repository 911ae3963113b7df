import PipelineModel
import Timeline

/// A format of another program in which a schedule can be written.
///
/// A format is one file and one line in `ExportFormats.all`.
public protocol ExportFormat: Sendable {
  /// The name on the command line, such as `torch-csv`.
  var name: String { get }
  /// What reads the format, in one line.
  var purpose: String { get }

  /// Writes a schedule.
  ///
  /// - Throws: `ExportRefusal` when the program that reads the format could not run the schedule.
  /// - Complexity: O(operations) unless said otherwise.
  func encode(_ timeline: Timeline) throws(ExportRefusal) -> [UInt8]

  /// What has to be written beside the file for some schedules.
  ///
  /// - Throws: `ExportRefusal` as `encode` does.
  /// - Complexity: O(stages x microbatches).
  func supplements(of timeline: Timeline) throws(ExportRefusal) -> [ExportSupplement]

  /// The frameworks whose settings for such a file can be written beside it; one whose versions are configured in
  /// several ways is there once for each.
  var configurations: [any ConfigurationFormat] { get }

  /// Whether it says what streams of devices and tasks do.
  var knowsStreams: Bool { get }
}

/// A file that belongs beside an exported one, and says what that cannot.
public struct ExportSupplement: Hashable, Sendable {
  /// The ending of its name in place of the exported file's, without the first dot: `checkpoint.json`.
  public let fileEnding: String
  /// What it is about, in a few words.
  public let purpose: String
  /// What it holds.
  public let bytes: [UInt8]
}

extension ExportFormat {
  /// Most formats say everything in one file.
  public func supplements(of timeline: Timeline) throws(ExportRefusal) -> [ExportSupplement] { [] }

  /// Most formats need no settings.
  public var configurations: [any ConfigurationFormat] { [] }

  /// Most formats know one queue a device, and passes alone.
  public var knowsStreams: Bool { false }

  /// Refuses a schedule with streams or tasks where the format cannot say what they do.
  ///
  /// - Throws: `ExportRefusal` where it cannot.
  public func checkStreams(of problem: Problem) throws(ExportRefusal) {
    guard let written = problem.layout?.written, !knowsStreams else { return }
    throw .streams(written, of: problem)
  }
}

/// The settings of a framework that make it run an exported file, as a fragment of its configuration file.
public protocol ConfigurationFormat: Sendable {
  /// The framework's name on the command line, such as `torchtitan`.
  var name: String { get }
  /// The ending of the framework's configuration files, without the dot.
  var fileEnding: String { get }

  /// Writes the fragment.
  ///
  /// - Parameters:
  ///   - file: the path of the exported file, as the framework is to find it.
  ///   - microbatchSize: how many samples make a microbatch.
  /// - Throws: `ExportRefusal` when the framework cannot be told where the problem's stages are.
  func encode(_ problem: Problem, file: String, microbatchSize: Int) throws(ExportRefusal) -> [UInt8]
}

/// A format of another program from which a schedule can be read back.
public protocol ImportFormat: ExportFormat {
  /// The largest text that is read, in bytes.
  var largestText: Int { get }

  /// Reads the order of operations for a problem; it is complete, but may not be able to run.
  ///
  /// - Parameter file: the name that messages give the text; `-` stands for standard input.
  /// - Throws: `FormatError` naming the first place that cannot be and what was expected there.
  /// - Complexity: O(text).
  func decode(_ bytes: [UInt8], file: String, for problem: Problem) throws(FormatError) -> Orders

  /// The problem that a text implies by itself, with unit costs; `nil` where the format says too little.
  ///
  /// - Parameter file: the name that messages give the text; `-` stands for standard input.
  /// - Throws: `FormatError` naming the first place that cannot be and what was expected there.
  /// - Complexity: O(text).
  func impliedProblem(of bytes: [UInt8], file: String) throws(FormatError) -> Problem?
}

extension ImportFormat {
  /// Most formats need a problem beside them.
  public func impliedProblem(of bytes: [UInt8], file: String) throws(FormatError) -> Problem? { nil }
}

/// The formats of other programs.
public enum ExportFormats {
  /// All formats, in the order in which they are listed.
  public static let all: [any ExportFormat] = [
    // Training frameworks.
    TorchCSV(),
    TorchComms(),
    MegatronArguments(),
    PrimusOverrides(),
    FlagScaleSettings(),
    ColossalAINodes(),
    SkipPipe(),
    GenericProgram(),
    // Trace viewers.
    PerfettoTrace(),
  ]

  /// The formats that can be read back.
  public static var importable: [any ImportFormat] { all.compactMap { $0 as? any ImportFormat } }

  /// The format of a name; `nil` when there is none.
  public static func named(_ name: String) -> (any ExportFormat)? { all.first { $0.name == name } }
}
