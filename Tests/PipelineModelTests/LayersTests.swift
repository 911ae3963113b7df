import PipelineModel
import TestSupport
import Testing

@Suite("Layers make stages")
struct LayersTests {
  private func split(_ forward: Double, _ input: Double, _ weight: Double) -> Stage {
    Stage(
      forward: forward, backwardInput: input, backwardWeight: weight, activationForB: 1, activationForW: 0.5)
  }

  private func stages(_ layers: [Layer], _ counts: [Int], placement: Placement = .sequential) throws
    -> [Stage]
  {
    let devices = placement == .sequential ? counts.count : counts.count / 2
    let open = try PartitionProblem(
      Layers(layers), devices: devices, stages: counts.count, placement: placement, microbatches: 2)
    return try open.cut(counts).stages
  }

  @Test("Durations and memory add up, as decimals do")
  func sums() throws {
    // 0.1 + 0.2 is 0.30000000000000004 in binary.
    let layers = [split(0.1, 0.2, 0.3), split(0.2, 0.4, 0.4), split(5, 6, 7)].map { Layer(figures: $0) }
    let stages = try stages(layers, [2, 1])
    #expect(stages[0].forward == 0.3)
    #expect(stages[0].backward == .split(input: 0.6, weight: 0.7))
    #expect(stages[0].activationForB == 2)
    #expect(stages[0].activationForW == 1)
    #expect(stages[1].forward == 5)
  }

  @Test(
    "Layers that recompute inside B hold one layer in full, checkpoints before it and what W keeps behind it")
  func folded() throws {
    // In turn from the last: 0.5 + 0.5 + 4, 0.5 + 4 + 2, 4 + 2 + 2: the first layer is the worst.
    var figures = Stage(forward: 3, backwardInput: 4, backwardWeight: 2, activationForB: 4, activationForW: 2)
    figures.modes = [Mode(name: "full", backward: .split(input: 7, weight: 2), checkpoint: 0.5)]
    let stage = try stages(Array(repeating: Layer(figures: figures), count: 3), [3])[0]
    #expect(stage.modeNames == ["plain", "full", "full*2", "full*1"])
    let full = stage.inMode(1)
    #expect(full.activationForB == 8)
    #expect(full.checkpoint == 1.5)
    #expect(full.backward == .split(input: 21, weight: 6))
    // The first two of them: 4 + 2 + 2 while the first runs backwards, 0.5 + 0.5 + 4 while the last does.
    let two = stage.inMode(2)
    #expect(two.checkpoint == 5)
    #expect(two.backward == .split(input: 18, weight: 6))
    #expect(two.activationForB == 8)
  }

  @Test("Frozen layers have no W, and no B where nothing before them is trained")
  func frozen() throws {
    var layers = [split(1, 2, 3), split(1, 2, 3), split(1, 2, 3), split(1, 2, 3)].map { Layer(figures: $0) }
    layers[0].isFrozen = true
    layers[2].isFrozen = true
    let stages = try stages(layers, [1, 1, 2])
    #expect(stages.map(\.backward) == [.none, .split(input: 2, weight: 3), .split(input: 4, weight: 3)])
    #expect(stages[2].activationForW == 0.5)
    #expect(try self.stages(layers, [2, 2])[0].backward == .split(input: 2, weight: 3))
  }

  @Test("Tied weights count once on a device that has both")
  func tied() throws {
    var layers = ["embed", "a", "b", "head"].map { Layer(name: $0, figures: split(1, 1, 1)) }
    for index in layers.indices { layers[index].figures.staticMemory = Double(index + 1) }
    layers[3].tied = "embed"
    #expect(try stages(layers, [2, 2]).map(\.staticMemory) == [3, 7])
    #expect(try stages(layers, [4]).map(\.staticMemory) == [6])
    // In a V the first and the last stage share a device.
    #expect(try stages(layers, [1, 1, 1, 1], placement: .v).map(\.staticMemory) == [1, 2, 3, 0])
  }

  @Test("Modes that are better in nothing are left out, and no stage has more than it may")
  func modes() throws {
    var figures = split(1, 2, 3)
    // As long and as large as the layer itself.
    figures.modes = [
      Mode(name: "idle", checkpoint: 1),
      Mode(name: "full", backward: .split(input: 3, weight: 3), checkpoint: 0.1),
    ]
    let layers = Array(repeating: Layer(figures: figures), count: 60)
    let stage = try stages(layers, [60])[0]
    #expect(stage.modes.allSatisfy { $0.name.hasPrefix("full") })
    #expect(stage.modes.count <= Mode.limit)
    #expect(stage.modes.contains { $0.name == "full" })
  }

  @Test("Layers are refused with their key")
  func refusals() throws {
    func error(_ layers: [Layer]) -> ProblemError? {
      do { _ = try Layers(layers) } catch { return error }
      return nil
    }
    var layer = Layer(name: "a", figures: split(1, 1, 1))
    layer.isTogether = true
    #expect(error([layer])?.key == ["layers", 0, "together"])
    var tied = Layer(figures: split(1, 1, 1))
    tied.tied = "nobody"
    #expect(error([Layer(figures: split(1, 1, 1)), tied])?.key == ["layers", 1, "tied"])
    let none = Layer(figures: Stage(forward: 1, backward: .none))
    #expect(error([Layer(figures: split(1, 1, 1)), none])?.reason == .gradientLost)
    #expect(error([])?.key == ["layers"])
    let far = ["layers.0", "layers.2"].map { Layer(name: $0, figures: split(1, 1, 1)) }
    #expect(error(far)?.key == ["layers", 1, "name"])
  }
}
