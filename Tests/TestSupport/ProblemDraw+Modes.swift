import PipelineModel

// MARK: Modes and what they offload

extension ProblemDraw {
  mutating func modesPer() -> Mode.Extent {
    features.contains(.modesByMicrobatch) ? .microbatch : pick([.stage, .problem])
  }

  /// A mode that changes some of the figures of its stage.
  mutating func mode(number: Int, of stage: Stage) -> Mode {
    var mode = Mode(name: "mode\(number)")
    if count(in: 0...2) == 0 { mode.forward = duration() }
    if count(in: 0...2) == 0 { mode.backward = changed(stage.backward) }
    if count(in: 0...2) == 0 { mode.activationForB = self.number(in: 1...3) }
    let held = mode.activationForB ?? stage.activationForB
    if count(in: 0...2) == 0 { mode.activationForW = pick([0, held]) }
    guard stage.hasBackward else { return mode }
    mode.checkpoint = pick([nil, 0, held, min(held, self.number(in: 0...1))])
    if features.contains(.recompute) { mode.recompute = pick([nil, duration(), stage.forward]) }
    mode.offload = offload(of: mode.checkpoint ?? held, on: stage)
    return mode
  }

  /// The same passes with other times; `nil` for the stage's own.
  private mutating func changed(_ backward: Stage.Backward) -> Stage.Backward? {
    switch backward {
    case .split: .split(input: duration(), weight: duration())
    case .input: .input(duration())
    case .whole: .whole(duration())
    case .none: nil
    }
  }

  /// How much of what is held goes to the host: nothing, a part, or all.
  mutating func offload(of held: Double, on stage: Stage) -> Double {
    guard features.contains(.offload), stage.hasBackward else { return 0 }
    return pick([0, held, held, min(held, number(in: 0...2))])
  }

  /// A choice of modes as the problem allows it.
  mutating func modes(of stages: [Stage], per extent: Mode.Extent, microbatchCount: Int) -> ModeChoice {
    switch extent {
    case .stage: ModeChoice(list(of: stages), microbatchCount: microbatchCount)
    case .microbatch: ModeChoice((0..<microbatchCount).map { _ in list(of: stages) })
    case .problem:
      ModeChoice(
        Array(repeating: count(in: 0...stages[0].modes.count), count: stages.count),
        microbatchCount: microbatchCount)
    }
  }

  private mutating func list(of stages: [Stage]) -> [Int] { stages.map { count(in: 0...$0.modes.count) } }
}
