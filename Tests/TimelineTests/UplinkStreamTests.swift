import PipelineModel
import ScheduleChecker
import TestSupport
import Testing
import Timeline

/// Messages as operations of a stream against those that wait in a queue.
@Suite("Messages on the stream of uplinks")
struct UplinkStreamTests {
  @Test("in the order of their producers take the times of messages that wait, on random problems")
  func queues() throws {
    var random = SeededGenerator(seed: 181)
    let shape = RandomProblem(devices: 2...4, microbatches: 1...5).without(
      .overlap, .overlapByStage, .pieces, .modes, .modesByMicrobatch, .recompute, .offload,
      because: "the rules refuse them beside streams"
    ).without(
      .gaps, .gapsByTransition,
      because: "a gap stands between the operations of every stream, and between no messages that wait")
    var (tried, waiting) = (0, 0)
    while tried < 60 {
      let plain = try shape.problem(using: &random)
      guard plain.communication.serialise == .uplink,
        let problem = try? StreamedProblem(
          plain, streams: [StreamedProblem.computeStream, StreamedProblem.uplinkStream],
          phases: plain.stages.map { StagePhases(of: $0) }, tasks: []
        ).lowered()
      else { continue }
      tried += 1
      let orders = plain.randomOrders(using: &random)
      let queued = try Timeline(Schedule(problem: plain, orders: orders))
      let streamed = try Timeline(Schedule(problem: problem, orders: try Self.sending(orders, in: problem)))
      for position in orders.operations.indices {
        #expect(abs(queued.start(at: position) - streamed.start(at: position)) < 1e-9, "\(plain)")
      }
      #expect(abs(queued.makespan - streamed.makespan) < 1e-9 * max(1, queued.makespan), "\(plain)")
      #expect(ScheduleChecker(streamed.record()).violations() == [], "\(plain)")
      let free = try Timeline(Schedule(problem: Self.withoutQueues(plain), orders: orders))
      waiting += free.makespan < queued.makespan - 1e-9 ? 1 : 0
    }
    #expect(waiting > 10)
  }

  /// Orders of all streams: those of compute streams, and messages in the order of what sends them, of one sender in that of
  /// the visits that they go to.
  private static func sending(_ orders: Orders, in problem: Problem) throws -> Orders {
    let layout = try #require(problem.layout)
    let plain = layout.written.plain
    var lists = (0..<problem.deviceCount).map { device in
      device < plain.deviceCount ? Array(orders[Device.ID(device)]) : []
    }
    for device in plain.devices.indices {
      for operation in orders[Device.ID(device)] {
        let microbatch = operation.microbatch
        let kind = operation.kind == .backward ? .backwardInput : operation.kind
        let receivers = Dictionary(
          uniqueKeysWithValues: plain.route(of: microbatch).visits.enumerated().map { ($1.stage, $0) })
        let sent = problem.route(of: microbatch).visits.compactMap { visit -> (Operation, Int)? in
          let message = Operation(.forward, stage: visit.stage, microbatch: microbatch)
          guard case .message(kind, operation.stage, let receiver)? = layout.work(of: message)?.work,
            let place = receivers[receiver]
          else { return nil }
          return (message, place)
        }
        lists[plain.deviceCount + device] += sent.sorted { $0.1 < $1.1 }.map(\.0)
      }
    }
    return Orders(lists)
  }

  private static func withoutQueues(_ problem: Problem) throws -> Problem {
    var parts = ProblemParts(of: problem)
    guard case .links(var links) = parts.communication else { return problem }
    links.serialise = nil
    parts.communication = .links(links)
    return try parts.problem()
  }
}
