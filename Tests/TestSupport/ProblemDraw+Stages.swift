import PipelineModel

// MARK: Stages and microbatches

extension ProblemDraw {
  mutating func stage(inputs: [Stage.ID]?, _ backward: Stage.Backward, modeCount: Int) -> Stage {
    let held = number(in: 1...3)
    let kept = pick([0, held, min(held, number(in: 0...2))])
    var stage = Stage(
      forward: duration(), backward: backward, activationForB: held, activationForW: kept,
      staticMemory: features.contains(.staticMemory) ? number(in: 0...4) : 0, inputs: inputs)
    if features.contains(.endDurations) {
      stage.firstForward = pick([nil, duration(), 2 * stage.forward])
      if stage.hasBackward { stage.lastBackward = pick([nil, duration(), 0]) }
    }
    if features.contains(.checkpoints), stage.hasBackward {
      stage.checkpoint = pick([nil, 0, held, min(held, number(in: 0...1))])
    }
    if features.contains(.recompute), stage.hasBackward { stage.recompute = pick([nil, duration()]) }
    if features.contains(.messageSizes), features.contains(.bandwidth) {
      stage.messageBytes = pick([nil, 0, number(in: 0...9)])
    }
    stage.offload = offload(of: stage.activationForForward, on: stage)
    stage.modes = (0..<modeCount).map { mode(number: $0 + 1, of: stage) }
    return stage
  }

  mutating func microbatch(stageCount: Int) -> Microbatch {
    let memory = features.contains(.memoryFactors) ? factors(stageCount, byStage: pick([true, false])) : 1
    guard features.contains(.scales) else { return Microbatch(memory: memory) }
    let byStage = features.contains(.scalesByStage)
    let forward = factors(stageCount, byStage: byStage)
    guard features.contains(.scalesByPass) else {
      return Microbatch(scale: Microbatch.Scale(forward), memory: memory)
    }
    return Microbatch(
      scale: Microbatch.Scale(
        forward: forward, backwardInput: factors(stageCount, byStage: byStage),
        backwardWeight: factors(stageCount, byStage: byStage)), memory: memory)
  }

  private mutating func factors(_ stageCount: Int, byStage: Bool) -> PerStage {
    byStage ? .each((0..<stageCount).map { _ in quarters() }) : .same(quarters())
  }

  mutating func duration() -> Double {
    features.contains(.zeroDurations) && count(in: 0...3) == 0 ? 0 : number(in: 1...9)
  }

  /// The backward passes of all stages, so that on every route gradients come from somewhere: a stage with a
  /// backward pass that feeds others feeds one with a backward pass. Where it does not, either it has none
  /// itself or the first that it feeds has one.
  mutating func backwards(inputs: [[Stage.ID]?], routes: [Route]?) -> [Stage.Backward] {
    let stageCount = inputs.count
    var backwards = (0..<stageCount).map { _ in Stage.Backward.split(input: duration(), weight: duration()) }
    guard features.contains(.passes) else { return backwards }
    if count(in: 0...7) == 0 { return backwards.map { _ in .none } }
    for stage in backwards.indices {
      backwards[stage] = pick([
        backwards[stage], backwards[stage], .input(duration()), .whole(duration()), .none,
      ])
    }
    let routes =
      routes ?? [Route(visits: (0..<stageCount).map { .init(stage: Stage.ID($0), device: Device.ID(0)) })]
    let stops = pick([true, false, false])
    var isSettled = false
    while !isSettled {
      isSettled = true
      for stages in routes.map({ $0.visits.map(\.stage) }) {
        for (position, stage) in stages.enumerated() where backwards[stage.index] != .none {
          let fed = stages.indices.filter { other in
            inputs[stages[other].index]?.contains(stage) ?? (other == position + 1)
          }.map { stages[$0].index }
          guard let first = fed.first, fed.allSatisfy({ backwards[$0] == .none }) else { continue }
          if stops { backwards[stage.index] = .none } else { backwards[first] = .whole(duration()) }
          isSettled = false
        }
      }
    }
    return backwards
  }
}
