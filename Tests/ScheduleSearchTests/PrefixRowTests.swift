import PipelineModel
import TestSupport
import Testing

@testable import ScheduleSearch

@Suite("Bounds of rows of prefixes")
struct PrefixRowTests {
  @Test("never exceed the optimum of tiny problems with every feature", arguments: [false, true])
  func bruteForce(isFused: Bool) throws {
    let problems = try TinyProblem.draws(
      20, backward: isFused ? .fused : .auto, limit: 1000, seed: isFused ? 211 : 207)
    var bounded = 0
    for tiny in problems {
      for objective in Objective.allCases {
        let optimum = tiny.optimum(objective)
        guard
          let bound = try Self.bound(tiny.problem.withoutOverlap(), objective, isFused: isFused, cuts: .max)
        else { continue }
        bounded += 1
        #expect(bound <= optimum * (1 + 1e-9), "\(tiny.problem) \(objective)")
      }
    }
    #expect(bounded > 15)
    let features = TinyProblem.features(of: problems)
    #expect(features == Set(ProblemFeature.allCases), "\(Set(ProblemFeature.allCases).subtracting(features))")
  }

  @Test("are those of graphs where these hold the same operations", arguments: [false, true])
  func graphs(isFused: Bool) throws {
    let shape = Self.oneClass(devices: 1...4, microbatches: 1...6)
    // Small enough for debug builds.
    let limit = PrefixLimit(device: 1_000, built: 3_000, total: 3_000)
    var random = SeededGenerator(seed: 5)
    var (compared, comparedShort) = (0, 0)
    for _ in 0..<160 {
      let problem = try shape.problem(using: &random)
      let table = OperationTable(problem, isFused: isFused)
      let graphs = try Relaxation<PrefixGraph>(table, limit: limit)
      let rows = try Relaxation<PrefixRows<Double>>(table, limit: limit, cutLimit: .max)
      guard rows.isComplete, graphs.isComplete, table.grid.isExact else { continue }
      compared += 1
      try Self.compare(graphs, rows, "\(problem)")
      guard table.fits(Float.self) else { continue }
      comparedShort += 1
      let short = try Relaxation<PrefixRows<Float>>(table, limit: limit, cutLimit: .max)
      try Self.compare(graphs, short, "in short numbers: \(problem)")
    }
    #expect(compared > 20 && comparedShort > 20)
  }

  @Test("are never false where times do not fit short numbers")
  func lateGates() throws {
    // Gates beyond 2^23 steps stand for earlier ones.
    let problem = try Problem.uniform(
      devices: 3, microbatches: 2, forward: 1_000_001, backwardInput: 1_500_001, backwardWeight: 700_001,
      memoryLimit: 2)
    let table = OperationTable(problem, isFused: false)
    #expect(!table.fits(Float.self))
    let exact = try Relaxation<PrefixRows<Double>>(table).bound(on: .makespan, until: .infinity)
    let short = try Relaxation<PrefixRows<Float>>(table).bound(on: .makespan, until: .infinity)
    #expect(short.value <= exact.value)
  }

  /// Random problems of which rows hold all that graphs do.
  static func oneClass(devices: ClosedRange<Int>, microbatches: ClosedRange<Int>) -> RandomProblem {
    RandomProblem(devices: devices, microbatches: microbatches)
      .without(.overlap, .overlapByStage, because: "bounds are of the problem without it")
      .without(
        .scales, .memoryFactors, .routes, .replicas,
        because: "rows hold one class, so that graphs hold more operations")
  }

