import PipelineModel
import TestSupport
import Testing
import Timeline

@testable import ScheduleSearch

@Suite("Bounds by prices of time and memory")
struct PriceBoundTests {
  @Test("no optimum of tiny problems with every feature is refuted", arguments: [false, true])
  func bruteForce(isFused: Bool) throws {
    let problems = try TinyProblem.draws(
      40, backward: isFused ? .fused : .auto, limit: 1000, seed: isFused ? 311 : 307)
    var looked = 0
    for tiny in problems {
      let problem = try tiny.problem.withoutOverlap()
      let table = OperationTable(problem, isFused: isFused)
      for objective in Objective.allCases {
        let length = tiny.optimum(objective) * table.grid.stepsPerUnit * (1 + 1e-9)
        for device in table.activeDevices {
          guard let windows = Self.windows(table, device, objective) else { continue }
          looked += 1
          for cells in [WindowRefutation.Cells(time: 4, memory: 4), .init(time: 16, memory: 24)] {
            var refutation = WindowRefutation(
              windows, limit: table.lowered.capacities[device], cells: cells)
            let isRefuted = refutation.refutes(length, until: .never)
            #expect(!isRefuted, "\(problem) \(objective) \(device)")
          }
        }
      }
    }
    #expect(looked > 60)
    let features = TinyProblem.features(of: problems)
    #expect(features == Set(ProblemFeature.allCases), "\(Set(ProblemFeature.allCases).subtracting(features))")
  }

  /// Brute force has few microbatches; what greedy rules find is no optimum, but short enough to show a false refutation.
  @Test("no schedule of many microbatches is refuted, with any features")
  func schedules() throws {
    let shape = RandomProblem(devices: 1...4, microbatches: 6...12)
    var random = SeededGenerator(seed: 1_912)
    var found: [Problem] = []
    for _ in 0..<200 {
      let problem = try shape.problem(using: &random).withoutOverlap()
      let alone = problem.inChosenModes ?? problem
      guard let timeline = Self.shortestOfRules(alone) else { continue }
      let table = OperationTable(alone, isFused: false)
      for (device, objective) in [(0, Objective.makespan), (table.activeDevices.count - 1, .period)] {
        let device = table.activeDevices[device]
        guard let windows = Self.windows(table, device, objective), windows.count < 5 else { continue }
        found.append(alone)
        let length = timeline.value(of: objective) * table.grid.stepsPerUnit * (1 + 1e-9)
        var refutation = WindowRefutation(
          windows, limit: table.lowered.capacities[device], cells: .init(time: 8, memory: 12))
        let isRefuted = refutation.refutes(length, until: .never)
        #expect(!isRefuted, "\(alone) \(objective) \(device)")
      }
    }
    #expect(found.count > 60)
    #expect(found.contains { $0.stages.contains { $0.recompute != nil } })
    #expect(found.contains { $0.stages.contains { $0.offload > 0 } })
  }

  /// A schedule of the README's example with recomputation on two stages takes 11211.186: each `R` of device 0 runs while it waits.
  @Test("an R may run long before its backward pass")
  func recompute() throws {
    let stages = (0..<8).map { stage in
      var own = Stage(forward: 153.507, backward: .whole(329.25), activationForB: 10.4785, staticMemory: 7.47)
      if stage == 0 {
        (own.forward, own.backward, own.activationForB) = (168.858, .whole(362.175), 11.5264)
        (own.checkpoint, own.recompute, own.staticMemory) = (0.6875, 168.858, 9.14)
      } else if stage == 1 {
        (own.checkpoint, own.recompute) = (0.625, 153.507)
      } else if stage == 7 {
        (own.forward, own.backward, own.activationForB) = (151.545, .whole(323.103), 11.5127)
      }
      return own
    }
    let problem = try Problem(
      Instance(
        devices: Array(repeating: Device(memoryLimit: 80), count: 8), stages: stages,
        microbatches: Array(repeating: Microbatch(), count: 16), communication: .uniform(1.35)))
    let table = OperationTable(problem, isFused: false)
    let windows = try #require(Self.windows(table, 0, .makespan))
    var refutation = WindowRefutation(
      windows, limit: table.lowered.capacities[0], cells: .init(time: 12, memory: 48))
    let isRefuted = refutation.refutes(11211.186 * table.grid.stepsPerUnit, until: .never)
    #expect(!isRefuted)
  }

