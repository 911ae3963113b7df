import PipelineModel
import TestSupport
import Testing
import Timeline

@testable import ScheduleFormats

@Suite("What SkipPipe's file cannot say")
struct SkipPipeRefusalTests {
  private func refusal(_ problem: Problem, _ orders: Orders) throws -> ExportRefusal? {
    let timeline = try Timeline(Schedule(problem: problem, orders: orders))
    return #expect(throws: ExportRefusal.self) { try SkipPipe().encode(timeline) }
  }

  /// The sample with some parts changed.
  private func changed(_ change: (inout ProblemParts) -> Void) throws -> Problem {
    var parts = ProblemParts(of: try SkipPipeSample.timeline().schedule.problem)
    change(&parts)
    return try parts.problem()
  }

  private func orders() throws -> Orders { try SkipPipeSample.timeline().schedule.orders }

  @Test("Backward passes in parts")
  func split() throws {
    let orders = try orders()
    let operations = (0..<4).map { device in
      orders[Device.ID(device)].flatMap { operation in
        operation.kind == .backward && operation.stage.index == 1
          ? [.backwardInput, .backwardWeight].map {
            Operation($0, stage: operation.stage, microbatch: operation.microbatch)
          } : [operation]
      }
    }
    let found = try refusal(changed { _ in }, Orders(operations))
    #expect(
      found == .splitBackward(Operation(.backwardInput, stage: Stage.ID(1), microbatch: Microbatch.ID(1))))
  }

  @Test("Devices with unequal room, and less room than microbatches")
  func slots() throws {
    let uneven = try changed { $0.devices[3].memoryLimit = 3 }
    #expect(try refusal(uneven, orders()) == .unequal(.slots, Device.ID(0), "2", Device.ID(3), "3"))
    let open = try changed { $0.devices[3].memoryLimit = nil }
    #expect(try refusal(open, orders()) == .unequal(.slots, Device.ID(0), "2", Device.ID(3), "any number"))
    // Room for 2.9 microbatches is room for 2.
    let fraction = try changed { parts in
      for index in parts.devices.indices { parts.devices[index].memoryLimit = 2.9 }
    }
    let bytes = try SkipPipe().encode(Timeline(Schedule(problem: fraction, orders: orders())))
    #expect(String(decoding: bytes, as: UTF8.self) == SkipPipeSample.text)
  }

  @Test("Origins with unequal numbers of microbatches")
  func sends() throws {
    let problem = try changed {
      $0.give(Array(repeating: $0.routes?.distinct[0] ?? Route(visits: []), count: 2))
    }
    let order = (0..<2).flatMap { microbatch in
      [(0, Operation.Kind.forward), (2, .forward), (2, .backward), (0, .backward)].map { stage, kind in
        Operation(kind, stage: Stage.ID(stage == 2 ? 3 : 0), microbatch: Microbatch.ID(microbatch))
      }
    }
    let there = (0..<2).flatMap { microbatch in
      [Operation.Kind.forward, .backward].map {
        Operation($0, stage: Stage.ID(1), microbatch: Microbatch.ID(microbatch))
      }
    }
    #expect(
      try refusal(problem, Orders([order, [], there, []]))
        == .unequal(.sends, Device.ID(0), "2", Device.ID(1), "0"))
  }

  @Test("A pipeline without a head on its origin")
  func head() throws {
    let chain = try Problem(
      devices: [Device(), Device()],
      stages: Array(repeating: Stage(forward: 1, backwardInput: 1, backwardWeight: 1), count: 2),
      microbatches: [Microbatch()])
    let order = { (stage: Int) in
      [Operation.Kind.forward, .backward].map {
        Operation($0, stage: Stage.ID(stage), microbatch: Microbatch.ID(0))
      }
    }
    #expect(try refusal(chain, Orders([order(0), order(1)])) == .noReturn(Microbatch.ID(0)))
  }

  @Test("Other work between the head's F and BW, unless the BW takes no time")
  func dividedLoss() throws {
    // Both microbatches from origin 0; the F of the second stands within the head of the first.
    func timeline(headBackward: Double) throws -> Timeline {
      let problem = try changed { parts in
        parts.placement = .explicit([[0], [2], [3, 1], [0]].map { $0.map { Device.ID($0) } })
        parts.stages[3].backward = .split(input: headBackward, weight: 0)
        parts.give(Array(repeating: parts.routes?.distinct[0] ?? Route(visits: []), count: 2))
      }
      func order(_ operations: [(Operation.Kind, Int, Int)]) -> [Operation] {
        operations.map { Operation($0, stage: Stage.ID($1), microbatch: Microbatch.ID($2)) }
      }
      let origin = order([
        (.forward, 0, 0), (.forward, 3, 0), (.forward, 0, 1), (.backward, 3, 0), (.forward, 3, 1),
        (.backward, 3, 1), (.backward, 0, 0), (.backward, 0, 1),
      ])
      let other = order([(.forward, 1, 0), (.forward, 1, 1), (.backward, 1, 0), (.backward, 1, 1)])
      return try Timeline(Schedule(problem: problem, orders: Orders([origin, [], other, []])))
    }
    #expect(throws: ExportRefusal.dividedLoss(Microbatch.ID(0))) {
      try SkipPipe().encode(timeline(headBackward: 0.25))
    }
    _ = try SkipPipe().encode(timeline(headBackward: 0))
  }

  @Test("A link that lets nothing through")
  func link() throws {
    var bandwidth = Array(repeating: Array(repeating: 1.0, count: 4), count: 4)
    bandwidth[3][1] = 0
    let latency = Array(repeating: Array(repeating: 0.5, count: 4), count: 4)
    let problem = try changed {
      $0.communication = .links(.init(latency: latency, bandwidth: bandwidth, bytes: 1))
    }
    #expect(try refusal(problem, orders()) == .noLink(from: Device.ID(3), to: Device.ID(1)))
  }

  @Test("More microbatches from an origin than slots tell apart, and numbers of slots that ids skip")
  func keys() throws {
    // Microbatches 0 to 2 from origin 0, 3 to 5 from origin 1, one after the other, all over device 2.
    func schedule(limit: Double) throws -> Timeline {
      let problem = try changed { parts in
        let routes = parts.routes?.distinct ?? []
        parts.microbatches = Array(repeating: Microbatch(), count: 6)
        parts.give((0..<6).map { routes[$0 / 3] })
        for index in parts.devices.indices { parts.devices[index].memoryLimit = limit }
      }
      func order(_ stages: [Int], _ microbatches: Range<Int>) -> [Operation] {
        microbatches.flatMap { microbatch in
          stages.map { Operation(.forward, stage: Stage.ID($0), microbatch: Microbatch.ID(microbatch)) }
            + stages.reversed().map {
              Operation(.backward, stage: Stage.ID($0), microbatch: Microbatch.ID(microbatch))
            }
        }
      }
      let orders = Orders([order([0, 3], 0..<3), order([0, 3], 3..<6), order([1], 0..<6), []])
      return try Timeline(Schedule(problem: problem, orders: orders))
    }
    #expect(throws: ExportRefusal.moreSendsThanSlots(sends: 3, slots: 2)) {
      try SkipPipe().encode(schedule(limit: 2))
    }
    // The second origin's microbatches are numbers 3, 4 and 5: slots 3, 0 and 1 of four.
    let bytes = try SkipPipe().encode(schedule(limit: 4))
    let file = try SkipPipeFile.decode(bytes, file: "")
    #expect(file.plans[0].paths.map(\.id) == [0, 1, 2, 4, 5, 7])
    #expect(file.plans[0].order[1].map(\.path) == [7, 7, 7, 4, 4, 4, 5, 5, 5])
  }
}