  /// Every head and every tail, in every frame, and what devices prove on their own.
  static func compare<Time>(
    _ graphs: Relaxation<PrefixGraph>, _ rows: Relaxation<PrefixRows<Time>>, _ problem: String
  ) throws {
    let table = graphs.table
    for frame in [nil] + table.activeDevices.map(Int?.some) {
      let (heads, rowHeads) = try (graphs.heads(from: frame), rows.heads(from: frame))
      let (tails, rowTails) = try (graphs.tails(to: frame), rows.tails(to: frame))
      for operation in 0..<table.count where table.facts[operation].contains(.gate) {
        #expect(heads.gates[operation] == rowHeads.gates[operation], "head of \(operation): \(problem)")
        #expect(tails.gates[operation] == rowTails.gates[operation], "tail of \(operation): \(problem)")
      }
      for device in table.activeDevices {
        guard let graph = graphs.prefixes[device], let own = rows.prefixes[device] else { continue }
        #expect(graph.end(heads.nodes[device]) == own.end(rowHeads.nodes[device]), "\(problem)")
        #expect(graph.rest(tails.nodes[device]) == own.rest(rowTails.nodes[device]), "\(problem)")
        let most = graphs.bottleneck(on: device, heads: heads, tails: tails)
        #expect(rows.bottleneck(on: device, heads: rowHeads, tails: rowTails) <= most, "\(problem)")
      }
    }
  }

  @Test("are the same on any number of cores")
  func threads() throws {
    let shape = RandomProblem(devices: 2...4, microbatches: 2...5)
    var random = SeededGenerator(seed: 23)
    let limit = PrefixLimit(device: 500, built: 1_500, total: 1_500)
    for _ in 0..<40 {
      let table = OperationTable(try shape.problem(using: &random), isFused: false)
      var rows = try Relaxation<PrefixRows<Double>>(table, limit: limit, cutLimit: .max)
      var graphs = try Relaxation<PrefixGraph>(table, limit: limit)
      for objective in [Objective.makespan, .period] {
        for goal in [Double.infinity, 10] {
          (rows.threads, graphs.threads) = (1, 1)
          let alone = try (rows.bound(on: objective, until: goal), graphs.bound(on: objective, until: goal))
          for threads in [2, 4] {
            (rows.threads, graphs.threads) = (threads, threads)
            #expect(try rows.bound(on: objective, until: goal) == alone.0, "\(table.problem)")
            #expect(try graphs.bound(on: objective, until: goal) == alone.1, "\(table.problem)")
          }
        }
      }
    }
  }

  @Test("never exceed a proved optimum, and meet most")
  func provedOptima() throws {
    var met = 0
    let optima = try ProvedOptimum.all()
    for row in optima {
      let bound = try #require(try Self.bound(row.problem, row.objective, isFused: false, cuts: .max))
      #expect(bound <= row.optimum, "\(row.name)")
      if bound.rounded(.up) == row.optimum { met += 1 }
    }
    #expect(met >= optima.count / 2)
  }

  @Test("are those of graphs where what a checkpoint grows by needs the memory of W")
  func pendingWeights() throws {
    let problem = try Problem(
      Instance(
        devices: [Device(memoryLimit: 12), Device()],
        stages: [
          Stage(
            forward: 1, backward: .split(input: 1, weight: 9), activationForB: 10, activationForW: 1,
            checkpoint: 1),
          Stage(forward: 1, backward: .split(input: 1, weight: 1)),
        ], microbatches: Array(repeating: Microbatch(), count: 6)))
    let table = OperationTable(problem, isFused: false)
    try Self.compare(
      Relaxation<PrefixGraph>(table), Relaxation<PrefixRows<Double>>(table, cutLimit: .max), "\(problem)")
  }

  @Test("let two microbatches in where what a checkpoint holds fits twice, and grows once")
  func checkpoint() throws {
    // As for graphs: 2 x (1 + 20 + 1) where the second waits for the way back of the first, else 1 + 40 + 1.
    for (limit, makespan) in [(4.0, 44.0), (5, 42)] {
      let problem = try Problem.growingCheckpoint(memoryLimit: limit)
      #expect(try Self.bound(problem, .makespan, isFused: false, cuts: .max) == makespan)
    }
  }

  /// The bound of rows alone; `nil` where no device has any.
  private static func bound(
    _ problem: Problem, _ objective: Objective, isFused: Bool, cuts: Int
  ) throws -> Double? {
    let rows = try Relaxation<PrefixRows<Double>>(OperationTable(problem, isFused: isFused), cutLimit: cuts)
    guard rows.prefixes.contains(where: { $0 != nil }) else { return nil }
    return try rows.bound(on: objective, until: .infinity).value
  }
}
