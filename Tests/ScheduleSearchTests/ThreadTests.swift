import PipelineModel
import ScheduleSearch
import TestSupport
import Testing

@Suite("Chains side by side")
struct ThreadTests {
  /// Problems whose orders are moved as operations, as pairs and as pieces.
  private static func problems() throws -> [Problem] {
    let plain = try Problem.uniform(
      devices: 3, microbatches: 6, forward: 10, backwardInput: 14, backwardWeight: 7, communication: 1,
      memoryLimit: 4)
    return [
      plain, try plain.with(overlap: Overlap(forwardBackward: 0.7)), try plain.cut(intoPieces: 2),
    ]
  }

  @Test(
    "the same seed, moves and chains have the same answer, and all moves are tried", arguments: [1, 2, 4],
    Objective.allCases)
  func deterministic(threads: Int, objective: Objective) throws {
    for problem in try Self.problems() {
      // A number that chains cannot share evenly; without a bound no chain ends early.
      let options = SearchOptions(objective: objective, iterations: 1_203, seed: 9, threads: threads)
      let results = (0..<3).map { _ in Search(problem, options: options, lowerBound: 0).run() }
      #expect(results[0] == results[1] && results[1] == results[2])
      #expect(results[0].iterations == 1_203)
      try expectSound(results[0], problem, objective)
    }
  }

  @Test("moves grow with chains: each has as many in one round", arguments: [1, 2, 4])
  func growth(threads: Int) throws {
    let problem = try Problem.uniform(devices: 2, microbatches: 2, communication: 1)
    var told: [Int] = []
    _ = Search(
      problem, options: SearchOptions(iterations: 10_000_000, threads: threads), lowerBound: 0
    ).run {
      told.append($0.iterations)
      return told.count < 100 && !zip(told, told.dropFirst()).contains { $1 - $0 >= 65_536 }
    }
    let rounds = zip(told, told.dropFirst()).map { $1 - $0 }
    #expect(rounds.last == threads * 65_536)
  }

  @Test("routes are the same again, whatever the number of chains", arguments: [1, 2, 4])
  func routes(threads: Int) throws {
    var random = SeededGenerator(seed: 5)
    var answered = 0
    for _ in 0..<6 {
      let problem = try RandomRouting().problem(using: &random)
      let search = RoutingSearch(problem, options: SearchOptions(iterations: 600, seed: 2, threads: threads))
      guard let first = try? search.run() else { continue }
      #expect(try first == search.run())
      answered += 1
    }
    #expect(answered > 0)
  }
}
