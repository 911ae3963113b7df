import Foundation
import PipelineModel
import TestSupport
import Testing
import Timeline

@testable import ScheduleFormats

@Suite("Graphs of stages and missing passes in other programs' formats")
struct ProblemGraphExportTests {
  /// One stage on each device, one microbatch, latency 1.
  private func timeline(_ stages: [Stage], _ orders: [String]) throws -> Timeline {
    let problem = try Problem(
      devices: Array(repeating: Device(), count: stages.count), stages: stages, microbatches: [Microbatch()],
      communication: .uniform(1))
    return try Timeline(Schedule(problem: problem, orders: Orders(orders.map(TorchCSVTests.order))))
  }

  /// Stages 0 and 1 beside each other feed stage 2; stage 0 has no backward pass.
  private func fanIn() throws -> Timeline {
    try timeline(
      [
        Stage(forward: 2, backward: .none, inputs: []), Stage(forward: 1, backward: .input(1), inputs: []),
        Stage(forward: 1, backward: .whole(3), inputs: [Stage.ID(0), Stage.ID(1)]),
      ], ["0F0", "1F0 1I0", "2F0 2B0"])
  }

  /// Stage 0 feeds both others, of which stage 2 needs both.
  private func skip() throws -> Timeline {
    let inputs: [[Stage.ID]] = [[], [Stage.ID(0)], [Stage.ID(0), Stage.ID(1)]]
    return try timeline(
      inputs.map { Stage(forward: 1, backward: .split(input: 1, weight: 1), inputs: $0) },
      ["0F0 0B0", "1F0 1B0", "2F0 2B0"])
  }

  private func sent(_ timeline: Timeline) throws -> [String] {
    let data = Data(try GenericProgram().encode(timeline))
    let file = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
    let programs = try #require(file["programs"] as? [[String: Any]])
    return programs.flatMap { program in
      (program["instructions"] as? [[String: Any]] ?? []).compactMap { step -> String? in
        guard step["op"] as? String == "SEND", let payload = step["payload"] as? String,
          let stage = step["stage"] as? Int, let peer = step["peerStage"] as? Int
        else { return nil }
        return "\(payload) \(stage)-\(peer)"
      }
    }
  }

  @Test("a program has a send for every message, and none where no gradient is")
  func program() throws {
    #expect(try sent(fanIn()) == ["activation 0-2", "activation 1-2", "gradient 2-1"])
    #expect(
      try sent(skip()) == [
        "activation 0-1", "activation 0-2", "activation 1-2", "gradient 1-0", "gradient 2-0", "gradient 2-1",
      ])
  }

  @Test("a trace has an arrow for every message, with one number at both ends and nowhere else")
  func arrows() throws {
    for (timeline, count) in [(try fanIn(), 3), (try skip(), 6)] {
      let data = Data(try PerfettoTrace().encode(timeline))
      let trace = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
      let events = try #require(trace["traceEvents"] as? [[String: Any]])
      func numbers(_ phase: String) -> [Int] {
        events.filter { $0["ph"] as? String == phase }.compactMap { $0["id"] as? Int }.sorted()
      }
      #expect(numbers("s").count == count)
      #expect(Set(numbers("s")).count == count)
      #expect(numbers("s") == numbers("f"))
    }
  }

  @Test("optimizer steps begin behind a barrier, by hand")
  func barrier() throws {
    let problem = try Problem(
      Instance(
        devices: [Device(optimizerStep: 2), Device(optimizerStep: 1)],
        stages: [
          Stage(forward: 1, backward: .none), Stage(forward: 3, backward: .whole(4)),
        ], microbatches: [Microbatch()], barrier: .all))
    let orders = Orders(try ["0F0", "1F0 1B0"].map(TorchCSVTests.order))
    let timeline = try Timeline(Schedule(problem: problem, orders: orders))
    #expect((0..<2).map { timeline.optimizerStepStart(on: Device.ID($0)) } == [8, 8])
    #expect(
      String(decoding: try PerfettoTrace().encode(timeline), as: UTF8.self).contains(
        #""ts": 8000, "dur": 2000"#))
  }

  @Test("frameworks that run a chain refuse any other graph, and stages without a gradient, in one line")
  func refused() throws {
    let chains: [any ExportFormat] = [TorchCSV(), MegatronArguments(), ColossalAINodes()]
    let forwardOnly = try timeline(
      [Stage(forward: 1, backward: .none), Stage(forward: 1, backward: .whole(2))], ["0F0", "1F0 1B0"])
    for format in chains {
      #expect(
        refusal(of: try skip(), as: format)?.hasPrefix(
          "expected every stage to be fed by the one before it, found other inputs of stage 2; ") == true)
      #expect(
        refusal(of: forwardOnly, as: format)?.hasPrefix(
          "expected a backward pass of every stage, found none of stage 0; ") == true)
    }
    for settings in TorchCSV().configurations {
      #expect(throws: ExportRefusal.noBackward(Stage.ID(0))) {
        try settings.encode(forwardOnly.schedule.problem, file: "s.csv", microbatchSize: 1)
      }
    }
  }

  @Test("PyTorch's B is also the backward pass of frozen weights and one that is whole, both ways")
  func torch() throws {
    let written = try timeline(
      [Stage(forward: 1, backward: .input(1)), Stage(forward: 1, backward: .whole(2))],
      ["0F0 0I0", "1F0 1B0"])
    let bytes = try TorchCSV().encode(written)
    #expect(String(decoding: bytes, as: UTF8.self) == "0F0,0B0\n1F0,1B0\n")
    let problem = written.schedule.problem
    #expect(try TorchCSV().decode(bytes, file: "", for: problem) == written.schedule.orders)
    func message(_ csv: String) -> String? {
      do throws(FormatError) {
        _ = try TorchCSV().decode(Array(csv.utf8), file: "s.csv", for: problem)
        return nil
      } catch { return error.description }
    }
    #expect(
      message("0F0,0I0\n1F0,1B0\n")
        == "s.csv:1:5: ranks[0].cells[1]: expected B, as the backward pass of stage 0 has no parts, found I")
    #expect(
      message("0F0,0B0\n1F0,1I0,1W0\n")
        == "s.csv:2:5: ranks[1].cells[1]: expected B, as the backward pass of stage 1 has no parts, found I")
  }

  @Test("Megatron's order is the same where weights are frozen")
  func megatron() throws {
    let frozen = try timeline(
      [Stage(forward: 1, backward: .input(1)), Stage(forward: 1, backward: .whole(2))],
      ["0F0 0I0", "1F0 1B0"])
    let text = String(decoding: try MegatronArguments().encode(frozen), as: UTF8.self)
    #expect(text.hasPrefix("# Megatron's 1F1B runs exactly this order on every device.\n"))
  }
}
