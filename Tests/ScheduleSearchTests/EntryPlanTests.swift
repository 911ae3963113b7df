import PipelineModel
import TestSupport
import Testing

@testable import ScheduleSearch

@Suite("Times at which microbatches enter")
struct EntryPlanTests {
  /// F 2.5, B 3.5, W 1.75 and latency 1 on a loop of four stages a device, with half of the memory that 1F1B holds.
  private static func loop(_ devices: Int, microbatches: Int) throws -> Problem {
    try Problem(
      Instance(
        devices: Array(repeating: Device(memoryLimit: 2 * Double(devices)), count: devices),
        stages: Array(
          repeating: Stage(
            forward: 2.5, backwardInput: 3.5, backwardWeight: 1.75, activationForB: 1, activationForW: 0.5),
          count: 4 * devices),
        microbatches: Array(repeating: Microbatch(), count: microbatches), placement: .loop,
        communication: .uniform(1)))
  }

  /// A microbatch that never waits takes 64 F and B and 126 messages. Device 0 holds its four stages for that long, and 16
  /// stages less for each that comes later; and half of it for each W. Memory has room for one microbatch in so much time over
  /// the limit, and at that pace the last of 32 would be done after 1747.
  @Test(
    "bursts at both ends are shorter by far than any steady pace", arguments: [Objective.makespan, .period])
  func bursts(objective: Objective) throws {
    let problem = try Self.loop(16, microbatches: 32)
    let roundTrip: Double = 64 * 6 + 126
    let later: Double = 16 * (6 + 2)
    let held: Double = 4 * roundTrip - 6 * later + 4 * 0.5 * 1.75
    let steady: Double = roundTrip + 1.75 + 31 * held / 32
    let result = Search(problem, options: SearchOptions(objective: objective, iterations: 0), lowerBound: 0)
      .run()
    #expect(result.value < 0.96 * steady)
  }

  @Test(
    "all microbatches enter in turn, within the time that they would have at a pace, on problems of every feature"
  )
  func everyFeature() throws {
    var random = SeededGenerator(seed: 77)
    var (planned, unplanned) = (0, 0)
    let shape = RandomProblem(devices: 1...4, microbatches: 1...9)
    let alike = shape.without(
      .scales, .scalesByPass, .scalesByStage, .memoryFactors, .routes, .replicas, .pieces, .modesByMicrobatch,
      because: "plans are for equal microbatches on one route")
    for turn in 0..<300 {
      let problem = try (turn.isMultiple(of: 2) ? shape : alike).problem(using: &random)
      let model = SearchModel(problem.inChosenModes ?? problem, fused: Bool.random(using: &random))
      guard let plan = EntryPlan(model) else {
        unplanned += 1
        continue
      }
      planned += 1
      #expect(plan.times.count == problem.microbatchCount)
      #expect(plan.times == plan.times.sorted())
      let last = 1.25 * model.steadyPace * Double(problem.microbatchCount - 1)
      let inTime = plan.times.allSatisfy { $0 >= 0 && $0 <= last * (1 + 1e-9) }
      #expect(inTime, "\(problem)")
    }
    #expect(planned > 10 && unplanned > 10, "\(planned) \(unplanned)")
  }

  @Test("rules follow a plan where there is one, and only there")
  func rules() throws {
    var model = SearchModel(try Self.loop(2, microbatches: 4), fused: false)
    let isPlanned = GreedyRule.family(for: model).contains { $0.isPlanned }
    #expect(!isPlanned)
    model.entryPlan = EntryPlan(model)
    let rules = GreedyRule.family(for: model)
    let first = rules.first { $0.isPlanned }
    let planned = try #require(first)
    #expect(GreedyParameters(planned, for: model).entryTimes == model.entryPlan?.times)
    #expect(Set(rules).count == rules.count)
  }

  /// One device has room for one whole microbatch, whose passes take 6: one enters every 6.
  @Test("a plan keeps to the time and the memory of its device")
  func oneDevice() throws {
    let problem = try Problem(
      Instance(
        devices: [Device(memoryLimit: 2)],
        stages: Array(repeating: Stage(forward: 1, backward: .split(input: 1, weight: 1)), count: 2),
        microbatches: Array(repeating: Microbatch(), count: 20), placement: .loop))
    let model = SearchModel(problem, fused: false)
    let plan = try #require(EntryPlan(model))
    let last = try #require(plan.times.last) / model.grid.stepsPerUnit
    // In shares the last one may enter half a microbatch early, and cells and places level what is closer.
    #expect(last > 19 * 6 * 0.93 && last < 19 * 6 * 1.05, "\(last)")
  }

  @Test("times for more microbatches keep both ends, and go on at the pace of the middle between them")
  func resized() throws {
    let model = SearchModel(try Self.loop(2, microbatches: 8), fused: false)
    var parameters = GreedyParameters(.cautious, for: model)
    #expect(parameters.resized(from: 8, to: 12).entryTimes.isEmpty)
    parameters.entryTimes = [0, 1, 10, 20, 30, 40, 50, 51]
    #expect(
      parameters.resized(from: 8, to: 12).entryTimes == [0, 1, 10, 20, 30, 40, 50, 60, 70, 80, 90, 91])
    #expect(parameters.resized(from: 8, to: 8).entryTimes == parameters.entryTimes)
  }

  @Test("no change lets microbatches enter out of turn")
  func changes() throws {
    let model = SearchModel(try Self.loop(4, microbatches: 12), fused: false)
    let change = ParameterChange(model, isPaced: true)
    var random = FastRandom(seed: 3, chain: 0, for: .parameters)
    var parameters = change.clipped(GreedyParameters(.cautious, for: model))
    var before = parameters.entryTimes
    var changed = 0
    for _ in 0..<5_000 {
      change.apply(to: &parameters, &random)
      if parameters.entryTimes != before { changed += 1 }
      before = parameters.entryTimes
      let inTurn = before == before.sorted() && before[0] >= 0
      #expect(inTurn)
    }
    #expect(changed > 300)
  }
}
