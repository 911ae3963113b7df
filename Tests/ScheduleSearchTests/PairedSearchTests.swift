import PipelineModel
import ScheduleChecker
import ScheduleSearch
import TestSupport
import Testing
import Timeline

@Suite("Search where pairs overlap")
struct PairedSearchTests {
  private func options(_ objective: Objective = .makespan, moves: Int = 30_000) -> SearchOptions {
    SearchOptions(objective: objective, iterations: moves, seed: 3)
  }

  @Test("forms pairs in a bidirectional pipeline and beats the best without", arguments: Objective.allCases)
  func gains(objective: Objective) throws {
    let problem = try Problem.uniform(devices: 2, microbatches: 6).arranged(.bidirectional, chunks: 1)
      .with(overlap: Overlap(forwardBackward: 0.6))
    let result = Search(problem, options: options(objective)).run()
    let alone = try LowerBound.best(for: problem.with(overlap: nil), objective: objective).value
    #expect(!result.orders.pairs.isEmpty)
    #expect(result.value < alone)
    #expect(try result.certificate().lowerBound <= result.value)
  }

  @Test("never loses given orders with pairs, and answers the same again")
  func starts() throws {
    var random = SeededGenerator(seed: 72)
    let shape = RandomProblem(devices: 1...4, microbatches: 1...4)
    for _ in 0..<4 {
      let problem = try shape.problem(using: &random).with(overlap: Overlap(forwardBackward: 0.7))
      let starts = (0..<20).map { _ in problem.randomOrders(using: &random) }
      let best = try starts.map { try Timeline(Schedule(problem: problem, orders: $0)).makespan }.min()
      let result = Search(problem, options: options(moves: 0), starts: starts).run()
      #expect(result.value <= (best ?? 0) * (1 + 1e-9))
      let again = Search(problem, options: options(moves: 600), starts: starts).run()
      #expect(again == Search(problem, options: options(moves: 600), starts: starts).run())
    }
  }

  @Test("keeps backwards whole or apart as asked")
  func backward() throws {
    let problem = try Problem.uniform(devices: 2, microbatches: 4)
      .with(overlap: Overlap(forwardBackward: 0.7))
    for backward in [SearchOptions.Backward.fused, .split] {
      var options = options(moves: 4_000)
      options.backward = backward
      let kinds = Set(Search(problem, options: options).run().orders.operations.map(\.kind))
      #expect(kinds.contains(.backward) == (backward == .fused))
      #expect(kinds.contains(.backwardWeight) == (backward == .split))
    }
  }

  @Test("proves by trying every pair at the leaves of the tree")
  func proof() throws {
    // One device, two microbatches, F = 1 and BW = 2, pairs in half their time: F, then F with the first BW, then the
    // other BW, 1 + 1.5 + 2.
    let problem = try Problem.uniform(devices: 1, microbatches: 2)
      .with(overlap: Overlap(forwardBackward: 0.5))
    let result = try ExactSearch.fromOneByOne(problem, .makespan).run()
    #expect(result.isProved && result.value == 4.5)
    #expect(result.orders.pairs.count == 1)
  }

  @Test("without overlap a bidirectional pipeline of 4 and 8 has no bubble but the way in")
  func bidirectional() throws {
    let problem = try Problem.uniform(devices: 4, microbatches: 8).arranged(.bidirectional, chunks: 1)
    let result = Search(problem, options: options(moves: 60_000)).run()
    // Each device has 8 x 3 of work; the inner two have none until 1.
    #expect(result.value <= 26)
    #expect(try result.certificate().lowerBound >= 25)
  }
}
