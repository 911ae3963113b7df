import PipelineModel
import ScheduleSearch
import TestSupport
import Testing
import Timeline

@Suite("Steady state")
struct SteadyStateTests {
  @Test(
    "repeated between warm-up and cool-down costs one bottleneck's work per microbatch, at no more memory")
  func repeats() throws {
    // A device's work per microbatch is 10 + 14 + 7 = 31, and 1F1B's memory keeps the devices busy.
    func problem(_ count: Int) throws -> Problem {
      try Problem.uniform(
        devices: 4, microbatches: count, forward: 10, backwardInput: 14, backwardWeight: 7,
        communication: 1, memoryLimit: 4)
    }
    let few = Search(try problem(12), options: quickly()).run()
    let (small, large) = (
      SearchModel(try problem(12), fused: false), SearchModel(try problem(36), fused: false)
    )
    let order = try #require(small.nodeOrder(of: few.orders))
    let candidates = SteadyState(order, of: small, to: large).candidates()
    #expect(!candidates.isEmpty)
    var best = Double.infinity
    for candidate in candidates {
      let orders = large.orders(of: candidate)
      // Refuses orders that are incomplete, cannot run or exceed the limit.
      guard large.nodeOrder(of: orders) == candidate else { continue }
      best = min(best, try Timeline(Schedule(problem: try problem(36), orders: orders)).makespan)
    }
    #expect(best == few.value + 24 * 31)
  }

  @Test("keeps the balance of devices with several stages")
  func folded() throws {
    func problem(_ count: Int) throws -> Problem {
      try Problem(
        devices: Array(repeating: Device(memoryLimit: 6), count: 3),
        stages: Array(repeating: Stage(forward: 5, backwardInput: 6, backwardWeight: 4), count: 6),
        microbatches: Array(repeating: Microbatch(), count: count), placement: .v)
    }
    let few = Search(try problem(9), options: quickly(.period)).run()
    let (small, large) = (
      SearchModel(try problem(9), fused: false), SearchModel(try problem(21), fused: false)
    )
    let order = try #require(small.nodeOrder(of: few.orders))
    let candidates = SteadyState(order, of: small, to: large).candidates()
    #expect(!candidates.isEmpty)
    #expect(candidates.allSatisfy { large.nodeOrder(of: large.orders(of: $0)) == $0 })
  }
}
