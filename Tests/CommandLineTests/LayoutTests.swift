import Foundation
import Testing

/// `--chunks`, `--placement`, `--pieces` and `--overlap`: a sequential problem laid out anew.
@Suite("Layouts of a sequential problem")
struct LayoutTests {
  private let workspace: Workspace

  init() throws { workspace = try Workspace() }

  /// The problem of a searched schedule.
  private func problem(_ arguments: String...) throws -> [String: Any] {
    let stages = """
      [{"forward": 3, "backwardInput": 5, "backwardWeight": 2, "activationForB": 4, "static": 1},
      {"repeat": 2, "forward": 2, "backwardInput": 3, "backwardWeight": 1, "activationForB": 2, "activationForW": 2},
      {"forward": 7, "backwardInput": 9, "backwardWeight": 6, "static": 3}]
      """
    let problem = ProblemText.plain.setting("devices", "4").setting("stages", stages)
    try workspace.write(problem.json, to: "p.json")
    let outcome = try workspace.pipeloom(
      ["search", "p.json", "--iterations", "0", "-o", "s.json"] + arguments)
    outcome.expectSuccess()
    try workspace.pipeloom("check", "s.json").expectSuccess()
    let file = try JSONSerialization.jsonObject(with: try workspace.data("s.json")) as? [String: Any]
    return try #require(file?["problem"] as? [String: Any])
  }

  private func stages(_ problem: [String: Any], _ key: String) throws -> [Double] {
    let stages = try #require(problem["stages"] as? [[String: Any]])
    return try stages.map { try #require(($0[key] as? NSNumber)?.doubleValue) }
  }

  @Test("Chunks are equal shares of their stage, in the model's order", arguments: ["loop", "v"])
  func chunks(placement: String) throws {
    let whole = try problem()
    let arranged = try problem("--chunks", "2", "--placement", placement)
    #expect(arranged["placement"] as? String == placement)
    for key in ["forward", "backwardInput", "backwardWeight", "activationForB", "activationForW", "static"] {
      let halves = try stages(whole, key).flatMap { [$0 / 2, $0 / 2] }
      #expect(try stages(arranged, key) == halves)
    }
  }

  @Test("Two copies in opposite directions share the batch")
  func bidirectional() throws {
    let arranged = try problem("--placement", "bidirectional")
    let placement = try #require(arranged["placement"] as? [[Int]])
    #expect(placement == (0..<4).map { [$0, 3 - $0] })
    let routes = try #require(arranged["routes"] as? [[String: Any]])
    #expect(routes.map { $0["microbatches"] as? [Int] } == [[0, 1], [2, 3]])
    #expect(routes.map { $0["devices"] as? [Int] } == [[0, 1, 2, 3], [3, 2, 1, 0]])
  }

  @Test("Weights of both copies count, activations of a microbatch once")
  func replicatedMemory() throws {
    let arguments = ["--devices", "2", "--microbatches", "2", "--static", "10", "--memory-limit"]
    let tight = try workspace.pipeloom(
      ["search", "--placement", "bidirectional", "--iterations", "0"] + arguments + ["21"])
    tight.expectSuccess()
    try workspace.pipeloom(["search", "--placement", "bidirectional"] + arguments + ["20.5"])
      .expectRefusal(Status.badInput, naming: ["--memory-limit", "at least 21"])
  }

  @Test("A memory limit as a multiple of 1F1B is that of the problem as it was given")
  func multiples() throws {
    let arguments = [
      "--devices", "4", "--microbatches", "8", "--static", "3", "--memory-limit", "1x", "--json",
    ]
    for layout in [
      [], ["--chunks", "2"], ["--chunks", "2", "--placement", "v"], ["--placement", "bidirectional"],
    ] {
      let outcome = try workspace.pipeloom(["search", "--iterations", "0"] + layout + arguments)
      outcome.expectSuccess()
      let devices = try #require(try outcome.object()["devices"] as? [[String: Any]])
      #expect(devices.allSatisfy { $0["memoryLimit"] as? Double == 7 })
    }
  }

  @Test("Routes of a file are kept, checked, timed and drawn")
  func routes() throws {
    try workspace.write(
      """
      pipeloom: problem/1
      devices: 3
      microbatches: 4
      placement: [0, [1, 2], 1]
      routes:
        - {microbatches: [1, 3], stages: [0, 1], devices: [0, 2]}
        - {devices: [0, 1, 1]}
      stages: [{repeat: 3, forward: 1, backwardInput: 1, backwardWeight: 1}]
      communication: 0.5
      """, to: "p.yaml")
    try workspace.pipeloom("search", "p.yaml", "--iterations", "1000", "-o", "s.json").expectSuccess()
    try workspace.pipeloom("check", "s.json").expectSuccess()
    try workspace.pipeloom("render", "s.json", "-o", "s.svg").expectSuccess()
    let simulated = try workspace.pipeloom("simulate", "s.json", "--json")
    simulated.expectSuccess()
    let devices = try #require(try simulated.object()["devices"] as? [[String: Any]])
    // Device 1 serves two stages for two microbatches, device 2 one for the other two.
    #expect(devices.map { $0["work"] as? Double } == [12, 12, 6])
  }

  @Test(
    "Layouts that a problem does not suit are refused by the flag",
    arguments: [
      ("--devices 3 --microbatches 4 --placement bidirectional", "--placement: expected an even count"),
      ("--devices 4 --microbatches 3 --placement bidirectional", "--placement: expected an even count"),
      ("--devices 4 --microbatches 4 --chunks 2 --placement bidirectional", "--chunks: expected 1"),
      (
        "--devices 60000 --microbatches 1 --chunks 2",
        "--chunks: expected a count from 1 to 65536, found 120000"
      ),
      ("p.yaml --chunks 2", "--chunks: expected the sequential placement"),
      ("p.yaml --pieces 2", "--pieces: expected the sequential placement"),
    ])
  func refusals(line: String, message: String) throws {
    try workspace.write(
      ProblemText.plain.setting("placement", "\"loop\"").setting("devices", "1").yaml, to: "p.yaml")
    try workspace.pipeloom(["search"] + line.split(separator: " ").map(String.init))
      .expectRefusal(Status.badInput, naming: [message])
  }

  @Test(
    "Flags that make no sense are usage errors",
    arguments: [
      ("--chunks 2 --pieces 2", "--pieces"), ("--placement v", "--placement v: expected --chunks"),
      ("--overlap 0", "--overlap: expected a number above 0"),
    ])
  func usage(line: String, message: String) throws {
    try workspace.pipeloom(["search", "uniform-4x8"] + line.split(separator: " ").map(String.init))
      .expectRefusal(Status.usage, naming: [message])
  }

  @Test("Counts out of range and unknown placements are usage errors")
  func counts() throws {
    try workspace.pipeloom("search", "uniform-4x8", "--chunks", "0").expectUsage(naming: ["--chunks"])
    try workspace.pipeloom("search", "uniform-4x8", "--pieces", "-1").expectUsage(naming: ["--pieces"])
    try workspace.pipeloom("generate", "1f1b", "uniform-4x8", "--placement", "zigzag").expectUsage(
      naming: ["--placement", "loop"])
  }
}
