import PipelineModel
import ScheduleChecker
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

  /// Two stages on each of four devices, round and round, at half of 1F1B's memory; all passes take 1.
  private func loop(_ microbatches: Int) throws -> Problem {
    try Problem(
      devices: Array(repeating: Device(memoryLimit: 4), count: 4),
      stages: Array(
        repeating: Stage(
          forward: 1, backwardInput: 1, backwardWeight: 1, activationForB: 1, activationForW: 0.5),
        count: 8),
      microbatches: Array(repeating: Microbatch(), count: microbatches), placement: .loop)
  }

  /// Branch and bound proves 35, 49, 63, 77 and 91 for 4, 6, 8, 10 and 12 microbatches (search-frontier study, 2026):
  /// 7 for each further one.
  @Test("reaches what proved optima of few microbatches lead to, at 16 microbatches a device")
  func provedSlope() throws {
    let found = Search(try loop(8), options: SearchOptions(iterations: 2_000, threads: 1)).run()
    let few = ExactSearch(
      try loop(8), objective: .makespan, incumbent: (found.orders, found.value), lowerBound: found.bound
    ).run()
    #expect(few.isProved && few.value == 63)
    let (model, target) = (SearchModel(try loop(8), fused: false), SearchModel(try loop(64), fused: false))
    let order = model.firstInFirstOut(try #require(model.nodeOrder(of: few.orders)))
    let values = try SteadyState(order, of: model, to: target).candidates().map {
      try Timeline(Schedule(problem: try loop(64), orders: target.orders(of: $0))).makespan
    }
    // 35 + 7 * 60
    #expect(values.min() == 455.0)
  }

  @Test("runs within every limit when repeated or left out, with all features of equal microbatches")
  func random() throws {
    var random = SeededGenerator(seed: 63)
    let shape = RandomProblem(devices: 2...4, microbatches: 6...9)
      .without(.overlap, .serialise, .pieces, because: "the timer does not know them")
      .without(.modes, .modesByMicrobatch, because: "a search may choose other modes than the model has")
      .without(
        .scales, .scalesByPass, .scalesByStage, .memoryFactors, .routes, .replicas,
        because: "microbatches are equal on one route")
    var counts = (more: 0, fewer: 0)
    for _ in 0..<16 {
      let problem = try shape.problem(using: &random)
      let model = SearchModel(problem, fused: false)
      let found = Search(problem, options: quickly(iterations: 400)).run()
      guard let order = model.nodeOrder(of: found.orders) else { continue }
      for change in [12, -2] {
        let other = try problem.with(microbatchCount: problem.microbatchCount + change)
        let target = SearchModel(other, fused: false)
        for candidate in SteadyState(model.firstInFirstOut(order), of: model, to: target).candidates().prefix(
          8)
        {
          let schedule = Schedule(problem: other, orders: target.orders(of: candidate))
          let violations = ScheduleChecker(try Timeline(schedule).record()).violations()
          #expect(violations.isEmpty, "\(violations)")
          if change > 0 { counts.more += 1 } else { counts.fewer += 1 }
        }
      }
    }
    #expect(counts.more > 20 && counts.fewer > 10, "\(counts)")
  }

  @Test("is never shorter than the best of all orders", arguments: Objective.allCases)
  func againstBruteForce(objective: Objective) throws {
    let shape = RandomProblem(devices: 1...2, microbatches: 3...3)
      .without(.overlap, .serialise, .pieces, because: "the timer does not know them")
      .without(.modes, .modesByMicrobatch, because: "a search may choose other modes than the model has")
      .without(
        .scales, .scalesByPass, .scalesByStage, .memoryFactors, .routes, .replicas,
        because: "microbatches are equal on one route")
    var (tried, met) = (0, 0)
    for tiny in try TinyProblem.draws(8, of: shape, limit: 2_000, seed: 64) {
      let few = try tiny.problem.with(microbatchCount: 2)
      let (model, target) = (SearchModel(few, fused: false), SearchModel(tiny.problem, fused: false))
      let found = Search(few, options: quickly(objective, iterations: 400)).run()
      guard let order = model.nodeOrder(of: found.orders) else { continue }
      for candidate in SteadyState(model.firstInFirstOut(order), of: model, to: target).candidates() {
        let orders = target.orders(of: candidate)
        let summary = try Timeline(Schedule(problem: tiny.problem, orders: orders)).summary
        let value = objective == .makespan ? summary.makespan : summary.period
        #expect(value >= tiny.optimum(objective) * (1 - 1e-9))
        tried += 1
        if value <= tiny.optimum(objective) * (1 + 1e-9) { met += 1 }
      }
    }
    #expect(tried > 2 && met > 0, "\(tried) \(met)")
  }
}
