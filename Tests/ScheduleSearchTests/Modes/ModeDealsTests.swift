import PipelineModel
import Testing

@testable import ScheduleSearch

@Suite("Modes are dealt out in turn")
struct ModeDealsTests {
  @Test("of two choices, each has a quarter, half and three quarters of the microbatches, spread evenly")
  func pairs() {
    let one = ModeChoice([0, 0], microbatchCount: 8)
    let other = ModeChoice([1, 2], microbatchCount: 8)
    let deals = ModeDeals.pairs(of: [one, other])
    let others = deals.map { deal in (0..<8).filter { deal.list(of: $0) == [1, 2] } }
    #expect(others == [[3, 7], [1, 3, 5, 7], [1, 2, 3, 5, 6, 7]])
    #expect(
      deals.allSatisfy { deal in (0..<8).allSatisfy { [[0, 0], [1, 2]].contains(deal.list(of: $0)) } })
    #expect(ModeDeals.pairs(of: [one]).isEmpty)
    #expect(ModeDeals.pairs(of: [one, other, ModeChoice([1, 0], microbatchCount: 8)]).count == 9)
  }

  @Test("a knapsack's counts are kept by stage")
  func counts() {
    let dealt = ModeDeals.dealing([[6, 2], [0, 8], [4, 4]], to: 8)
    for (stage, inFirst) in [6, 0, 4].enumerated() {
      #expect((0..<8).filter { dealt.list(of: $0)[stage] == 0 }.count == inFirst)
    }
  }

  /// In a V at half the memory one stage after the other gains nothing: its device works longer than the others. What gains
  /// is one mode up to the middle, where the V turns, and none behind it.
  @Test("candidates have one mode on the first half of a V")
  func halves() throws {
    let stage = Stage(
      forward: 2, backward: .split(input: 2, weight: 1), activationForB: 2, activationForW: 1,
      modes: [Mode(name: "full", checkpoint: 0, recompute: 2)])
    let problem = try Problem(
      Instance(
        devices: Array(repeating: Device(memoryLimit: 8), count: 4),
        stages: Array(repeating: stage, count: 8), microbatches: Array(repeating: Microbatch(), count: 8),
        placement: .v))
    let candidates = ModeCandidates(problem, options: SearchOptions(iterations: 4_000), until: .never)
    let first = candidates.all.ranked().prefix(4).map { $0.modes.distinct[0] }
    #expect(first.contains([1, 1, 1, 1, 0, 0, 0, 0]))
  }
}
