import PipelineModel
import ScheduleFamilies
import TestSupport
import Testing
import Timeline

@testable import ScheduleFormats

@Suite("Node lists and generic programs")
struct FrameworkFormatTests {
  private func text(_ format: any ExportFormat, _ timeline: Timeline) throws -> String {
    String(decoding: try format.encode(timeline), as: UTF8.self)
  }

  /// One device with both ends of the model and one in the middle, one microbatch.
  private func vTimeline() throws -> Timeline {
    try TorchCSVTests.timeline(
      ["0F0 3F0 3I0 3W0 0B0", "1F0 2F0 2B0 1B0"], placement: .v, stages: 4, microbatches: 1)
  }

  @Test("the generic program of a V by hand")
  func program() throws {
    #expect(
      try text(GenericProgram(), vTimeline()) == """
        {
          "pipeloom": "program/1",
          "ranks": 2,
          "stages": [
            {"ranks": [0]},
            {"ranks": [1]},
            {"ranks": [1]},
            {"ranks": [0]}
          ],
          "microbatches": 1,
          "programs": [
            {"rank": 0, "instructions": [
              {"op": "F", "stage": 0, "microbatch": 0},
              {"op": "SEND", "payload": "activation", "stage": 0, "microbatch": 0, "peer": 1, "peerStage": 1, "pair": 0},
              {"op": "RECV", "payload": "activation", "stage": 3, "microbatch": 0, "peer": 1, "peerStage": 2, "pair": 1},
              {"op": "F", "stage": 3, "microbatch": 0},
              {"op": "B", "stage": 3, "microbatch": 0},
              {"op": "SEND", "payload": "gradient", "stage": 3, "microbatch": 0, "peer": 1, "peerStage": 2, "pair": 2},
              {"op": "W", "stage": 3, "microbatch": 0},
              {"op": "RECV", "payload": "gradient", "stage": 0, "microbatch": 0, "peer": 1, "peerStage": 1, "pair": 3},
              {"op": "BW", "stage": 0, "microbatch": 0}
            ]},
            {"rank": 1, "instructions": [
              {"op": "RECV", "payload": "activation", "stage": 1, "microbatch": 0, "peer": 0, "peerStage": 0, "pair": 0},
              {"op": "F", "stage": 1, "microbatch": 0},
              {"op": "F", "stage": 2, "microbatch": 0},
              {"op": "SEND", "payload": "activation", "stage": 2, "microbatch": 0, "peer": 0, "peerStage": 3, "pair": 1},
              {"op": "RECV", "payload": "gradient", "stage": 2, "microbatch": 0, "peer": 0, "peerStage": 3, "pair": 2},
              {"op": "BW", "stage": 2, "microbatch": 0},
              {"op": "BW", "stage": 1, "microbatch": 0},
              {"op": "SEND", "payload": "gradient", "stage": 1, "microbatch": 0, "peer": 0, "peerStage": 0, "pair": 3}
            ]}
          ]
        }

        """)
  }

  @Test("a pair of the generic program, and layers of stages")
  func programPair() throws {
    let stage = Stage(forward: 1, backwardInput: 1, backwardWeight: 1, layers: ["a \"b\""])
    let problem = try Problem(
      devices: [Device()], stages: [stage], microbatches: Array(repeating: Microbatch(), count: 2))
    let orders = Orders(
      operations: try TorchCSVTests.order("0F0 0F1 0B0 0B1"), bounds: [0, 4], pairs: [1])
    let program = try text(GenericProgram(), Timeline(Schedule(problem: problem, orders: orders)))
    #expect(program.contains(#"    {"ranks": [0], "layers": ["a \"b\""]}"#))
    #expect(
      program.contains(
        #"{"op": "OVERLAP", "parts": [{"op": "F", "stage": 0, "microbatch": 1}, {"op": "BW", "stage": 0, "microbatch": 0}]}"#
      ))
  }

  /// Receives stand before the first operation that ends after the message's producer.
  @Test("the nodes of a V by hand: chunk 0 goes down, chunk 1 up; BW is B, its message, then W")
  func nodes() throws {
    /// Nodes as `type chunk microbatch`, short for what ColossalAI calls them.
    func list(_ rank: Int, _ nodes: String) -> String {
      let names = ["SF": "SEND_FORWARD", "RF": "RECV_FORWARD", "SB": "SEND_BACKWARD", "RB": "RECV_BACKWARD"]
      let lines = nodes.split(separator: ", ").map { node in
        let parts = node.split(separator: " ").map(String.init)
        return
          #"    {"type": "\#(names[parts[0]] ?? parts[0])", "chunk": \#(parts[1]), "stage": \#(rank), "minibatch": \#(parts[2])}"#
      }
      return "  [\n" + lines.joined(separator: ",\n") + "\n  ]"
    }
    let timeline = try TorchCSVTests.timeline(
      ["0F0 0F1 3F0 3I0 3W0 3F1 3B1 0B0 0B1", "1F0 2F0 1F1 2F1 2B0 1B0 2B1 1B1"], placement: .v, stages: 4,
      microbatches: 2)
    let first = list(
      0,
      "F 0 0, SF 0 0, F 0 1, SF 0 1, RF 1 0, F 1 0, RF 1 1, B 1 0, SB 1 0, W 1 0, F 1 1, B 1 1, SB 1 1, W 1 1, "
        + "RB 0 0, B 0 0, W 0 0, RB 0 1, B 0 1, W 0 1")
    let second = list(
      1,
      "RF 0 0, RF 0 1, F 0 0, F 1 0, SF 1 0, F 0 1, F 1 1, SF 1 1, RB 1 0, B 1 0, W 1 0, RB 1 1, B 0 0, SB 0 0, "
        + "W 0 0, B 1 1, W 1 1, B 0 1, SB 0 1, W 0 1")
    #expect(try text(ColossalAINodes(), timeline) == "[\n\(first),\n\(second)\n]\n")
  }

  /// Its scheduler asserts that the number of microbatches is a multiple of that of the pipeline's devices.
  @Test("ColossalAI runs a multiple of the devices as number of microbatches")
  func nodesOfFewMicrobatches() throws {
    #expect(
      refusal(of: try vTimeline(), as: ColossalAINodes())?
        .hasPrefix("expected a multiple of the 2 devices as number of microbatches, found 1; ") == true)
  }

  @Test("ColossalAI runs two stages a device as a V, its microbatches in order")
  func nodeRefusals() throws {
    let problem = try Problem.uniform(devices: 2, microbatches: 2)
    let orders = try Families.named("1f1b").orders(for: problem)
    let message = try #require(
      refusal(of: Timeline(Schedule(problem: problem, orders: orders)), as: ColossalAINodes()))
    #expect(
      message.hasPrefix("expected two stages on every device, laid out as a V, found another placement"))
    let permuted = try TorchCSVTests.timeline(
      ["0F0 0F1 3F0 3F1 3B0 3B1 0B1 0B0", "1F0 1F1 2F0 2F1 2B0 2B1 1B1 1B0"], placement: .v, stages: 4,
      microbatches: 2)
    #expect(
      refusal(of: permuted, as: ColossalAINodes())?
        .hasPrefix(
          "expected every stage to run its microbatches in the order 0, 1, ..., found BW(stage 0, microbatch 1) where microbatch 0 is due"
        ) == true)
  }

  @Test("maps of stages to ranks are known by what they do, not by how they are written")
  func stageMaps() throws {
    func map(_ ranks: [Int], devices: Int) throws -> StageMap? {
      let stage = Stage(forward: 1, backwardInput: 1, backwardWeight: 1)
      return try Problem(
        devices: Array(repeating: Device(), count: devices),
        stages: Array(repeating: stage, count: ranks.count), microbatches: [Microbatch()],
        placement: .explicit(ranks.map { [Device.ID($0)] })
      ).stageMap
    }
    #expect(try map([0, 1, 2], devices: 3) == .single)
    #expect(try map([0, 1, 0, 1, 0, 1], devices: 2) == .loop)
    #expect(try map([0, 1, 1, 0], devices: 2) == .v)
    #expect(try map([0, 1, 1, 0, 0, 1], devices: 2) == .v)
    #expect(try map([1, 0], devices: 2) == nil)
    #expect(try map([0, 0, 1, 1], devices: 2) == nil)
    #expect(try map([0, 1, 0], devices: 2) == nil)
    #expect(try map([0, 0], devices: 1) == .loop)
  }
}
