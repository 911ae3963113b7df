import PipelineModel

/// Tiny random problems whose stages recompute and offload, or may.
struct TinyModes {
  let extent: Mode.Extent
  /// Whether stages have modes to choose from; else what they recompute and offload is their own.
  let hasChoice: Bool

  /// A problem of one to three stages on one or two devices, with all that bounds look at but pairs and routes.
  func problem(using random: inout some RandomNumberGenerator) -> Problem? {
    func draw(_ range: ClosedRange<Int>) -> Double { Double(Int.random(in: range, using: &random)) }
    func maybe() -> Bool { Bool.random(using: &random) }
    let deviceCount = Int.random(in: 1...2, using: &random)
    let stageCount = deviceCount == 1 ? Int.random(in: 1...2, using: &random) : 2
    let stages = (0..<stageCount).map { _ in stage(using: &random) }
    let most = stages.reduce(0) { $0 + $1.staticMemory + $1.activationForB }
    let devices = (0..<deviceCount).map { _ in
      Device(
        memoryLimit: maybe() ? most + draw(0...4) : draw(3...9), optimizerStep: draw(0...1),
        speed: maybe() ? 1 : 2, host: HostLink(bandwidth: draw(1...2), latency: draw(0...1)))
    }
    let isLarge = deviceCount == 1 && stageCount == 1
    let microbatches = (0..<(isLarge ? 3 : 2)).map { _ in
      Microbatch()
    }
    var instance = Instance(
      devices: devices, stages: stages, microbatches: microbatches,
      placement: .explicit(stages.indices.map { [Device.ID($0 % deviceCount)] }),
      communication: .uniform(draw(0...2)), modesPer: extent, gap: maybe() ? .none : Gap(draw(0...2)),
      barrier: maybe() ? .none : .all, tail: draw(0...1))
    if maybe(), !microbatches.isEmpty {
      instance.microbatches[0].scale = Microbatch.Scale(.same(draw(1...2)))
      instance.microbatches[0].memory = .same(maybe() ? 1 : 0.5)
    }
    return try? Problem(instance)
  }

  private func stage(using random: inout some RandomNumberGenerator) -> Stage {
    func draw(_ range: ClosedRange<Int>) -> Double { Double(Int.random(in: range, using: &random)) }
    let activation = draw(2...4)
    let (forward, input) = (draw(1...5), draw(1...5))
    let backward: Stage.Backward =
      switch Int.random(in: 0...5, using: &random) {
      case 0: .input(input)
      case 1: .whole(input)
      default: .split(input: input, weight: draw(0...4))
      }
    var stage = Stage(
      forward: forward, backward: backward, activationForB: activation,
      activationForW: draw(0...Int(activation)), staticMemory: draw(0...1))
    if Int.random(in: 0...3, using: &random) == 0 { stage.firstForward = draw(1...6) }
    if Int.random(in: 0...3, using: &random) == 0 { stage.lastBackward = draw(1...6) }
    let checkpoint = draw(0...Int(activation))
    func mode(_ number: Int) -> Mode {
      switch Int.random(in: 0...3, using: &random) {
      case 0: Mode(name: "full", checkpoint: checkpoint, recompute: draw(0...Int(forward)))
      case 1: Mode(name: "host", offload: draw(1...Int(activation)))
      case 2: Mode(name: "both", checkpoint: checkpoint, recompute: draw(1...3), offload: min(1, checkpoint))
      default: Mode(name: "folded", forward: forward + 1, checkpoint: checkpoint)
      }
    }
    guard hasChoice else {
      let own = mode(0)
      stage.checkpoint = own.checkpoint
      stage.recompute = own.recompute
      stage.offload = own.offload
      return stage
    }
    stage.modes = [mode(1)]
    return stage
  }
}
