import PipelineModel
import ScheduleSearch
import TestSupport
import Testing
import Timeline

@Suite("Bounds of stages that recompute and offload")
struct ModeBoundTests {
  @Test(
    "exceed no value of tiny problems in any modes, made of whatever orders", arguments: Mode.Extent.allCases)
  func tiny(extent: Mode.Extent) throws {
    for hasChoice in [true, false] {
      let shape = TinyModes(extent: extent, hasChoice: hasChoice)
      var random = SeededGenerator(seed: 23)
      var count = 0
      while count < 4 {
        guard let problem = shape.problem(using: &random), let all = ModeBruteForce(problem, limit: 900)
        else {
          continue
        }
        count += 1
        for objective in Objective.allCases {
          try expectNoneAbove(all, problem, objective)
        }
      }
    }
  }

  private func expectNoneAbove(_ all: ModeBruteForce, _ problem: Problem, _ objective: Objective) throws {
    for choice in all.optima {
      let value = objective == .makespan ? choice.makespan : choice.period
      guard value.isFinite else { continue }
      let given = try problem.with(modes: ModeChoice(choice.modes))
      let bounds = [
        LowerBound.simple(for: given, objective: objective),
        LowerBound.best(for: given, objective: objective),
        LowerBound.best(for: given, objective: objective, until: value),
      ]
      #expect(bounds.allSatisfy { $0.value <= value * (1 + 1e-9) }, "\(given) \(objective)")
    }
    let value = all.least(objective) { problem.mayTake($0[0]) }
    guard value.isFinite else { return }
    let open = [
      ModeBound.best(for: problem, objective: objective, limit: 100).value,
      ModeBound.best(for: problem, objective: objective, until: value, limit: 100).value,
      try #require(ModeKnapsack(problem, objective: objective)).value,
    ]
    #expect(open.allSatisfy { $0 <= value * (1 + 1e-9) }, "\(problem) \(objective)")
  }

  @Test("meet proved optima over all modes, and exceed none", arguments: Mode.Extent.allCases)
  func optima(extent: Mode.Extent) throws {
    var (met, count, gaps) = (0, 0, 0.0)
    for optimum in try ModeOptimum.all() {
      let problem = try optimum.problem(per: extent)
      guard let (value, isProved) = optimum.values[extent] else { continue }
      // Microbatches told apart take debug builds long: 4,000 sets meet 13 of 16.
      let bound = ModeBound.best(
        for: problem, objective: .makespan, until: value, limit: extent == .microbatch ? 12 : nil)
      #expect(bound.value <= value, "\(optimum.name) \(extent)")
      guard isProved else { continue }
      count += 1
      met += bound.value == value ? 1 : 0
      gaps += (value - bound.value) / value
    }
    // 16 of 17 per stage, 10 of 16 per microbatch and 13 of 16 per problem when this was written.
    let least: [Mode.Extent: Double] = [.stage: 0.9, .microbatch: 0.6, .problem: 0.75]
    #expect(Double(met) >= (least[extent] ?? 1) * Double(count), "\(met) of \(count)")
    #expect(gaps <= 0.03 * Double(count))
  }

  @Test("let R run before the gradient comes, and not before its F")
  func recompute() throws {
    // Two devices, one microbatch: F 2, F 3, R 4 on the second, B 5, W 1; the first has R 4 while it waits: 2 + 3 + 4 + 5
    // + 5 + 1.
    var stages = [2.0, 3.0].map { Stage(forward: $0, backwardInput: 5, backwardWeight: 1) }
    for index in stages.indices { (stages[index].checkpoint, stages[index].recompute) = (0.25, 4) }
    let problem = try Problem(
      devices: [Device(), Device()], stages: stages, microbatches: [Microbatch()])
    #expect(LowerBound.simple(for: problem, objective: .makespan).value == 20)
    #expect(LowerBound.best(for: problem, objective: .makespan).value == 20)
  }

  @Test("count what a channel to a host takes each way")
  func channel() throws {
    // F 1, then three transfers of 10 one after the other, the last of which comes back in 10 more, B 1.
    var stage = Stage(forward: 1, backward: .input(1), activationForB: 10)
    stage.offload = 10
    let problem = try Problem(
      devices: [Device(host: HostLink(bandwidth: 1))], stages: [stage],
      microbatches: Array(repeating: Microbatch(), count: 3))
    #expect(LowerBound.simple(for: problem, objective: .makespan).value == 42)
  }

