import PipelineModel
import ScheduleChecker
import TestSupport
import Testing
import Timeline

@testable import ScheduleSearch

@Suite("There always is an answer")
struct AlwaysAnAnswerTests {
  /// One device, two stages, opposite routes, memory for one microbatch.
  private func opposite() throws -> Problem {
    func route(_ stages: [Int]) -> Route {
      Route(visits: stages.map { Route.Visit(stage: Stage.ID($0), device: Device.ID(0)) })
    }
    return try Problem(
      devices: [Device(memoryLimit: 2)],
      stages: Array(repeating: Stage(forward: 1, backwardInput: 1, backwardWeight: 1), count: 2),
      microbatches: [Microbatch(), Microbatch()],
      placement: .explicit([[Device.ID(0)], [Device.ID(0)]]),
      routes: ([route([1, 0]), route([0, 1])], [0, 1]))
  }

  private func expectCautious(_ problem: Problem, fused: Bool) {
    let model = SearchModel(problem, fused: fused)
    let scheduler = GreedyScheduler(model)
    guard let order = scheduler.run(.cautious) else {
      Issue.record("the cautious rule leads to a deadlock")
      return
    }
    let schedule = Schedule(problem: problem, orders: model.orders(of: order))
    let violations = ScheduleChecker(RecordedSchedule(schedule: schedule)).violations()
    #expect(violations.isEmpty, "\(violations)")
  }

  @Test("where two microbatches go opposite ways through one device that holds one of them")
  func oppositeRoutes() throws {
    let problem = try opposite()
    expectCautious(problem, fused: false)
    let result = Search(problem, options: quickly(iterations: 100)).run()
    try expectSound(result, problem, .makespan)
    // One microbatch after the other leaves no gap on the only device.
    #expect(result.value == 12)
  }

  @Test("on any routes, with memory for little more than one microbatch", arguments: [true, false])
  func cautious(fused: Bool) throws {
    var random = SeededGenerator(seed: 31)
    var blocked = 0
    for _ in 0..<80 {
      let problem = try RandomRoutes().problem(using: &random)
      expectCautious(problem, fused: fused)
      let scheduler = GreedyScheduler(SearchModel(problem, fused: fused))
      var careless = GreedyRule.cautious
      careless.admission = .byDevice
      if scheduler.run(careless) == nil { blocked += 1 }
    }
    // Otherwise nothing would have been in the way.
    #expect(blocked > 5)
  }

  @Test("whatever pairs and messages do", arguments: Objective.allCases)
  func search(objective: Objective) throws {
    var random = SeededGenerator(seed: 32)
    for trial in 0..<4 {
      let problem = try RandomRoutes(interacts: trial % 2 == 0).problem(using: &random)
      for backward in [SearchOptions.Backward.auto, .fused, .split] {
        let result = Search(problem, options: quickly(objective, backward: backward, iterations: 40)).run()
        try expectSound(result, problem, objective)
      }
    }
  }
}
