import PipelineModel
import TestSupport
import Testing

@testable import ScheduleSearch

@Suite("Bounds by paths")
struct PathBoundTests {
  /// The nine devices, each held back by its memory alone.
  private func nineDevices(perOrigin: Int) throws -> RoutingProblem {
    let problem = try NineDevices.problem(perOrigin: perOrigin, isEven: false)
    var rules = problem.rules
    rules.visitsPerDevice = nil
    return try problem.with(rules: rules)
  }

  @Test("meet the optima that a constraint solver (CP-SAT) proved", arguments: [(1, 8.6376), (2, 9.2612)])
  func optima(perOrigin: Int, optimum: Double) throws {
    let problem = try nineDevices(perOrigin: perOrigin)
    let bound = LowerBound.best(for: problem, objective: .makespan, scope: .fused, until: optimum)
    #expect(abs(bound.value - optimum) < 1e-9)
    #expect(bound.argument == .paths)
    // A target that is too long is not proved.
    let longer = LowerBound.best(for: problem, objective: .makespan, scope: .fused, until: 1.01 * optimum)
    #expect(longer.value <= optimum + 1e-9)
  }

  @Test("hold by the programme of shares alone, whatever its multipliers")
  func shares() throws {
    let problem = try nineDevices(perOrigin: 1)
    let model = RoutingModel(problem, fused: true, shrunk: true)
    var random = SeededGenerator(seed: 12)
    for (length, isRefuted) in [(8.3, true), (8.6376, false), (9.0, false)] {
      let table = try #require(PathTable(model, upTo: length * (1 + 1e-9), most: 1_000))
      var program = PathProgram(table, length: length, mostColumns: 10_000)
      var effort = 100_000_000
      let found = program.refutation(effort: &effort, until: .never)
      #expect((found != nil) == isRefuted, "\(length)")
      guard !isRefuted, !program.isHopeless else { continue }
      for _ in 0..<20 {
        let multipliers = program.rows.map { _ in Double.random(in: 0...1, using: &random) }
        #expect(program.excess(multipliers) <= 0)
      }
    }
  }
}
