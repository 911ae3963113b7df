import PipelineModel
import TestSupport
import Testing

@testable import ScheduleSearch

@Suite("Orders of stages")
struct SequenceGraphTests {
  @Test("SkipPipe's rules leave 22 orders of four of six stages")
  func published() {
    let rules = SkipReorderRules(stagesPerMicrobatch: 4, head: Stage.ID(6), maxSwaps: 2, maxForwardJump: 4)
    #expect(SequenceGraph(rules, stageCount: 7).count == 22)
  }

  @Test("are those that keep the rules one by one")
  func bruteForce() throws {
    var random = SeededGenerator(seed: 5)
    var nonempty = 0
    for trial in 0..<200 {
      let problem = try RandomRouting(stages: 2...6).problem(using: &random) { rules in
        if trial % 3 == 0, rules.stagesPerMicrobatch > 1 { rules.alwaysVisit = [Stage.ID(0), Stage.ID(1)] }
      }
      let orders = problem.orders
      let graph = SequenceGraph(problem.rules, stageCount: problem.stages.count)
      #expect(graph.count == Double(orders.count))
      for order in orders { #expect(graph.contains(order.dropFirst().map(\.rawValue))) }
      nonempty += orders.isEmpty ? 0 : 1
    }
    #expect(nonempty > 100)
  }

  @Test("may be given")
  func sequences() {
    let allowed = [[0, 1, 2, 3], [0, 2, 1, 3]].map { $0.map { Stage.ID($0) } }
    let rules = SkipReorderRules(stagesPerMicrobatch: 4, maxSwaps: 1, sequences: allowed)
    let graph = SequenceGraph(rules, stageCount: 4)
    #expect(graph.count == 2)
    #expect(graph.contains([2, 1, 3]))
    #expect(!graph.contains([1, 3, 2]))
  }
}
