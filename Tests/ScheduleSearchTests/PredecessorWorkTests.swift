import PipelineModel
import TestSupport
import Testing

@testable import ScheduleSearch

@Suite("Work of predecessors, on devices without prefixes")
struct PredecessorWorkTests {
  @Test(
    "never exceeds what prefixes know, and mostly exceeds what the way alone tells", arguments: [false, true])
  func prefixes(isFused: Bool) throws {
    let shape = PrefixRowTests.oneClass(devices: 1...4, microbatches: 1...6)
    var random = SeededGenerator(seed: 17)
    var (compared, higher) = (0, 0)
    for _ in 0..<500 {
      let problem = try shape.problem(using: &random)
      let table = OperationTable(problem, isFused: isFused)
      let graphs = try Relaxation<PrefixGraph>(
        table, limit: PrefixLimit(device: 1_000, built: 3_000, total: 3_000))
      // Off a chain prefixes are not asked for every operation.
      guard graphs.isComplete, table.grid.isExact, table.microbatchLength != nil, table.ways[0].isChain
      else { continue }
      let plain = try Relaxation<PrefixGraph>(table, limit: .none)
      compared += 1
      for frame in [nil] + table.activeDevices.map(Int?.some) {
        let (heads, plainHeads) = try (graphs.heads(from: frame), plain.heads(from: frame))
        let (tails, plainTails) = try (graphs.tails(to: frame), plain.tails(to: frame))
        for operation in 0..<table.count where table.facts[operation].contains(.gate) {
          #expect(plainHeads.operations[operation] <= heads.operations[operation], "\(operation): \(problem)")
          #expect(plainTails.operations[operation] <= tails.operations[operation], "\(operation): \(problem)")
        }
      }
      if try Self.isLaterThanInputs(plain) { higher += 1 }
    }
    #expect(compared > 40 && higher > compared / 2, "\(compared) \(higher)")
  }

  /// Whether some head is later than inputs and the same pass of the microbatch before let it be.
  private static func isLaterThanInputs(_ relaxation: Relaxation<PrefixGraph>) throws -> Bool {
    let (table, heads) = (relaxation.table, try relaxation.heads().operations)
    return (0..<table.count).contains { operation in
      var arrival = 0.0
      for (other, latency) in [
        (table.producer[operation], table.latency[operation]), (table.previous[operation], 0),
      ] where other >= 0 {
        arrival = max(arrival, heads[Int(other)] + table.duration[Int(other)] + latency)
      }
      return !table.facts[operation].contains(.hasFurtherProducers) && heads[operation] > arrival
    }
  }

  @Test("never exceeds the optimum of tiny problems with every feature", arguments: [false, true])
  func bruteForce(isFused: Bool) throws {
    let problems = try TinyProblem.draws(
      40, backward: isFused ? .fused : .auto, limit: 1000, seed: isFused ? 217 : 213)
    for tiny in problems {
      let table = OperationTable(try tiny.problem.withoutOverlap(), isFused: isFused)
      let plain = try Relaxation<PrefixGraph>(table, limit: .none)
      for objective in Objective.allCases {
        let bound = try plain.bound(on: objective, until: .infinity).value
        #expect(bound <= tiny.optimum(objective) * (1 + 1e-9), "\(tiny.problem) \(objective)")
      }
    }
    let features = TinyProblem.features(of: problems)
    #expect(features == Set(ProblemFeature.allCases), "\(Set(ProblemFeature.allCases).subtracting(features))")
  }

  @Test("lets the last device of a pipeline run one backward pass for every forward pass")
  func lastDevice() throws {
    let problem = try Problem.uniform(
      devices: 3, microbatches: 6, forward: 3, backwardInput: 5, backwardWeight: 0, communication: 2)
    let table = OperationTable(problem, isFused: true)
    let plain = try Relaxation<PrefixGraph>(table, limit: .none)
    let (heads, tails) = try (plain.heads(), plain.tails())
    for operation in table.range(of: 2) {
      let rank = Double(table.place(of: operation).rank)
      if table.pass[operation] == .backward {
        // Two stages, then so many passes of both kinds.
        #expect(heads.operations[operation] == 2 * (3 + 2) + (rank + 1) * 3 + rank * 5)
      } else {
        // All passes behind it, and the way back.
        #expect(tails.operations[operation] == (5 - rank) * 3 + (6 - rank) * 5 + 2 * (5 + 2))
      }
    }
  }