  private static func shortestOfRules(_ problem: Problem) -> Timeline? {
    let model = SearchModel(problem, fused: false)
    let scheduler = GreedyScheduler(model)
    let timelines = GreedyRule.family(for: model).prefix(30).compactMap { rule in
      scheduler.run(rule).flatMap {
        Timeline(ifItRuns: Schedule(problem: problem, orders: model.orders(of: $0).prepared(for: problem)))
      }
    }
    return timelines.filter(\.fitsMemory).min { $0.makespan < $1.makespan }
  }

  /// The work of the device alone, behind the first arrival, and what one microbatch takes.
  @Test("prices refute what work alone refutes")
  func load() throws {
    let problem = try Problem(
      Instance(
        devices: [Device(), Device()],
        stages: [
          Stage(forward: 1, backward: .split(input: 2, weight: 1)),
          Stage(forward: 1, backward: .split(input: 1, weight: 1)),
        ],
        microbatches: Array(repeating: Microbatch(), count: 10)))
    let table = OperationTable(problem, isFused: false)
    let windows = try #require(Self.windows(table, 0, .makespan))
    var refutation = WindowRefutation(windows, limit: .infinity, cells: .init(time: 8, memory: 8))
    let step = table.grid.stepsPerUnit
    let (short, long) = (
      refutation.refutes(39.9 * step, until: .never), refutation.refutes(60 * step, until: .never)
    )
    #expect(short && !long)
  }

  /// Until the first gradient reaches device 0, behind 32 `F`, 31 messages and 7 more `B` with theirs, it runs no more than the
  /// 32 `F` that its memory holds; all other work of its 64 microbatches comes behind.
  @Test("few cells are enough where they begin when the first gradient comes")
  func firstGradient() throws {
    let problem = try Problem(
      Instance(
        devices: Array(repeating: Device(memoryLimit: 32), count: 8),
        stages: Array(repeating: Stage(forward: 2, backward: .split(input: 2, weight: 1)), count: 32),
        microbatches: Array(repeating: Microbatch(), count: 64), placement: .loop,
        communication: .uniform(1)))
    let table = OperationTable(problem, isFused: false)
    let windows = try #require(Self.windows(table, 0, .makespan))
    var refutation = WindowRefutation(
      windows, limit: table.lowered.capacities[0], cells: .init(time: 12, memory: 48))
    let firstGradient: Double = 32 * 2 + 31 + 7 * (2 + 1)
    let rest: Double = 64 * 4 * 5 - 32 * 2
    let length = firstGradient + rest - 0.1
    let isRefuted = refutation.refutes(length * table.grid.stepsPerUnit, until: .never)
    #expect(isRefuted)
  }

  @Test("cells keep their number and order, and begin at given moments, the first ones first")
  func cells() {
    let even = PriceCurve.bounds(8, of: 80, ramp: 20)
    let moved = PriceCurve.bounds(even, meeting: [33, 0, 81, 33.001, 7, 79])
    #expect(moved.count == even.count && moved == moved.sorted())
    #expect(moved.first == 0 && moved.last == 80)
    #expect([33, 7, 79].allSatisfy(moved.contains) && !moved.contains(33.001))
    let crowded = PriceCurve.bounds(even, meeting: (1...20).map { Double($0) })
    #expect(crowded == [0, 1, 2, 3, 4, 5, 6, 7, 80])
  }

