import PipelineModel
import ScheduleFamilies
import ScheduleSearch
import Synchronization
import TestSupport
import Testing
import Timeline

/// Every phase looks at the deadline; here one that has passed, or passes after so many looks, stands for the clock.
@Suite("Deadlines")
struct DeadlineTests {
  /// Passes once it has been looked at so many times, on any thread.
  private final class Countdown: Sendable {
    private let left: Atomic<Int>
    init(_ looks: Int) { left = Atomic(looks) }
    var deadline: Deadline {
      Deadline { self.left.subtract(1, ordering: .relaxed).newValue < 0 }
    }
  }

  private static func problem(_ change: (inout [Device]) -> Void = { _ in }) throws -> Problem {
    var devices = Array(repeating: Device(memoryLimit: 6), count: 4)
    change(&devices)
    return try Problem(
      devices: devices,
      stages: (0..<8).map { Stage(forward: 3 + Double($0 % 3), backwardInput: 4, backwardWeight: 2) },
      microbatches: Array(repeating: Microbatch(), count: 8), placement: .v, communication: .uniform(0.5))
  }

  @Test(
    "end a search at any moment with orders that run and fit, and a bound that holds",
    arguments: Objective.allCases, [0, 2, 20, 300])
  func anyMoment(objective: Objective, looks: Int) throws {
    for backward in [SearchOptions.Backward.auto, .fused] {
      let problem = try Self.problem()
      let options = SearchOptions(objective: objective, backward: backward, iterations: 500)
      let result = Search(problem, options: options).run(until: Countdown(looks).deadline)
      try expectSound(result, problem, objective)
      let simple = LowerBound.simple(for: problem, objective: objective, scope: options.scope)
      #expect(result.bound.value >= simple.value)
    }
  }

  @Test("end bounds with the best one known by then, from the simple one up", arguments: Objective.allCases)
  func bounds(objective: Objective) throws {
    let problem = try Self.problem()
    let simple = LowerBound.simple(for: problem, objective: objective)
    let full = LowerBound.best(for: problem, objective: objective)
    #expect(LowerBound.best(for: problem, objective: objective, deadline: Deadline { true }) == simple)
    #expect(LowerBound.best(for: problem, objective: objective, deadline: .never) == full)
    #expect(full.value > simple.value)
    for looks in stride(from: 1, through: 200, by: 22) {
      let cut = LowerBound.best(for: problem, objective: objective, deadline: Countdown(looks).deadline)
      #expect(simple.value <= cut.value && cut.value <= full.value)
    }
  }

  @Test("end a search with overlap and waiting messages", arguments: [0, 5, 100])
  func pairs(looks: Int) throws {
    let links = Communication.Links(
      latency: Array(repeating: Array(repeating: 0.5, count: 4), count: 4),
      bandwidth: Array(repeating: Array(repeating: 2, count: 4), count: 4), bytes: 1, serialise: .link)
    for problem in [
      try Self.problem().with(overlap: Overlap(forwardBackward: 0.8)),
      try Self.problem().with(communication: .links(links)),
    ] {
      let result = Search(problem, options: SearchOptions(iterations: 500))
        .run(until: Countdown(looks).deadline)
      try expectSound(result, problem, .makespan)
    }
  }

  @Test("once passed leave an exact search with what it was given")
  func exact() throws {
    let problem = try Self.problem()
    let found = Search(problem, options: SearchOptions(iterations: 0)).run()
    let simple = LowerBound.simple(for: problem, objective: .makespan)
    let result = ExactSearch(
      problem, objective: .makespan, incumbent: (found.orders, found.value), lowerBound: simple
    ).run(timeLimit: .zero)
    #expect(result.nodes == 0 && result.orders == found.orders && result.lowerBound == simple.value)
  }
}
