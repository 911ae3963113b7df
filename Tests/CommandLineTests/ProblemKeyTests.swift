import Foundation
import Testing

/// Missing passes, graphs of stages, factors, gaps, barriers and tails through the built program.
@Suite("Every command takes every key of a problem")
struct ProblemKeyTests {
  /// A frozen encoder and a trained one beside each other, frozen weights, and a last stage timed as a whole.
  private static let graph = """
    pipeloom: problem/1
    devices: 4
    microbatches:
      - {scale: {F: 1.5, B: 2}, memory: 1.25, name: long}
      - {}
      - {scale: [2, 1, 1, 1], memory: [2, 1, 1, 1]}
    stages:
      - {inputs: [], forward: 4, backward: none, activationForB: 0.5}
      - {inputs: [], forward: 2, backwardInput: 2, backwardWeight: 1}
      - {inputs: [0, 1], forward: 4, backwardInput: 5, backwardWeight: none, activationForB: 6, checkpoint: 2}
      - {inputs: [2], forward: 4, backward: 9, firstForward: 10, lastBackward: 12}
    communication: 0.5
    overlap: {forwardBackward: [0.9, 1, 1, 0.9]}
    gap: {FF: 0.25, FB: 0.5, BF: 0.5, BB: 0.25}
    barrier: [[0, 3], [1]]
    optimizerStep: 3
    tail: 5

    """

  /// Two stages on two devices, the first without a backward pass.
  private static let chain = """
    pipeloom: problem/1
    devices: 2
    microbatches: 2
    stages:
      - {forward: 2, backward: none}
      - {forward: 3, backward: 5, firstForward: 4, lastBackward: 6}
    communication: 1
    gap: 0.5
    barrier: all
    optimizerStep: [1, 2]
    tail: 4

    """

  private let workspace: Workspace

  init() throws {
    workspace = try Workspace()
    try workspace.write(Self.graph, to: "graph.yaml")
    try workspace.write(Self.chain, to: "chain.yaml")
  }

  @Test("times of a family are those worked out by hand")
  func times() throws {
    try workspace.generate("gpipe", "chain.yaml", to: "s.json")
    let text = try workspace.text("s.json")
    // Device 0: F 0-2, gap, F 2.5-4.5. Device 1: the first F 3-7, F 7.5-10.5, BW 11-16, the last BW 16.5-22.5.
    // Both step from 22.5, for 1 and for 2; the tail ends at 28.5.
    for line in [
      #"{"op": "F", "stage": 0, "microbatch": 1, "start": 2.5, "end": 4.5}"#,
      #"{"op": "F", "stage": 1, "microbatch": 0, "start": 3, "end": 7}"#,
      #"{"op": "F", "stage": 1, "microbatch": 1, "start": 7.5, "end": 10.5}"#,
      #"{"op": "BW", "stage": 1, "microbatch": 0, "start": 11, "end": 16}"#,
      #"{"op": "BW", "stage": 1, "microbatch": 1, "start": 16.5, "end": 22.5}"#, #""makespan": 28.5"#,
    ] {
      #expect(text.contains(line), "\(line)")
    }
    #expect(!text.contains(#""op": "B""#) && !text.contains(#""op": "W""#))
    try workspace.pipeloom("check", "s.json").expectSuccess()
  }

  @Test("search, check, simulate, compare, render and export take a graph with all keys")
  func commands() throws {
    try workspace.pipeloom("search", "graph.yaml", "--iterations", "200", "-o", "s.json").expectSuccess()
    try workspace.pipeloom("check", "s.json").expectSuccess()
    try workspace.pipeloom("check", "s.json", "--communication", "rendezvous").expectSuccess()
    let report = try workspace.pipeloom("simulate", "s.json")
    report.expectSuccess()
    #expect(
      report.text.contains(
        "F 2–4 · B 2–5 · W 1 · BW 9 · communication 0.5 · gap 0.25–0.5 · optimizer step 3 · tail 5"),
      "\(report.text)")
    try workspace.pipeloom("simulate", "s.json", "--problem", "graph.yaml", "-o", "again.json")
      .expectSuccess()
    try workspace.pipeloom("compare", "s.json", "again.json", "-o", "c.svg").expectSuccess()
    try workspace.pipeloom("render", "s.json", "-o", "s.svg").expectSuccess()
    try workspace.pipeloom("render", "s.json", "--view", "paths", "-o", "paths.svg").expectSuccess()
    for format in ["program", "perfetto"] {
      try workspace.pipeloom("export", "s.json", "--format", format, "-o", "\(format).json").expectSuccess()
    }
    let written = try workspace.text("s.json")
    for key in [
      #""inputs": [0, 1]"#, #""backward": "none""#, #""backwardWeight": "none""#, #""backward": 9"#,
      #""checkpoint": 2"#, #""firstForward": 10"#, #""lastBackward": 12"#,
      #"{"scale": {"F": 1.5, "B": 2}, "memory": 1.25"#,
      #""memory": [2, 1, 1, 1]"#, #""overlap": {"forwardBackward": [0.9, 1, 1, 0.9]}"#,
      #""gap": {"FF": 0.25, "FB": 0.5, "BF": 0.5, "BB": 0.25}"#, #""barrier": [[0, 3], [1]]"#, #""tail": 5"#,
    ] {
      #expect(written.contains(key), "\(key)")
    }
  }

  @Test("what cannot be is refused in one line, and everything else is compared")
  func refusals() throws {
    try workspace.pipeloom("generate", "1f1b", "graph.yaml")
      .expectRefusal(Status.badInput, naming: ["1F1B needs a chain of stages"])
    try workspace.pipeloom("generate", "zb-h1", "chain.yaml")
      .expectRefusal(Status.badInput, naming: ["ZB-H1 needs backward passes in parts", "stage 1"])
    try workspace.generate("1f1b", "chain.yaml", to: "s.json")
    try workspace.pipeloom("export", "s.json", "--format", "torch-csv", "-o", "s.csv")
      .expectRefusal(Status.badInput, naming: ["a backward pass of every stage", "stage 0"])
    let families = try workspace.pipeloom("compare", "--families", "1f1b,gpipe,zb-h1", "chain.yaml")
    families.expectSuccess()
    #expect(families.text.contains("Left out: ZB-H1 needs backward passes in parts"), "\(families.text)")
    // Two activations, and no gradient for a stage without a backward pass.
    let lines = try workspace.pipeloom("compare", "s.json", "--json").objects()
    #expect(lines.map { $0["communicationVolume"] as? Double } == [2])
  }

  @Test("an order for PyTorch is read under a problem of frozen weights and whole backward passes")
  func imported() throws {
    try workspace.write(
      Self.chain.replacingOccurrences(of: "backward: none", with: "backwardInput: 2, backwardWeight: none"),
      to: "p.yaml")
    try workspace.write("0F0,0F1,0B0,0B1\n1F0,1B0,1F1,1B1\n", to: "s.csv")
    try workspace.pipeloom("import", "s.csv", "--format", "torch-csv", "--problem", "p.yaml", "-o", "s.json")
      .expectSuccess()
    #expect(try workspace.text("s.json").contains(#"{"op": "B", "stage": 0, "microbatch": 1"#))
    try workspace.pipeloom("check", "s.json").expectSuccess()
  }
}
