import PipelineModel
import ScheduleSearch
import TestSupport
import Testing

@Suite("Search for partitions")
struct PartitionSearchTests {
  /// The least makespan over all partitions, modes and orders, by brute force; `nil` where there are too many orders.
  private func optimum(_ open: PartitionProblem, _ objective: Objective) -> Double? {
    var best = Double.infinity
    for counts in open.allCounts {
      guard let closed = try? open.cut(counts) else { continue }
      let lists = closed.stages.reduce([[]] as [[Int]]) { lists, stage in
        lists.flatMap { list in stage.choices.map { list + [$0] } }
      }
      for modes in lists {
        let choice = ModeChoice(modes, microbatchCount: closed.microbatchCount)
        guard let given = try? closed.with(modes: choice) else { continue }
        guard let all = BruteForce(given, limit: 40_000) else { return nil }
        let found = all.optimum()
        best = min(best, objective == .makespan ? found.makespan : found.period)
      }
    }
    return best
  }

  private struct Shape {
    var devices: Int
    var stages: Int
    var placement: Placement
  }

  private static let shapes = [
    Shape(devices: 2, stages: 2, placement: .sequential), Shape(devices: 1, stages: 2, placement: .v),
    Shape(devices: 2, stages: 4, placement: .v), Shape(devices: 2, stages: 3, placement: .loop),
  ]

  @Test("No bound lies above the optimum over all partitions, modes and orders, and the search finds it")
  func tiny() throws {
    var random = SeededGenerator(seed: 31)
    var (count, proved) = (0, 0)
    while count < 24 {
      let shape = Self.shapes[count % Self.shapes.count]
      let shapeOfLayers = RandomLayers(count: shape.stages...shape.stages + 1, hasModes: count % 3 == 0)
      guard let layers = try? shapeOfLayers.layers(using: &random),
        let open = try? PartitionProblem(
          layers, devices: shape.devices, stages: shape.stages, placement: shape.placement,
          microbatches: shape.stages > 2 ? 1 : 2, latency: Double(count % 2),
          memoryLimit: Bool.random(using: &random)
            ? Double.random(in: 6...14, using: &random).rounded() : nil,
          speeds: Bool.random(using: &random) ? [1, 2] : nil)
      else { continue }
      let objective: Objective = count % 4 == 3 ? .period : .makespan
      guard let best = optimum(open, objective) else { continue }
      count += 1
      let options = SearchOptions(objective: objective, iterations: 4_000, threads: 1)
      guard best.isFinite else {
        #expect(throws: ProblemError.self) { try PartitionSearch(open, options: options).run() }
        continue
      }
      let found = try PartitionSearch(open, options: options).run()
      #expect(found.search.bound.value <= best * (1 + 1e-9), "\(open) \(objective)")
      #expect(
        abs(found.search.value - best) <= 1e-9 * best, "\(open) \(objective) \(found.search.value) \(best)")
      proved += abs(found.search.bound.value - best) <= 1e-9 * best ? 1 : 0
    }
    #expect(proved >= 14, "\(proved) of \(count)")
  }

  @Test("Seven layers on three devices: proved best of all partitions")
  func proved() throws {
    let layers = try Layers(
      (0..<7).map { _ in
        Layer(
          figures: Stage(
            forward: 1, backwardInput: 1, backwardWeight: 1, activationForB: 0, activationForW: 0))
      })
    let open = try PartitionProblem(layers, devices: 3, microbatches: 8)
    let found = try PartitionSearch(open, options: SearchOptions(iterations: 2_000, threads: 1)).run()
    #expect(found.problem.partition?.counts.sorted() == [2, 2, 3])
    #expect(found.search.value == found.search.bound.value)
    // A device with three layers works for 8 x 9 and starts at 0, or waits for two layers and is waited for by none.
    #expect(found.search.value >= 72)
  }

  @Test("Gradients are not waited for where nothing before is trained")
  func frozen() throws {
    // Two frozen layers, two trained ones, a latency of 10: F 1, 1, 1, 1 and three messages, then B 1, W 1 and B 1, W 1 on
    // one device, or one message back. With the trained layers on one stage nothing comes back.
    var layers = (0..<4).map { _ in Layer(figures: Stage(forward: 1, backwardInput: 1, backwardWeight: 1)) }
    for index in 0..<2 { layers[index].isFrozen = true }
    let open = try PartitionProblem(Layers(layers), devices: 3, microbatches: 1, latency: 10, leastCount: 1)
    let found = try PartitionSearch(open, options: SearchOptions(iterations: 500, threads: 1)).run()
    #expect(found.problem.partition?.counts == [1, 1, 2])
    #expect(found.search.value == 28)
    #expect(found.search.bound.value <= 28)
  }

  @Test("The same seed and number of moves give the same partition and orders")
  func deterministic() throws {
    var random = SeededGenerator(seed: 5)
    let layers = try RandomLayers(count: 12...12).layers(using: &random)
    let open = try PartitionProblem(layers, devices: 3, microbatches: 5, latency: 0.5, leastCount: 0)
    let results = try (0..<2).map { _ in
      try PartitionSearch(open, options: SearchOptions(iterations: 3_000, seed: 3, threads: 1)).run()
    }
    #expect(results[0].problem == results[1].problem)
    #expect(results[0].search == results[1].search)
  }
}
