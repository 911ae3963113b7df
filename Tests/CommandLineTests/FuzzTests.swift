import Foundation
import TestSupport
import Testing

/// Files mutated at random: the program reads them or refuses them, and never dies.
@Suite("Mutated files")
struct FuzzTests {
  private let workspace: Workspace

  init() throws { workspace = try Workspace() }

  /// One to four random changes: bytes flipped, removed, repeated, or replaced by what parsers stumble over.
  private static func mutate(_ data: Data, using random: inout SeededGenerator) -> Data {
    let morsels = [
      "-", "1e999", "-1", "99999999999", "0.1", "null", "NaN", "[", "]", "{", "}", "\"", ",", ":", "\\u0000",
      "&a ", "*a ", "!!int ", "\n", "\t", "\u{FEFF}", "1e-320", "true", "- ", "? ", "|", "#", "%",
      "\u{1F600}",
    ]
    var bytes = Array(data)
    for _ in 0..<Int.random(in: 1...4, using: &random) where !bytes.isEmpty {
      let start = Int.random(in: 0..<bytes.count, using: &random)
      let end = min(bytes.count, start + Int.random(in: 1...12, using: &random))
      switch Int.random(in: 0..<6, using: &random) {
      case 0: bytes[start] ^= 1 << UInt8.random(in: 0..<8, using: &random)
      case 1: bytes.removeSubrange(start..<end)
      case 2: bytes.insert(contentsOf: Array(bytes[start..<end]), at: start)
      case 3: bytes.removeSubrange(end...)
      default:
        let morsel = morsels[Int.random(in: 0..<morsels.count, using: &random)]
        // A digit is where a number stands: most of the file's meaning.
        let digit = bytes[start...].firstIndex { (0x30...0x39).contains($0) } ?? start
        bytes.replaceSubrange(digit..<digit + 1, with: Array(morsel.utf8))
      }
    }
    return Data(bytes)
  }

  private func expectRefusalOrResult(_ outcome: Program.Outcome, of input: Data, _ statuses: Set<Int32>) {
    let text = String(decoding: input, as: UTF8.self)
    #expect(!outcome.ranOutOfTime && !outcome.diedBySignal, "\(outcome.errors) of \(text)")
    #expect(statuses.contains(outcome.status), "\(outcome.errors) of \(text)")
    if outcome.status == Status.badInput {
      outcome.expectRefusal(Status.badInput, naming: ["standard input"])
    } else {
      #expect(outcome.errors.isEmpty, "\(outcome.errors) of \(text)")
    }
  }

  @Test("Schedules", arguments: 0..<5)
  func schedules(seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    let file = try workspace.generate(
      "zb-h1", "--devices", "2", "--microbatches", "2", "--memory-limit", "2", to: "s.json")
    for index in 0..<8 {
      let input = Self.mutate(file, using: &random)
      expectRefusalOrResult(try workspace.pipeloom(["check", "-"], input: input), of: input, [0, 1, 65])
      let command =
        index.isMultiple(of: 4) ? ["render", "-", "--format", "svg", "-o", "-"] : ["simulate", "-"]
      expectRefusalOrResult(try workspace.pipeloom(command, input: input), of: input, [0, 65])
    }
    #expect(try workspace.names() == ["s.json"])
  }

  @Test("Problems in YAML and JSON", arguments: 0..<5)
  func problems(seed: UInt64) throws {
    var random = SeededGenerator(seed: 100 + seed)
    let text = ProblemText.plain.setting("name", #""fuzz & <name>""#)
      .setting("units", #"{"time": "ms", "memory": "GiB"}"#).setting("memoryLimit", "[2, 2]")
      .setting("communication", #"{"latency": [[0, 0.5], [0.25, 0]]}"#).setting("optimizerStep", "1")
      .setting("placement", #""sequential""#)
    for index in 0..<16 {
      let input = Self.mutate(Data((index.isMultiple(of: 2) ? text.yaml : text.json).utf8), using: &random)
      let outcome = try workspace.pipeloom(["generate", "1f1b", "-"], input: input)
      // A good problem may leave too little memory for the family.
      if outcome.status == Status.badInput, outcome.errors.hasPrefix("pipeloom: 1F1B ") { continue }
      expectRefusalOrResult(outcome, of: input, [0, 65])
    }
  }
}
