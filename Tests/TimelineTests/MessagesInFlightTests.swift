import PipelineModel
import TestSupport
import Testing

@testable import Timeline

@Suite("Messages in flight")
struct MessagesInFlightTests {
  @Test("are those that a slow stage leaves waiting")
  func slowStage() throws {
    let problem = try Problem(
      devices: Array(repeating: Device(), count: 2),
      stages: [1, 3].map { Stage(forward: $0, backward: .none) },
      microbatches: Array(repeating: Microbatch(), count: 4))
    let orders = Orders(
      (0..<2).map { stage in
        (0..<4).map { Operation(.forward, stage: Stage.ID(stage), microbatch: Microbatch.ID($0)) }
      })
    let messages = try Timeline(Schedule(problem: problem, orders: orders)).messagesInFlight
    // Sent at 1, 2, 3, 4 and needed at 1, 4, 7, 10: from 3 to 7 two of them wait, and at 4 one goes as another comes.
    #expect(messages.most == 2)
    #expect(messages.messages.map { $0.needed - $0.sent } == [0, 2, 4, 6])
    #expect(messages.time == 12)
  }

  @Test("are as many as counting at the end of every operation finds")
  func againstCounting() throws {
    var random = SeededGenerator(seed: 41)
    var most = 0
    for _ in 0..<200 {
      let problem = try RandomProblem().problem(using: &random)
      let orders = problem.randomOrders(using: &random)
      let timeline = try Timeline(Schedule(problem: problem, orders: orders))
      let dependences = Dependences(of: problem)
      var ends: [Operation: (time: Double, device: Device.ID)] = [:]
      for (position, operation) in orders.operations.enumerated() {
        ends[operation.supplied] = (timeline.end(at: position), orders.device(at: position))
      }
      let flights = orders.operations.enumerated().flatMap { position, operation in
        dependences.needs(of: operation).compactMap { ends[$0.supplied] }
          .filter { $0.device != orders.device(at: position) }
          .map { (sent: $0.time, needed: timeline.start(at: position)) }
      }
      let expected = flights.map { flight in
        flights.count { $0.sent <= flight.sent && flight.sent < $0.needed }
      }.max()
      #expect(timeline.messagesInFlight.most == expected ?? 0)
      most = max(most, expected ?? 0)
    }
    #expect(most > 3)
  }
}

extension Operation {
  /// The operation with a `B` for a `BW`.
  fileprivate var supplied: Operation {
    Operation(kind == .backward ? .backwardInput : kind, stage: stage, microbatch: microbatch)
  }
}
