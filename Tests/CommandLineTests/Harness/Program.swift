import Foundation
import Testing

/// The built program: the one that the environment names, or else the one beside the test executable.
enum Program {
  /// What is known of a finished run.
  struct Outcome {
    var status: Int32
    var diedBySignal: Bool
    var ranOutOfTime: Bool
    var output: Data
    var errors: String

    var text: String { String(decoding: output, as: UTF8.self) }
  }

  /// `PIPELOOM_PROGRAM` where that is set, as `make test` does, for the release build answers many times faster;
  /// otherwise where `swift build` put the program.
  static let url: URL = {
    if let path = ProcessInfo.processInfo.environment["PIPELOOM_PROGRAM"] {
      return URL(fileURLWithPath: path)
    }
    let executables = [
      CommandLine.arguments.first.map { URL(fileURLWithPath: $0) }, Bundle.main.executableURL,
    ]
    for executable in executables.compactMap({ $0 }) {
      var folder = executable.resolvingSymlinksInPath()
      // On macOS the executable lies inside a bundle.
      for _ in 0..<4 {
        folder.deleteLastPathComponent()
        let candidate = folder.appendingPathComponent("pipeloom")
        var isFolder: ObjCBool = false
        if FileManager.default.fileExists(atPath: candidate.path, isDirectory: &isFolder), !isFolder.boolValue
        {
          return candidate
        }
      }
    }
    Issue.record("no built program 'pipeloom' beside \(CommandLine.arguments.first ?? "the tests")")
    return URL(fileURLWithPath: "/nonexistent/pipeloom")
  }()

  /// Runs an executable to its end.
  ///
  /// All streams are files, so that no pipe can fill up; tests that need a pipe start a shell. Tests block
  /// their thread, so that no more processes run at once than there are cores.
  static func run(
    _ executable: URL, _ arguments: [String], input: Data, environment: [String: String],
    in workspace: Workspace
  ) throws -> Outcome {
    let streams = try workspace.newStreams(input: input)
    let child = try Spawn(
      executable.path, arguments,
      environment: ProcessInfo.processInfo.environment.merging(environment) { $1 },
      folder: workspace.folder.path, input: streams.input.path, output: streams.output.path,
      errors: streams.errors.path)
    let end = try child.wait(seconds: timeLimit)
    return Outcome(
      status: end.status, diedBySignal: end.diedBySignal, ranOutOfTime: end.ranOutOfTime,
      output: try Data(contentsOf: streams.output),
      errors: String(decoding: try Data(contentsOf: streams.errors), as: UTF8.self))
  }

  /// How many seconds a run may take; the slowest test needs a fraction of it.
  private static let timeLimit = 60.0
}
