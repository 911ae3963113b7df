import OperationGraph
import PipelineModel
import TestSupport
import Testing
import Timeline

@testable import ScheduleSearch

@Suite("Incremental timing")
struct IncrementalTimerTests {
  /// A random problem of those that the timer says it knows; all others are timed by the whole.
  private static func problem(
    devices: ClosedRange<Int> = 1...5, microbatches: ClosedRange<Int> = 1...7, _ objective: Objective,
    using random: inout SeededGenerator
  ) throws -> Problem {
    let shape = RandomProblem(devices: devices, microbatches: microbatches)
      .without(.pieces, .overlap, .serialise, because: "the timer does not know them")
      .without(.modes, .modesByMicrobatch, because: "a search may choose other modes than the model has")
    let options = SearchOptions(objective: objective, backward: .split)
    while true {
      let problem = try shape.problem(using: &random)
      if IncrementalTimer.knows(problem, options) { return problem }
    }
  }

  /// Loads orders; `false` where what needs one output runs in another order than that of the route, which the timer asks
  /// for.
  private static func load(_ order: [Int32], into timer: inout IncrementalTimer, _ problem: Problem) -> Bool {
    let runs = timer.load(order)
    let mayNot = !LoweredProblem(problem).sharedOutputs.outputs.isEmpty
    #expect(runs || mayNot)
    return runs
  }

  @Test("equals full timing after every kept move, and keeps to memory")
  func random() throws {
    var random = SeededGenerator(seed: 5)
    var kept = 0
    for _ in 0..<40 {
      let problem = try Self.problem(.makespan, using: &random)
      let model = SearchModel(problem, fused: false)
      guard let order = model.nodeOrder(of: problem.randomOrders(using: &random)).map(model.firstInFirstOut)
      else { continue }
      var timer = IncrementalTimer(model)
      guard Self.load(order, into: &timer, problem) else { continue }
      for _ in 0..<100 {
        let places = Int.random(in: 1...6, using: &random) * (Bool.random(using: &random) ? 1 : -1)
        let position = Int.random(in: order.indices, using: &random)
        let threshold = timer.value * Double.random(in: 0.95...1.3, using: &random)
        let (before, value) = (timer.orders, timer.value)
        if timer.tryMove(at: position, by: places, threshold: threshold) {
          kept += 1
          let (now, orders) = (timer.value, timer.orders)
          #expect(now <= threshold)
          #expect(orders != before)
        } else {
          let isUnchanged = timer.orders == before && timer.value == value
          #expect(isUnchanged)
        }
        if timer.orders != before { try expectTimed(timer.orders, timer.value, model, problem) }
      }
    }
    #expect(kept > 500)
  }

  @Test("never leaves a memory limit")
  func memory() throws {
    var random = SeededGenerator(seed: 6)
    for _ in 0..<14 {
      let problem = try Self.problem(.makespan, using: &random)
      let model = SearchModel(problem, fused: false)
      let first = Search(problem, options: quickly(iterations: 0)).run().orders
      var timer = IncrementalTimer(model)
      guard let order = model.nodeOrder(of: first), timer.load(order) else {
        Issue.record("the search's orders do not fit")
        continue
      }
      for _ in 0..<300 {
        let places = Int.random(in: 1...6, using: &random) * (Bool.random(using: &random) ? 1 : -1)
        _ = timer.tryMove(
          at: Int.random(in: order.indices, using: &random), by: places, threshold: .infinity)
      }
      let fits = timer.fitsMemory
      #expect(fits)
      // `order(of:)` refuses orders over a limit by the timeline's own account.
      let moved = timer.orders
      #expect(model.nodeOrder(of: model.orders(of: moved)) != nil)
    }
  }

  @Test("releases devices so that the longest span is the period")
  func period() throws {
    var random = SeededGenerator(seed: 8)
    for _ in 0..<40 {
      let problem = try Self.problem(.period, using: &random)
      let model = SearchModel(problem, fused: false)
      guard let order = model.nodeOrder(of: problem.randomOrders(using: &random)).map(model.firstInFirstOut)
      else { continue }
      var timer = IncrementalTimer(model)
      guard Self.load(order, into: &timer, problem) else { continue }
      for _ in 0..<4 {
        timer.optimizeReleases(lowerBound: 0)
        let schedule = Schedule(problem: problem, orders: model.orders(of: timer.orders))
        let period = try Timeline(schedule).summary.period
        let value = timer.value / model.stepsPerUnit
        #expect(abs(value - period) <= 1e-9 * max(1, period))
        for _ in 0..<20 {
          let position = Int.random(in: order.indices, using: &random)
          _ = timer.tryMove(at: position, by: Bool.random(using: &random) ? 2 : -2, threshold: .infinity)
        }
      }
    }
  }

  @Test("judges a move as a timer does that has just loaded the same orders")
  func agesWell() throws {
    var random = SeededGenerator(seed: 9)
    for _ in 0..<8 {
      let problem = try Self.problem(devices: 2...3, microbatches: 2...4, .makespan, using: &random)
      let model = SearchModel(problem, fused: false)
      let first = Search(problem, options: quickly(iterations: 0)).run().orders
      let order = try #require(model.nodeOrder(of: first))
      var old = IncrementalTimer(model)
      _ = old.load(order)
      for _ in 0..<150 {
        var new = IncrementalTimer(model)
        _ = new.load(old.orders)
        let position = Int.random(in: order.indices, using: &random)
        let places = Int.random(in: 1...5, using: &random) * (Bool.random(using: &random) ? 1 : -1)
        let threshold = old.value * Double.random(in: 0.98...1.1, using: &random)
        let kept = (
          old.tryMove(at: position, by: places, threshold: threshold),
          new.tryMove(at: position, by: places, threshold: threshold)
        )
        let (orders, values) = ((old.orders, new.orders), (old.value, new.value))
        #expect(kept.0 == kept.1 && orders.0 == orders.1)
        #expect(abs(values.0 - values.1) <= 1e-9 * values.0)
      }
    }
  }

  private func expectTimed(
    _ order: [Int32], _ value: Double, _ model: SearchModel, _ problem: Problem
  ) throws {
    let timeline = try Timeline(Schedule(problem: problem, orders: model.orders(of: order)))
    #expect(abs(value / model.stepsPerUnit - timeline.makespan) <= 1e-9 * max(1, timeline.makespan))
  }
}