  /// A cost is what a plan takes of each cell, times what the cell is worth, and no other delays cost less.
  @Test("costs are sums over cells, and the cheapest delays are those of breakpoints")
  func costs() throws {
    var random = SeededGenerator(seed: 41)
    let shape = RandomProblem(devices: 1...3, microbatches: 2...5).without(
      .overlap, .overlapByStage, because: "it changes no bound here")
    var compared = 0
    while compared < 40 {
      let table = OperationTable(try shape.problem(using: &random), isFused: Bool.random(using: &random))
      let device = table.activeDevices.randomElement(using: &random) ?? 0
      guard let windows = Self.windows(table, device, .makespan) else { continue }
      compared += 1
      let capacity = table.lowered.capacities[device]
      let limit = capacity.isFinite ? capacity : 1_000
      let length = windows.map(\.span).reduce(0, max) * Double.random(in: 1...3, using: &random)
      let frame = WindowFrame(windows, limit: limit, cells: .init(time: 8, memory: 12), length: length)
      let worth = (0..<20).map { _ in
        Bool.random(using: &random) ? 0 : Double.random(in: 0...1, using: &random)
      }
      let prices = frame.prices(worth)
      let exact = frame.cheapest(at: prices, among: prices.breakpoints(of:))
      let paid = zip(frame.column(exact.delays), worth).reduce(0) { $0 + $1.0 * $1.1 }
      #expect(abs(paid - exact.cost) <= 1e-9 * frame.terms * 20, "\(table.problem)")
      let places = [0] + (0..<200).map { _ in Double.random(in: 0...length, using: &random) }.sorted()
      let other = frame.cheapest(at: prices) { _ in places }
      #expect(exact.cost <= other.cost + 1e-9 * frame.terms, "\(table.problem)")
    }
  }

  /// In two rows the least of all prices at which each column costs 1 lies where two of the limits meet.
  @Test("the most that can be packed is what all room costs at the cheapest prices")
  func packing() {
    var random = SeededGenerator(seed: 5)
    for _ in 0..<200 {
      let columns = (0..<Int.random(in: 1...6, using: &random)).map { _ in
        (0..<2).map { _ in Double.random(in: 0.1...5, using: &random) }
      }
      var program = PackingProgram(rowCount: 2)
      for column in columns { program.add(column) }
      var least = Double.infinity
      func consider(_ prices: [Double]) {
        let isPaid = columns.allSatisfy { $0[0] * prices[0] + $0[1] * prices[1] >= 1 - 1e-9 }
        if isPaid, prices[0] >= 0, prices[1] >= 0 { least = min(least, prices[0] + prices[1]) }
      }
      for first in columns {
        consider([1 / first[0], 0])
        consider([0, 1 / first[1]])
        for second in columns {
          let determinant = first[0] * second[1] - first[1] * second[0]
          guard abs(determinant) > 1e-9 else { continue }
          consider([(second[1] - first[1]) / determinant, (first[0] - second[0]) / determinant])
        }
      }
      #expect(abs(program.value - least) < 1e-6 * least)
      let taken = zip(columns, program.amounts)
      let rows = (0..<2).map { row in taken.reduce(0.0) { $0 + $1.0[row] * $1.1 } }
      #expect(rows.allSatisfy { $0 < 1 + 1e-6 })
      #expect(abs(program.amounts.reduce(0, +) - program.value) < 1e-6 * least)
      #expect(columns.allSatisfy { $0[0] * program.prices[0] + $0[1] * program.prices[1] >= 1 - 1e-6 })
    }
  }

  /// With memory for half of what 1F1B holds a loop spends much of its time on filling and emptying it.
  @Test(
    "know that memory fills and empties, on any number of cores", arguments: [Objective.makespan, .period])
  func ramps(objective: Objective) throws {
    let problem = try Problem(
      Instance(
        devices: Array(repeating: Device(memoryLimit: 32), count: 16),
        stages: Array(repeating: Stage(forward: 1, backward: .split(input: 1, weight: 1)), count: 64),
        microbatches: Array(repeating: Microbatch(), count: 32), placement: .loop))
    let simple = LowerBound.simple(for: problem, objective: objective)
    let alone = LowerBound.best(for: problem, objective: objective)
    #expect(alone.value > 1.03 * simple.value)
    guard case .prices = alone.argument else {
      Issue.record("\(alone)")
      return
    }
    #expect(
      alone.explanation.hasPrefix("device 0: in less than \(alone.value.short) its time and its memory"))
    #expect(LowerBound.best(for: problem, objective: objective, threads: 2) == alone)
  }

  private static func windows(
    _ table: OperationTable, _ device: Int, _ objective: Objective
  ) -> [WindowPasses]? {
    WindowPasses.all(
      on: device, of: table, StepCosts(table.lowered, table.classes, table.ways, pairs: table.pairs),
      objective)
  }
}
