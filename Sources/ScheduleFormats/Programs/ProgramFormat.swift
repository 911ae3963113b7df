import PipelineModel

/// A format whose files are programs: per rank, one order of operations, sends and receives, which stays as it is.
///
/// A format is one file and one line in `ProgramFormats.all`.
public protocol ProgramFormat: Sendable {
  /// The name on the command line, such as `torch-comms`.
  var name: String { get }
  /// The largest text that is read, in bytes.
  var largestText: Int { get }

  /// The problem that a text implies by itself: its stages and routes, and 1 for each part of a pass.
  ///
  /// - Parameter file: the name that messages give the text; `-` stands for standard input.
  /// - Throws: `FormatError` naming the first place that cannot be and what was expected there.
  /// - Complexity: O(text).
  func impliedProblem(of bytes: [UInt8], file: String) throws(FormatError) -> Problem

  /// The route of each microbatch as a text has it, for a problem whose routes are open.
  ///
  /// - Throws: `FormatError` as `impliedProblem` does.
  func routes(of bytes: [UInt8], file: String) throws(FormatError) -> [Route]

  /// Reads the programs for a problem, one per device. Whether they can run, and run the problem, is not judged.
  ///
  /// - Throws: `FormatError` naming the first place that cannot be and what was expected there.
  /// - Complexity: O(text).
  func decode(_ bytes: [UInt8], file: String, for problem: Problem) throws(FormatError) -> [RankProgram]
}

extension ProgramFormat {
  /// Those of the problem that the text implies.
  public func routes(of bytes: [UInt8], file: String) throws(FormatError) -> [Route] {
    let problem = try impliedProblem(of: bytes, file: file)
    return problem.microbatches.indices.map { problem.route(of: Microbatch.ID($0)) }
  }
}

/// The formats of programs.
public enum ProgramFormats {
  /// All formats, in the order in which they are listed.
  public static let all: [any ProgramFormat] = [GenericProgram(), TorchComms()]

  /// The format of a name; `nil` when there is none.
  public static func named(_ name: String) -> (any ProgramFormat)? { all.first { $0.name == name } }
}
