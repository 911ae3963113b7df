extension Stage {
  /// The backward passes of a stage: which exist, and how long each takes for a microbatch of scale 1.
  ///
  /// A pass that does not exist has no operation, sends no message, holds no memory and lets nothing wait.
  public enum Backward: Hashable, Sendable {
    /// `B` for the input and `W` for the weights, apart or as one `BW`.
    case split(input: Double, weight: Double)
    /// `B` alone: frozen weights below trainable ones.
    case input(Double)
    /// One `BW` that cannot be taken apart: what most timers measure.
    case whole(Double)
    /// None: frozen with nothing trainable below, or a pipeline that only runs forward.
    case none
  }

  /// Duration of an operation of the given kind on this stage, for a microbatch of scale 1; `nil` where there is no
  /// such operation.
  public func duration(of kind: Operation.Kind) -> Double? {
    switch (kind, backward) {
    case (.forward, _): forward
    case (.recompute, _): recompute
    case (.reload, _): offload > 0 ? 0 : nil
    case (.backwardInput, .split(let input, _)), (.backwardInput, .input(let input)): input
    case (.backwardWeight, .split(_, let weight)): weight
    case (.backward, .split(let input, let weight)): input + weight
    case (.backward, .whole(let both)): both
    default: nil
    }
  }

  /// The operations of one visit, in the order in which they depend on each other.
  ///
  /// - Parameter isFused: whether backward passes that could be split are whole.
  public func passes(isFused: Bool) -> [Operation.Kind] {
    let backwards: [Operation.Kind] =
      switch backward {
      case .split: isFused ? [.backward] : [.backwardInput, .backwardWeight]
      case .input: [.backwardInput]
      case .whole: [.backward]
      case .none: []
      }
    return [.forward] + preparations + backwards
  }

  /// The operations of a visit between `F` and the backward pass, in order: `L` and `R`, as far as there are any.
  public var preparations: [Operation.Kind] {
    if recompute == nil, offload == 0 { return [] }
    return (offload > 0 ? [.reload] : []) + (recompute == nil ? [] : [.recompute])
  }

  /// The operation whose end sends the gradient on; `nil` where there is no gradient.
  ///
  /// - Parameter isFused: whether backward passes that could be split are whole.
  public func gradient(isFused: Bool) -> Operation.Kind? {
    switch backward {
    case .split: isFused ? .backward : .backwardInput
    case .input: .backwardInput
    case .whole: .backward
    case .none: nil
    }
  }

  /// How much longer the first `F` and the last backward pass of a device on the stage are than others.
  package var endDifferences: (first: Double, last: Double) {
    let gradient = gradient(isFused: false).flatMap { duration(of: $0) }
    return (
      firstForward.map { $0 - forward } ?? 0, lastBackward.flatMap { last in gradient.map { last - $0 } } ?? 0
    )
  }

  /// Whether there is a backward pass.
  public var hasBackward: Bool { backward != .none }

  /// Whether the backward pass can be split in `B` and `W`.
  public var isSplit: Bool { if case .split = backward { true } else { false } }

  /// Whether the first `F` or the last backward pass of a device may last otherwise than others.
  package var hasEndDurations: Bool { firstForward != nil || lastBackward != nil }

  /// What is held from the start of `F` on: the checkpoint, or all where there is none.
  package var activationForForward: Double { checkpoint ?? activationForB }

  /// The work of one microbatch of scale 1: all passes together.
  public var work: Double { passes(isFused: false).reduce(0) { $0 + (duration(of: $1) ?? 0) } }
}

extension Stage {
  /// The same stage as a device of some speed runs it: every duration is divided by the speed.
  package func atSpeed(_ speed: Double) -> Stage { withDurations { $0 / speed } }

  /// The same stage with its durations changed.
  package func withDurations(_ change: (Double) -> Double) -> Stage {
    scaled(forward: change, backwardInput: change, backwardWeight: change)
  }

  /// The same stage for a microbatch: every duration times its factor.
  package func scaled(by scale: Microbatch.Scale, at stage: ID) -> Stage {
    scaled(
      forward: { $0 * scale.forward[stage] }, backwardInput: { $0 * scale.backwardInput[stage] },
      backwardWeight: { $0 * scale.backwardWeight[stage] })
  }

  private func scaled(
    forward: (Double) -> Double, backwardInput: (Double) -> Double, backwardWeight: (Double) -> Double
  ) -> Stage {
    var stage = self
    stage.forward = forward(self.forward)
    stage.recompute = recompute.map(forward)
    stage.modes = modes.map { mode in
      var scaled = mode
      scaled.forward = mode.forward.map(forward)
      scaled.recompute = mode.recompute.map(forward)
      scaled.backward = mode.backward?.scaled(input: backwardInput, weight: backwardWeight)
      return scaled
    }
    stage.firstForward = firstForward.map(forward)
    stage.lastBackward = lastBackward.map(backwardInput)
    stage.backward = backward.scaled(input: backwardInput, weight: backwardWeight)
    return stage
  }
}

extension Stage.Backward {
  fileprivate func scaled(input: (Double) -> Double, weight: (Double) -> Double) -> Stage.Backward {
    switch self {
    case .split(let first, let second): .split(input: input(first), weight: weight(second))
    case .input(let only): .input(input(only))
    case .whole(let both): .whole(input(both))
    case .none: .none
    }
  }

  /// Whether the passes are those of another, whatever they take.
  package func hasPasses(of other: Stage.Backward) -> Bool {
    switch (self, other) {
    case (.split, .split), (.input, .input), (.whole, .whole), (.none, .none): true
    default: false
    }
  }
}
