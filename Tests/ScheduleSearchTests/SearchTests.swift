import PipelineModel
import ScheduleFamilies
import ScheduleSearch
import TestSupport
import Testing
import Timeline

@Suite("Search")
struct SearchTests {
  @Test(
    "finds sound schedules of any problem within its memory limits",
    arguments: SearchOptions.Backward.allCases, Objective.allCases)
  func sound(backward: SearchOptions.Backward, objective: Objective) throws {
    var random = SeededGenerator(seed: 7)
    let shape = RandomProblem(devices: 1...3, microbatches: 1...3)
      .without(.pieces, because: "bounds of so many microbatches take long in debug builds")
    for _ in 0..<6 {
      let problem = try shape.problem(using: &random)
      let result = Search(problem, options: quickly(objective, backward: backward, iterations: 600)).run()
      try expectSound(result, problem, objective)
      for operation in result.orders.operations where !operation.kind.isPreparation {
        let passes = [false, true].map {
          problem.stages[operation.stage.index].passes(isFused: $0).contains(operation.kind)
        }
        switch backward {
        case .split: #expect(passes[0])
        case .fused: #expect(passes[1])
        case .auto: #expect(passes[0] || problem.overlap != nil || problem.gap != .none)
        }
      }
    }
  }

  @Test("gives the same answer to the same seed", arguments: Objective.allCases)
  func deterministic(objective: Objective) throws {
    // Too large to be proved on the way.
    let problem = try Problem.uniform(
      devices: 6, microbatches: 24, forward: 10, backwardInput: 14, backwardWeight: 7, communication: 1,
      memoryLimit: 4)
    let results = (0..<3).map { _ in Search(problem, options: quickly(objective, iterations: 2_000)).run() }
    #expect(results[0] == results[1] && results[1] == results[2])
    #expect(results[0].iterations == 2_000)
  }

  @Test("goes through all orders of a small problem where bounds leave a gap", arguments: Objective.allCases)
  func proof(objective: Objective) throws {
    // 41 is the proved optimum of both; heads and tails alone refute less.
    let problem = try Problem.uniform(devices: 4, microbatches: 8, memoryLimit: 2)
    let result = Search(problem, options: quickly(objective, iterations: 20_000)).run()
    #expect(result.value == 41 && result.bound.value == 41)
    guard case .everyOrder = result.bound.argument else {
      Issue.record("\(result.bound.argument)")
      return
    }
  }

  @Test("is never worse than a named family that fits", arguments: Objective.allCases, [1.0, 1.5, 2])
  func families(objective: Objective, multiple: Double) throws {
    var random = SeededGenerator(seed: 11)
    let shape = RandomProblem(devices: 2...3, microbatches: 1...4)
      .without(.placement, .replicas, .routes, because: "most families are sequential")
      .without(.pieces, because: "limits of one microbatch's memory hold no sequence")
      .without(.memoryLimit, because: "limits are multiples of 1F1B's peak")
    for _ in 0..<4 {
      var problem = try shape.problem(using: &random)
      let least = zip(problem.staticMemory, problem.activationsOfOneMicrobatch).map(+).max() ?? 0
      problem = try problem.with(memoryLimit: max(least, multiple * problem.peakOfOneForwardOneBackward))
      let fitting = Families.all.compactMap { try? $0.orders(for: problem) }.filter { orders in
        guard let timeline = try? Timeline(Schedule(problem: problem, orders: orders)) else { return false }
        return zip(timeline.peakMemory, problem.devices).allSatisfy { $0 <= $1.memoryLimit ?? .infinity }
      }
      let result = Search(problem, options: quickly(objective, iterations: 0), starts: fitting).run()
      for orders in fitting {
        let summary = try Timeline(Schedule(problem: problem, orders: orders)).summary
        let value = objective == .makespan ? summary.makespan : summary.period
        #expect(result.value <= value * (1 + 1e-9))
      }
    }
  }

  @Test("leaves out starts that do not fit, and takes nothing but the device's orders")
  func wrongStarts() throws {
    let problem = try Problem.uniform(devices: 3, microbatches: 6, memoryLimit: 2)
    let gpipe = try Families.named("gpipe").orders(for: problem)
    let result = Search(problem, options: quickly(), starts: [gpipe, Orders([[], [], []])]).run()
    try expectSound(result, problem, .makespan)
  }

  @Test("stops when its caller says so")
  func stops() throws {
    let problem = try Problem.uniform(devices: 4, microbatches: 8, memoryLimit: 2)
    var calls = 0
    let result = Search(problem, options: quickly(iterations: 1_000_000)).run { progress in
      calls += 1
      #expect(progress.value >= progress.lowerBound)
      return false
    }
    #expect(calls == 1)
    #expect(result.iterations == 0)
  }

  @Test("stops at the lower bound: ZB-H1's length at equal times, 3m + p - 1")
  func meetsBound() throws {
    let problem = try Problem.uniform(devices: 8, microbatches: 24, memoryLimit: 8)
    let result = Search(problem, options: SearchOptions(timeLimit: .seconds(20))).run()
    #expect(result.value == 79)
    #expect(try result.certificate().optimal)
  }
}
