import PipelineModel
import TestSupport
import Testing

@Suite("Partitions of layers")
struct PartitionTests {
  private func layers(_ works: [Double]) throws -> Layers {
    try Layers(
      works.map {
        Layer(figures: Stage(forward: $0, backward: .split(input: 0, weight: 0), activationForB: 1))
      })
  }

  @Test("Equal counts leave the remainder to the first stages")
  func equal() throws {
    let open = try PartitionProblem(layers(Array(repeating: 1, count: 18)), devices: 4, microbatches: 2)
    #expect(open.equalCounts == [5, 5, 4, 4])
  }

  @Test("Counts that do not suit the layers are refused")
  func refusals() throws {
    var all = try layers([1, 2, 3, 4]).all
    all[3].isTogether = true
    let open = try PartitionProblem(Layers(all), devices: 2, microbatches: 2)
    #expect(throws: ProblemError(["partition"], .layerSum(2, expected: 4))) { try open.cut([1, 1]) }
    #expect(throws: ProblemError(["partition"], .wrongLength(1, expected: 2, of: "stage"))) {
      try open.cut([4])
    }
    #expect(throws: ProblemError(["partition", 0], .tornApart(layer: 3, name: ""))) { try open.cut([3, 1]) }
    #expect(throws: ProblemError(["partition", 0], .countOutOfRange(0, 1...4))) { try open.cut([0, 4]) }
    #expect(throws: ProblemError(["partition", "stages"], .fewLayers(3, stages: 4))) {
      try PartitionProblem(Layers(all), devices: 4, microbatches: 2)
    }
    let empty = try PartitionProblem(Layers(all), devices: 4, microbatches: 2, leastCount: 0)
    #expect(try empty.cut([0, 2, 2, 0]).stages.map(\.forward) == [0, 3, 7, 0])
  }

  @Test("The balanced partition is the best of all", arguments: [Placement.sequential, .v, .loop])
  func balanced(placement: Placement) throws {
    var random = SeededGenerator(seed: 4)
    for _ in 0..<30 {
      let layers = try RandomLayers(count: 6...9, hasModes: false, hasTies: false).layers(using: &random)
      let speeds: [Double] = (0..<2).map { _ in Bool.random(using: &random) ? 1 : 2 }
      let limit = Bool.random(using: &random) ? Double.random(in: 14...30, using: &random).rounded() : nil
      guard
        let open = try? PartitionProblem(
          layers, devices: 2, stages: placement == .sequential ? 2 : 4, placement: placement, microbatches: 3,
          memoryLimit: limit, speeds: speeds)
      else { continue }
      let fitting = open.allCounts.filter { held(open, $0) }
      let best = (fitting.isEmpty ? open.allCounts : fitting).map { bottleneck(open, $0) }.min() ?? 0
      #expect(abs(bottleneck(open, open.balancedCounts) - best) < 1e-9, "\(open.balancedCounts)")
    }
  }

  private func bottleneck(_ open: PartitionProblem, _ counts: [Int]) -> Double {
    let works = sums(open, counts) { layer in open.layers.passes[layer].work }
    return zip(works, open.devices).map { work, device in work / device.speed }.max() ?? 0
  }

  /// Whether every device holds what 1F1B has in flight on its stages.
  private func held(_ open: PartitionProblem, _ counts: [Int]) -> Bool {
    let stageOf = counts.enumerated().flatMap { Array(repeating: $0, count: $1) }
    let held = sums(open, counts) { layer in
      let inFlight = min(open.microbatches.count, open.stageCount - stageOf[layer])
      return open.layers.passes[layer].staticMemory + Double(inFlight)
        * open.layers.passes[layer].activationForForward
    }
    return zip(held, open.devices).allSatisfy { $0 <= $1.memoryLimit ?? .infinity }
  }

  private func sums(_ open: PartitionProblem, _ counts: [Int], _ figure: (Int) -> Double) -> [Double] {
    var sums = open.devices.map { _ in 0.0 }
    var layer = 0
    for (stage, count) in counts.enumerated() {
      for _ in 0..<count {
        sums[open.hosts[stage][0].index] += figure(layer)
        layer += 1
      }
    }
    return sums
  }
}
