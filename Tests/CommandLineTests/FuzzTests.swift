import Foundation
import TestSupport
import Testing

/// Files mutated at random: the program reads them or refuses them, and never dies.
@Suite("Mutated files")
struct FuzzTests {
  private let workspace: Workspace

  init() throws { workspace = try Workspace() }

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
      let input = Data(TextMutator.mutate(Array(file), using: &random))
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
      let file = index.isMultiple(of: 2) ? text.yaml : text.json
      let input = Data(TextMutator.mutate(Array(file.utf8), using: &random))
      let outcome = try workspace.pipeloom(["generate", "1f1b", "-"], input: input)
      // A good problem may leave too little memory for the family.
      if outcome.status == Status.badInput, outcome.errors.hasPrefix("pipeloom: 1F1B ") { continue }
      expectRefusalOrResult(outcome, of: input, [0, 65])
    }
  }

  @Test("Tables of runs", arguments: 0..<3)
  func runs(seed: UInt64) throws {
    var random = SeededGenerator(seed: 200 + seed)
    let table = """
      run,split,microbatches,measured_ms,forward_us_0,backward_us_0,forward_us_1,backward_us_1
      a,shown,4,0.25,10,20,11,21
      b,shown,2,0.15,10,20,11,22
      c,holdout,8,0.5,10,20,11,22
      """
    for _ in 0..<12 {
      let input = Data(TextMutator.mutate(Array(table.utf8), using: &random))
      let outcome = try workspace.pipeloom(
        ["validate", "-", "--schedule", "1f1b", "--calibrate", "all", "--json"], input: input)
      expectRefusalOrResult(outcome, of: input, [0, 65])
    }
  }
}
