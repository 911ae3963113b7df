import PipelineModel
import ScheduleSearch
import TestSupport
import Testing
import Timeline

@Suite("Bounds of stages that recompute and offload")
struct ModeBoundTests {
  @Test("exceed no value of tiny problems in any modes, made of whatever orders", arguments: Mode.Extent.allCases)
  func tiny(extent: Mode.Extent) throws {
    for hasChoice in [true, false] {
      let shape = TinyModes(extent: extent, hasChoice: hasChoice)
      var random = SeededGenerator(seed: 23)
      var count = 0
      while count < 12 {
        guard let problem = shape.problem(using: &random), let all = ModeBruteForce(problem, limit: 400) else {
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
      ModeBound.best(for: problem, objective: objective).value,
      ModeBound.best(for: problem, objective: objective, until: value).value,
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
      let bound = ModeBound.best(for: problem, objective: .makespan, until: value)
      #expect(bound.value <= value, "\(optimum.name) \(extent)")
      guard isProved else { continue }
      count += 1
      met += bound.value == value ? 1 : 0
      gaps += (value - bound.value) / value
    }
    // 16 of 17 per stage, 9 of 16 per microbatch and 11 of 16 per problem when this was written.
    let least: [Mode.Extent: Double] = [.stage: 0.9, .microbatch: 0.55, .problem: 0.65]
    #expect(Double(met) >= (least[extent] ?? 1) * Double(count), "\(met) of \(count)")
    #expect(gaps <= 0.03 * Double(count))
  }

  @Test("meet the optimum of each mode vector that wins, but for what hosts add")
  func given() throws {
    // The least makespans with one mode for all stages, by hand of the same table: plain where nothing is chosen.
    let optimum = try #require(try ModeOptimum.all().first { $0.name == "recompute-03" })
    let given = try optimum.problem.with(modes: ModeChoice([1, 1, 1], microbatchCount: 3))
    #expect(LowerBound.best(for: given, objective: .makespan).value == 83)
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
      ModeBound.best(for: problem, objective: .makespan) == LowerBound.best(for: problem, objective: .makespan))
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

  @Test("of a knapsack: half of the microbatches recompute where memory has room for half of them")
  func knapsack() throws {
    // One device whose microbatches are away for 100: plain ones hold 4 for 102, others 1 until R.
    var stage = Stage(forward: 1, backward: .input(1), activationForB: 4)
    stage.modes = [Mode(name: "full", checkpoint: 0, recompute: 100)]
    var instance = Instance(
      devices: [Device(memoryLimit: 4), Device()], stages: [stage, Stage(forward: 50, backward: .input(50), activationForB: 0)],
      microbatches: Array(repeating: Microbatch(), count: 2))
    instance.modesPer = .microbatch
    let knapsack = try #require(ModeKnapsack(try Problem(instance), objective: .makespan))
    // Both plain hold 2 x 4 x 102 of memory times time, less what ramps leave out; one that recomputes works 100 more.
    #expect(knapsack.counts[0].reduce(0, +) == 2)
    #expect(knapsack.value >= 200 * (1 - 1e-9))
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
