/// The smallest part of a model that can be placed: stages are runs of layers.
public struct Layer: Hashable, Sendable {
  /// What the layer is called; empty where it has no name.
  public var name: String
  /// What a stage of this layer alone would take and hold, with its modes; it names no inputs and no layers.
  public var figures: Stage
  /// Whether the layer stays on the stage of the layer before it.
  public var isTogether: Bool
  /// Whether its weights are not trained: it has no `W`, and no `B` either where nothing before it is trained.
  public var isFrozen: Bool
  /// The layer whose weights are this layer's, too: its static memory counts once on a device that hosts both.
  public var tied: String?

  /// Describes a layer.
  public init(
    name: String = "", figures: Stage, isTogether: Bool = false, isFrozen: Bool = false, tied: String? = nil
  ) {
    self.name = name
    self.figures = figures
    self.isTogether = isTogether
    self.isFrozen = isFrozen
    self.tied = tied
  }

  /// What it takes and holds in the modes of its own, with only those passes that frozen layers have.
  ///
  /// - Parameter isFirst: whether nothing before it is trained.
  func passes(isFirst: Bool) -> Stage {
    guard isFrozen else { return figures }
    var stage = figures
    /// Where the passes cannot be taken apart, nothing says what the one for the input takes.
    func frozen(_ backward: Stage.Backward) -> Stage.Backward {
      guard !isFirst else { return .none }
      if case .split(let input, _) = backward { return .input(input) }
      return backward
    }
    stage.backward = frozen(figures.backward)
    stage.activationForW = 0
    if isFirst {
      (stage.checkpoint, stage.recompute, stage.offload, stage.lastBackward) = (nil, nil, 0, nil)
      (stage.modes, stage.mode) = ([], nil)
    }
    for index in stage.modes.indices {
      stage.modes[index].backward = stage.modes[index].backward.map(frozen)
      stage.modes[index].activationForW = 0
    }
    return stage
  }
}
