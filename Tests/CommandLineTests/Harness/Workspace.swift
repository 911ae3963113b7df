import Foundation
import Testing

/// A fresh folder in which one test runs the program; removed when the test lets it go.
final class Workspace {
  /// The working folder of every run.
  let folder: URL
  private let streams: URL
  private var runs = 0

  init() throws {
    let root = FileManager.default.temporaryDirectory.appendingPathComponent("pipeloom-\(UUID().uuidString)")
    folder = root.appendingPathComponent("work")
    streams = root.appendingPathComponent("streams")
    for folder in [folder, streams] {
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    }
  }

  deinit { try? FileManager.default.removeItem(at: folder.deletingLastPathComponent()) }

  /// Runs the program with arguments, in the working folder.
  func pipeloom(
    _ arguments: String..., input: String = "", environment: [String: String] = [:]
  ) throws -> Program.Outcome {
    try pipeloom(arguments, input: Data(input.utf8), environment: environment)
  }

  /// Runs the program with arguments, in the working folder.
  func pipeloom(
    _ arguments: [String], input: Data = Data(), environment: [String: String] = [:]
  ) throws -> Program.Outcome {
    try Program.run(Program.url, arguments, input: input, environment: environment, in: self)
  }

  /// Runs a line of shell, which finds the program as `$pipeloom`.
  func shell(_ line: String) throws -> Program.Outcome {
    try Program.run(
      URL(fileURLWithPath: "/bin/sh"), ["-c", line], input: Data(),
      environment: ["pipeloom": Program.url.path], in: self)
  }

  /// Makes a schedule file with the program.
  @discardableResult
  func generate(_ arguments: String..., to name: String) throws -> Data {
    let outcome = try pipeloom(["generate"] + arguments + ["-o", name])
    try #require(outcome.status == 0, "\(outcome.errors)")
    return try data(name)
  }

  func url(_ name: String) -> URL { folder.appendingPathComponent(name) }

  func write(_ text: String, to name: String) throws { try write(Data(text.utf8), to: name) }

  func write(_ data: Data, to name: String) throws { try Self.write(data, to: url(name)) }

  func data(_ name: String) throws -> Data { try Data(contentsOf: url(name)) }

  func text(_ name: String) throws -> String { String(decoding: try data(name), as: UTF8.self) }

  func exists(_ name: String) -> Bool { FileManager.default.fileExists(atPath: url(name).path) }

  /// The names of everything in the working folder, hidden or not, in order.
  func names() throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
  }

  func newStreams(input: Data) throws -> (input: URL, output: URL, errors: URL) {
    runs += 1
    let urls = ["input", "output", "errors"].map { streams.appendingPathComponent("\(runs).\($0)") }
    if input.isEmpty { return (URL(fileURLWithPath: "/dev/null"), urls[1], urls[2]) }
    try Self.write(input, to: urls[0])
    return (urls[0], urls[1], urls[2])
  }

  /// Writes without waiting for the disk, as Foundation does.
  private static func write(_ data: Data, to url: URL) throws {
    guard let file = fopen(url.path, "w") else { throw CocoaError(.fileWriteUnknown) }
    let count = data.withUnsafeBytes { fwrite($0.baseAddress, 1, $0.count, file) }
    guard fclose(file) == 0, count == data.count else { throw CocoaError(.fileWriteUnknown) }
  }
}
