import Foundation
import PipelineModel
import ScheduleFamilies
import TestSupport
import Testing
import Timeline

@testable import ScheduleFormats

@Suite("Traces for Perfetto, read by an independent parser")
struct PerfettoTraceTests {
  /// Two devices, one microbatch: F 2 and B 1, then W 1, on device 0; F 3 and BW 5 on device 1; latency 0.5 ms.
  private func tinyTimeline(unit: String = "ms") throws -> Timeline {
    let problem = try Problem(
      name: "a \"tiny\" one", units: Units(time: unit, memory: "GiB"),
      devices: [Device(), Device(optimizerStep: 1.5)],
      stages: [
        Stage(
          forward: 2, backwardInput: 1, backwardWeight: 1, activationForB: 4, activationForW: 1,
          staticMemory: 10),
        Stage(forward: 3, backwardInput: 4, backwardWeight: 1, activationForB: 2),
      ],
      microbatches: [Microbatch()], communication: .uniform(0.5))
    func operation(_ kind: PipelineModel.Operation.Kind, _ stage: Int) -> PipelineModel.Operation {
      .init(kind, stage: Stage.ID(stage), microbatch: Microbatch.ID(0))
    }
    let orders = Orders([
      [operation(.forward, 0), operation(.backwardInput, 0), operation(.backwardWeight, 0)],
      [operation(.forward, 1), operation(.backward, 1)],
    ])
    return try Timeline(Schedule(problem: problem, orders: orders))
  }

  private func trace(of timeline: Timeline) throws -> [String: Any] {
    let data = Data(try PerfettoTrace().encode(timeline))
    return try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
  }

  private func events(_ trace: [String: Any], phase: String) throws -> [[String: Any]] {
    let events = try #require(trace["traceEvents"] as? [[String: Any]])
    return events.filter { $0["ph"] as? String == phase }
  }

  private func summary(_ event: [String: Any]) -> String {
    func number(_ key: String) -> String { (event[key] as? Double)?.short ?? "none" }
    return "\(event["name"] as? String ?? "") on \(number("pid")) at \(number("ts"))+\(number("dur"))"
  }