  /// `F` 2.5, `B` 2.5, `W` 2, nodes of eight devices: 647.5 until the first device's first `B`, which it waits for half a
  /// step after every `B` and `W` until the second row of `B`s comes, 26 later; then all that is left.
  @Test("tells how fast gradients come to the first device where memory has no limit")
  func manyStages() throws {
    func time(from: Int, to: Int) -> Double { from / 8 == to / 8 ? 0.5 : 10 }
    let latency = (0..<32).map { from in (0..<32).map { time(from: from, to: $0) } }
    let stage = Stage(forward: 2.5, backwardInput: 2.5, backwardWeight: 2)
    let problem = try Problem(
      devices: Array(repeating: Device(), count: 32), stages: Array(repeating: stage, count: 128),
      microbatches: Array(repeating: Microbatch(), count: 32), placement: .loop,
      communication: .matrix(latency))
    let plain = try Relaxation<PrefixGraph>(OperationTable(problem, isFused: false), limit: .none)
    let bound = try plain.bound(on: .makespan, until: .infinity).value
    let (waiting, rest): (Double, Double) = (647.5 + 26 * 5, (4 * 32 - 26) * 4.5)
    #expect(bound == waiting + rest)
  }

  /// Graphs never pass over a microbatch.
  @Test("grows with a steady state that a sweep passes over")
  func steadyState() throws {
    var random = SeededGenerator(seed: 41)
    var steady = 0
    for _ in 0..<60 {
      func draw(_ range: ClosedRange<Int>) -> Double { Double(Int.random(in: range, using: &random)) }
      let stage = Stage(
        forward: draw(1...9), backwardInput: draw(1...9), backwardWeight: draw(1...9), activationForB: 2,
        activationForW: draw(0...2))
      let devices = (0..<3).map { _ in Device(memoryLimit: Bool.random(using: &random) ? draw(4...9) : nil) }
      let problem = try Problem(
        devices: devices, stages: Array(repeating: stage, count: 6),
        microbatches: Array(repeating: Microbatch(), count: Int.random(in: 20...30, using: &random)),
        placement: [.v, .loop].randomElement(using: &random) ?? .v, communication: .uniform(draw(0...3)))
      let table = OperationTable(problem, isFused: false)
      let graphs = try Relaxation<PrefixGraph>(table, limit: .graphs, deadline: .never) {
        shape, count, limit throws(OutOfTime) in
        guard shape.limit.isFinite else { return (nil, 0) }
        return (try PrefixGraph(shape, operationCount: count, nodeLimit: limit, deadline: .never), 0)
      }
      let rows = try Relaxation<PrefixRows<Float>>(
        table, limit: .rows(of: table, until: .never), deadline: .never
      ) {
        shape, count, limit throws(OutOfTime) in
        guard shape.limit.isFinite else { return (nil, 0) }
        return (try PrefixRows<Float>(shape, count, limit: limit, cutLimit: .max, deadline: .never), 0)
      }
      try PrefixRowTests.compare(graphs, rows, "\(problem)")
      let (heads, rowHeads) = try (graphs.heads(), rows.heads())
      let (tails, rowTails) = try (graphs.tails(), rows.tails())
      for operation in 0..<table.count where table.facts[operation].contains(.gate) {
        #expect(heads.operations[operation] == rowHeads.operations[operation], "\(operation): \(problem)")
        #expect(tails.operations[operation] == rowTails.operations[operation], "\(operation): \(problem)")
      }
      let isMixed = devices.contains { $0.memoryLimit == nil } && devices.contains { $0.memoryLimit != nil }
      if isMixed, rowHeads.passedOver + rowTails.passedOver > 0 { steady += 1 }
    }
    #expect(steady > 10, "\(steady)")
  }
}
