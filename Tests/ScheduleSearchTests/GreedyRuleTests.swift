import PipelineModel
import Testing

@testable import ScheduleSearch

@Suite("Greedy rules")
struct GreedyRuleTests {
  /// Two machines of eight devices with a slow link between them, at three quarters of 1F1B's memory: a rule whose
  /// forward and backward passes alternate, whatever `W` fills the time between, is the best here.
  @Test("find what version 0.1 found where memory is short and links differ")
  func alternation() throws {
    let latency = (0..<16).map { from in
      (0..<16).map { to in from == to ? 0 : (from < 8) == (to < 8) ? 0.5 : 10 }
    }
    let problem = try Problem(
      devices: Array(repeating: Device(memoryLimit: 12), count: 16),
      stages: Array(
        repeating: Stage(
          forward: 10, backwardInput: 10, backwardWeight: 8, activationForB: 1, activationForW: 0.45),
        count: 16),
      microbatches: Array(repeating: Microbatch(), count: 32), communication: .matrix(latency))
    let result = Search(problem, options: SearchOptions(iterations: 0), lowerBound: 0).run()
    #expect(result.value <= 1332)
  }

  /// Large problems try the first rules alone: whatever differs in one thing from a best bet is among them.
  @Test("begin with all that differs little from the best bets, each once")
  func order() {
    let chain = GreedyRule.family(severalStages: false, sharesMemory: false, differing: false)
    // Six numbers in flight and five ways to fill, with three preferences, or two where a device waits for a backward.
    #expect(chain.count == 6 * 5 * (3 + 2) + 1)
    let loop = GreedyRule.family(severalStages: true, sharesMemory: true, differing: true)
    // Nine numbers in flight, and seven ways to enter of two rules, in two orders of stages and three of lengths.
    #expect(loop.count == (9 * 5 * (3 + 2) + 7 * 2) * 2 * 3 + 1)
    for rules in [chain, loop] {
      #expect(Set(rules).count == rules.count)
      #expect(rules.last == .cautious)
    }
    let first = loop.prefix(Effort.leastGreedyRules)
    #expect(first.contains { $0.entry == .planned(1) })
    #expect(first.contains { $0.entry == .steadily(1) })
    #expect(first.contains { $0.patience > 0 })
    #expect(first.contains { $0.inFlight == .memoryByRoundTrip(1) })
    #expect(first.contains { $0.inFlight == .roundTrips(1) })
  }
}
