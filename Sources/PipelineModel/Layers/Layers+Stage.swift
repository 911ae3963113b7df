extension Layers {
  /// A stage of a run of layers, with every mode that they have together.
  ///
  /// - Parameters:
  ///   - isBeside: whether a layer is on all devices of the stage, so that what is tied to it need not be held again.
  ///   - extent: among what modes are chosen.
  /// - Complexity: O(layers² x modes).
  func stage(of run: Range<Int>, modesPer extent: Mode.Extent, isBeside: (Int) -> Bool) -> Stage {
    let parts = Array(passes[run])
    let plain = parts.map { $0.inMode($0.mode ?? 0) }
    let hasBackward = run.upperBound > firstWithBackward
    var stage = Self.sum(plain, hasBackward: hasBackward)
    stage.modeName = Self.modeName(of: parts)
    stage.staticMemory = DecimalSum.of(
      run.filter { tied[$0].map { !isBeside($0) } ?? true }.map { passes[$0].staticMemory })
    stage.modes = Self.modes(of: parts, besides: stage, extent: extent) {
      Self.sum($0, hasBackward: hasBackward)
    }
    stage.layers = names(of: run)
    // What a stage without layers hands on comes from those before it.
    stage.messageBytes = passes[..<run.upperBound].last?.messageBytes
    return stage
  }

  /// A stage of a run of layers, wherever it is: of tied weights nothing is counted, as they may be held besides.
  package func stage(ofLayers run: Range<Int>) -> Stage {
    stage(of: run, modesPer: .stage) { _ in true }
  }

  /// The name of the mode in which all layers are that have modes, where it is one and the same.
  private static func modeName(of parts: [Stage]) -> String? {
    let names = Set(parts.filter { !$0.modes.isEmpty }.map { $0.modeNames[$0.mode ?? 0] })
    return names.count == 1 ? names.first.flatMap { $0 == Mode.plainName ? nil : $0 } : nil
  }

  /// What layers take and hold together.
  ///
  /// Durations add up, and what is held does. Where layers recompute inside their backward pass, they do so one after
  /// the other, from the last to the first: what the stage holds then is one layer in full, the checkpoints of those
  /// before it and what those behind it keep for their `W`.
  ///
  /// - Parameter hasBackward: whether a gradient comes through, to these layers or to some before them.
  static func sum(_ parts: [Stage], hasBackward: Bool) -> Stage {
    // A layer without a backward pass keeps nothing for one.
    let held = hasBackward ? parts.filter(\.hasBackward) : parts
    let isWhole = held.contains(where: \.isWhole)
    var stage = Stage(
      forward: DecimalSum.of(parts.map(\.forward)),
      backward: hasBackward ? backward(of: held, isWhole: isWhole) : .none,
      activationForB: largest(of: held), activationForW: DecimalSum.of(held.map(\.activationForW)))
    if held.contains(where: { $0.checkpoint != nil }) {
      stage.checkpoint = min(DecimalSum.of(held.map(\.activationForForward)), stage.activationForB)
    }
    if held.contains(where: { $0.recompute != nil }) {
      stage.recompute = DecimalSum.of(held.compactMap(\.recompute))
    }
    stage.offload = min(DecimalSum.of(held.map(\.offload)), stage.activationForForward)
    for module in parts.flatMap(\.modules) where !stage.modules.contains(module) {
      stage.modules.append(module)
    }
    if parts.contains(where: { $0.firstForward != nil }) {
      stage.firstForward = DecimalSum.of(parts.map { $0.firstForward ?? $0.forward })
    }
    if held.contains(where: { $0.lastBackward != nil }) {
      stage.lastBackward = DecimalSum.of(held.flatMap { $0.lastGradient(isWhole: isWhole) })
    }
    return stage
  }

  /// The backward passes of layers together: one that cannot be taken apart makes the whole so.
  private static func backward(of parts: [Stage], isWhole: Bool) -> Stage.Backward {
    if isWhole { return .whole(DecimalSum.of(parts.flatMap(\.backwardTimes))) }
    let input = DecimalSum.of(parts.compactMap { $0.duration(of: .backwardInput) })
    let weights = parts.compactMap { $0.duration(of: .backwardWeight) }
    return weights.isEmpty ? .input(input) : .split(input: input, weight: DecimalSum.of(weights))
  }

  /// The most that layers hold from the start of their backward pass on. O(layers).
  private static func largest(of parts: [Stage]) -> Double {
    guard parts.contains(where: \.recomputesInside) else { return DecimalSum.of(parts.map(\.activationForB)) }
    // Where it is largest may be told by sums that are rounded.
    var (held, most, place) = (parts.reduce(0) { $0 + $1.activationForW }, -Double.infinity, 0)
    for (index, part) in parts.enumerated() {
      held -= part.activationForW
      if held + part.activationForB > most { (most, place) = (held + part.activationForB, index) }
      held += part.activationBeforeTurn
    }
    return DecimalSum.of(
      parts[..<place].map(\.activationBeforeTurn) + [parts[place].activationForB]
        + parts[(place + 1)...].map(\.activationForW))
  }
}

extension Stage {
  /// Whether the backward pass cannot be taken apart.
  fileprivate var isWhole: Bool { if case .whole = backward { true } else { false } }

  /// Whether a layer brings back what it needs inside its backward pass.
  fileprivate var recomputesInside: Bool { recompute == nil && activationForForward < activationForB }

  /// What a layer holds while those behind it run backwards.
  fileprivate var activationBeforeTurn: Double { recomputesInside ? activationForForward : activationForB }

  /// What the parts of the backward pass take.
  fileprivate var backwardTimes: [Double] {
    switch backward {
    case .split(let input, let weight): [input, weight]
    case .input(let time), .whole(let time): [time]
    case .none: []
    }
  }

  /// What the parts of the last backward pass take that sends the gradient on.
  fileprivate func lastGradient(isWhole: Bool) -> [Double] {
    let times = backwardTimes
    guard let last = lastBackward ?? times.first else { return [] }
    return isWhole ? [last] + times.dropFirst() : [last]
  }
}
