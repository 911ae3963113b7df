import PipelineModel
import TestSupport
import Testing

@testable import ScheduleSearch

@Suite("Rows of prefixes in a steady state")
struct SteadyRowTests {
  /// Graphs never pass over a microbatch.
  @Test("are those of graphs, in which every microbatch is timed", arguments: [false, true])
  func graphs(isFused: Bool) throws {
    let shape = PrefixRowTests.oneClass(devices: 1...3, microbatches: 24...40)
    let limit = PrefixLimit(device: 20_000, built: 60_000, total: 60_000)
    var random = SeededGenerator(seed: 31)
    var (compared, steady) = (0, 0)
    for _ in 0..<240 {
      let table = OperationTable(try shape.problem(using: &random), isFused: isFused)
      let graphs = try Relaxation<PrefixGraph>(table, limit: limit)
      let rows = try Relaxation<PrefixRows<Float>>(table, limit: limit, cutLimit: .max)
      guard rows.isComplete, graphs.isComplete, table.fits(Float.self) else { continue }
      compared += 1
      try PrefixRowTests.compare(graphs, rows, "\(table.problem)")
      if try rows.heads().passedOver + rows.tails().passedOver > 0 { steady += 1 }
    }
    #expect(compared > 20 && steady > 0)
  }

  @Test(
    "are those of graphs on equal stages, which come to a steady state most often", arguments: [false, true])
  func equalStages(isFused: Bool) throws {
    var random = SeededGenerator(seed: 37)
    var steady = 0
    for _ in 0..<60 {
      func draw(_ range: ClosedRange<Int>) -> Double { Double(Int.random(in: range, using: &random)) }
      let placement = [Placement.sequential, .v, .loop].randomElement(using: &random) ?? .v
      let devices = Int.random(in: 2...3, using: &random)
      var stage = Stage(
        forward: draw(1...9), backwardInput: draw(1...9), backwardWeight: draw(1...9), activationForB: 2,
        activationForW: draw(0...2))
      if Bool.random(using: &random) {
        stage.firstForward = draw(1...20)
        stage.lastBackward = draw(1...20)
      }
      let problem = try Problem(
        devices: Array(repeating: Device(memoryLimit: draw(4...9)), count: devices),
        stages: Array(repeating: stage, count: placement == .sequential ? devices : 2 * devices),
        microbatches: Array(repeating: Microbatch(), count: Int.random(in: 20...30, using: &random)),
        placement: placement, communication: .uniform(draw(0...3)))
      let table = OperationTable(problem, isFused: isFused)
      let rows = try Relaxation<PrefixRows<Float>>(table, cutLimit: .max)
      try PrefixRowTests.compare(Relaxation<PrefixGraph>(table), rows, "\(problem)")
      if try rows.heads().passedOver + rows.tails().passedOver > 0 { steady += 1 }
    }
    #expect(steady > 20)
  }

  @Test("give the bound of many microbatches in sweeps over few")
  func manyMicrobatches() throws {
    func problem(microbatches: Int) throws -> OperationTable {
      let problem = try Problem.uniform(
        devices: 4, microbatches: microbatches, forward: 10, backwardInput: 14, backwardWeight: 7,
        memoryLimit: 4)
      return OperationTable(problem, isFused: false)
    }
    let few = try Relaxation<PrefixGraph>(problem(microbatches: 40))
    let many = try Relaxation<PrefixRows<Float>>(problem(microbatches: 5000))
    #expect(try many.heads().passedOver > 4900)
    #expect(try many.tails().passedOver > 4900)
    // A microbatch more takes what it takes on one device.
    let expected = try few.bound(on: .makespan, until: .infinity).value + 4960 * 31
    #expect(try many.bound(on: .makespan, until: .infinity).value == expected)
  }
}