  @Test("operations stand where hand computation puts them, in microseconds")
  func operations() throws {
    let slices = try events(trace(of: tinyTimeline()), phase: "X")
    #expect(
      slices.map(summary) == [
        "F stage=0 microbatch=0 on 1 at 0+2000", "B stage=0 microbatch=0 on 1 at 11000+1000",
        "W stage=0 microbatch=0 on 1 at 12000+1000", "F stage=1 microbatch=0 on 2 at 2500+3000",
        "BW stage=1 microbatch=0 on 2 at 5500+5000", "optimizer step on 2 at 10500+1500",
      ])
    let arguments = try #require(slices[4]["args"] as? [String: Any])
    #expect(arguments["kind"] as? String == "BW")
    #expect(arguments["stage"] as? Int == 1)
    #expect(arguments["microbatch"] as? Int == 0)
    #expect(arguments["chunk"] as? Int == 0)
    #expect(arguments["pair"] == nil)
    #expect(Set(slices.prefix(5).compactMap { $0["cname"] as? String }).count == 4)
  }

  @Test("devices have names, and viewers never take one for the idle process")
  func names() throws {
    let trace = try trace(of: tinyTimeline())
    let names = try events(trace, phase: "M").filter { $0["name"] as? String == "process_name" }
    #expect(names.map { ($0["args"] as? [String: Any])?["name"] as? String } == ["device 0", "device 1"])
    #expect(names.map { $0["pid"] as? Int } == [1, 2])
    let other = try #require(trace["otherData"] as? [String: Any])
    #expect(other["problem"] as? String == "a \"tiny\" one")
    #expect(other["timeUnit"] as? String == "ms")
    #expect(other["makespan"] as? Double == 13000)
  }

  @Test("an arrow leaves within its producer and arrives at its consumer's start")
  func arrows() throws {
    let trace = try trace(of: tinyTimeline())
    let starts = try events(trace, phase: "s")
    let ends = try events(trace, phase: "f")
    #expect(
      starts.map(summary) == ["activation on 1 at 1999.999+none", "gradient on 2 at 10499.999+none"])
    #expect(
      ends.map(summary) == ["gradient on 1 at 11000+none", "activation on 2 at 2500+none"])
    #expect(starts[0]["id"] as? Int == ends[1]["id"] as? Int)
    #expect(starts[1]["id"] as? Int == ends[0]["id"] as? Int)
    #expect(starts[0]["id"] as? Int != starts[1]["id"] as? Int)
    #expect(ends.allSatisfy { $0["bp"] as? String == "e" })
  }

  @Test("counters follow the memory of each device")
  func memory() throws {
    let counters = try events(trace(of: tinyTimeline()), phase: "C")
    let values = counters.map { event in
      "\(summary(event)): \((event["args"] as? [String: Double])?["held"] ?? -1)"
    }
    // Static memory, F's activation, what is left of it for W, and nothing.
    #expect(
      values == [
        "memory in GiB on 1 at 0+none: 14.0", "memory in GiB on 1 at 12000+none: 11.0",
        "memory in GiB on 1 at 13000+none: 10.0", "memory in GiB on 2 at 0+none: 0.0",
        "memory in GiB on 2 at 2500+none: 2.0", "memory in GiB on 2 at 10500+none: 0.0",
      ])
  }

  @Test(
    "units of time become microseconds; others are shown as milliseconds, and the trace says so",
    arguments: [("ns", 0.013), ("us", 13), ("µs", 13), ("s", 13e6), ("", 13000), ("steps", 13000)])
  func units(unit: String, makespan: Double) throws {
    let trace = try trace(of: tinyTimeline(unit: unit))
    let other = try #require(trace["otherData"] as? [String: Any])
    #expect(other["makespan"] as? Double == makespan)
    let told = try #require(other["timeUnit"] as? String)
    #expect(told.contains("no unit") == ["", "steps"].contains(unit))
  }

  @Test("random schedules: every transfer between devices is one arrow", arguments: 0..<20)
  func everyTransfer(seed: Int) throws {
    var generator = SeededGenerator(seed: UInt64(seed))
    let problem = try Problem.uniform(
      devices: Int.random(in: 1...5, using: &generator),
      microbatches: Int.random(in: 1...6, using: &generator)
    ).arranged([.loop, .v][seed % 2], chunks: Int.random(in: 1...3, using: &generator))
    // One microbatch after another, all the way: possible on any placement.
    var orders = [[PipelineModel.Operation]](repeating: [], count: problem.deviceCount)
    for microbatch in 0..<problem.microbatchCount {
      for stage in 0..<problem.stageCount {
        orders[problem.hosts[stage][0].index].append(
          .init(.forward, stage: Stage.ID(stage), microbatch: Microbatch.ID(microbatch)))
      }
      for stage in (0..<problem.stageCount).reversed() {
        orders[problem.hosts[stage][0].index].append(
          .init(.backward, stage: Stage.ID(stage), microbatch: Microbatch.ID(microbatch)))
      }
    }
    let trace = try trace(of: Timeline(Schedule(problem: problem, orders: Orders(orders))))
    let starts = try events(trace, phase: "s").compactMap { $0["id"] as? Int }
    let ends = try events(trace, phase: "f").compactMap { $0["id"] as? Int }
    let crossings = (1..<problem.stageCount).count { problem.hosts[$0] != problem.hosts[$0 - 1] }
    #expect(starts.count == 2 * crossings * problem.microbatchCount)
    #expect(Set(starts).count == starts.count)
    #expect(starts.sorted() == ends.sorted())
  }

  @Test("both operations of an overlapped pair name it, and no others")
  func pairs() throws {
    let problem = try Problem.uniform(devices: 1, microbatches: 2)
    func operation(_ kind: PipelineModel.Operation.Kind, _ microbatch: Int) -> PipelineModel.Operation {
      .init(kind, stage: Stage.ID(0), microbatch: Microbatch.ID(microbatch))
    }
    let orders = Orders(
      operations: [
        operation(.forward, 0), operation(.forward, 1), operation(.backward, 0), operation(.backward, 1),
      ], bounds: [0, 4], pairs: [1])
    let trace = try trace(of: Timeline(Schedule(problem: problem, orders: orders)))
    let pairs = try events(trace, phase: "X").map { ($0["args"] as? [String: Any])?["pair"] as? Int }
    #expect(pairs == [nil, 1, 1, nil])
  }
}