  @Test("are those of a problem without modes where there are none")
  func withoutModes() throws {
    let problem = try Problem(
      devices: [Device(), Device()],
      stages: Array(repeating: Stage(forward: 2, backwardInput: 3, backwardWeight: 1), count: 2),
      microbatches: Array(repeating: Microbatch(), count: 4))
    #expect(
      ModeBound.best(for: problem, objective: .makespan)
        == LowerBound.best(for: problem, objective: .makespan))
  }

  @Test("tell choices in order of their bounds, none above the best schedule in it")
  func choices() throws {
    let optimum = try #require(try ModeOptimum.all().first { $0.name == "recompute-07" })
    var tree = ModeBound(optimum.problem, objective: .makespan)
    var told: [ModeBound.Choice] = []
    while told.count < 4, let choice = tree.nextChoice() { told.append(choice) }
    #expect(told.count == 4 && told.first?.bound.value == 171)
    #expect(zip(told, told.dropFirst()).allSatisfy { $0.bound.value <= $1.bound.value })
    #expect(Set(told.map(\.modes)).count == 4)
  }

  @Test(
    "and an exact search of modes agree with the proved optima", arguments: ["recompute-01", "recompute-05"])
  func exact(name: String) throws {
    let optimum = try #require(try ModeOptimum.all().first { $0.name == name })
    let problem = optimum.problem
    func oneByOne(_ given: Problem) -> (orders: Orders, value: Double)? {
      let family = given.microbatches.indices.map { Microbatch.ID($0) }
      let orders = Orders(
        given.devices.indices.map { device in
          family.flatMap { microbatch -> [Operation] in
            let own = given.stages.indices.filter { given.hosts[$0][0].index == device }.map { Stage.ID($0) }
            let forwards = own.map { Operation(.forward, stage: $0, microbatch: microbatch) }
            return forwards
              + own.reversed().flatMap { stage in
                given.stage(stage, of: microbatch).passes(isFused: false).dropFirst().map {
                  Operation($0, stage: stage, microbatch: microbatch)
                }
              }
          }
        })
      return (try? Timeline(Schedule(problem: given, orders: orders))).map { (orders, $0.makespan) }
    }
    let start = try #require(oneByOne(problem))
    let result = ExactModeSearch(problem, objective: .makespan, incumbent: start).run(first: oneByOne)
    #expect(result.isProved && result.value == optimum.values[.stage]?.value)
    let timeline = try Timeline(
      Schedule(problem: try problem.with(modes: result.modes), orders: result.orders))
    #expect(timeline.makespan == result.value && timeline.fitsMemory)
  }

  @Test("of a knapsack: one of two microbatches recomputes where work and memory times time balance so")
  func knapsack() throws {
    // Microbatches of the first device are away for 100. A plain one holds 4 for 102 and works 2; one that recomputes holds 4
    // for 101, in R and B, and works 102. Of memory 4: both plain 2 x 408 / 4 = 204, both others 204 of work, one of each
    // (408 + 404) / 4.
    var stage = Stage(forward: 1, backward: .input(1), activationForB: 4)
    stage.modes = [Mode(name: "full", checkpoint: 0, recompute: 100)]
    let far = Stage(forward: 50, backward: .input(50), activationForB: 0, activationForW: 0)
    var instance = Instance(
      devices: [Device(memoryLimit: 4), Device()], stages: [stage, far],
      microbatches: Array(repeating: Microbatch(), count: 2))
    instance.modesPer = .microbatch
    let knapsack = try #require(ModeKnapsack(try Problem(instance), objective: .makespan))
    #expect(abs(knapsack.value - 203) < 1e-6 && knapsack.device == Device.ID(0))
    #expect(knapsack.counts == [[1, 1], [2]])
  }
}

extension Problem {
  /// Whether the choice is one that modes per problem allow: one name for all stages that have modes.
  fileprivate func mayTake(_ modes: [Int]) -> Bool {
    guard instance.modesPer == .problem else { return true }
    let names = stages.indices.filter { !stages[$0].modes.isEmpty }.map { stages[$0].modeNames[modes[$0]] }
    return Set(names).count <= 1
  }
}
