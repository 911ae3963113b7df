import PipelineModel

/// What trainers on PyTorch can be told of recompute: one setting for all stages and microbatches.
enum TorchSaving: Hashable {
  /// Nothing is recomputed.
  case nothing
  /// Every layer.
  case everyLayer
  /// What PyTorch's policy picks in every layer: by operation, or every so manyth layer.
  case selective(String)

  /// The module names by which a mode says so: `op`, or every how manyth layer.
  private static func isPolicy(_ module: String) -> Bool {
    module == "op" || Int(module).map { $0 > 0 } ?? false
  }

  /// Finds the setting.
  ///
  /// - Throws: `ExportRefusal` where there is no one setting.
  init(_ problem: Problem) throws(ExportRefusal) {
    try problem.checkRecomputesWithin()
    try problem.checkOffloadsNothing()
    let savings = try problem.savings()
    let counts = problem.transformerCounts
    // A stage without numbered layers has nothing that trainers wrap.
    let concerned = savings.indices.filter { counts?[$0] != 0 || !savings[$0].isPlain }
    guard let first = concerned.first else {
      self = .nothing
      return
    }
    let recompute = savings[first].recompute
    if let other = concerned.first(where: { savings[$0].recompute != recompute }) {
      throw .unequalCheckpoints(Stage.ID(first), Stage.ID(other))
    }
    switch recompute {
    case .nothing, .ahead: self = .nothing
    case .layers(nil): self = .everyLayer
    case .layers(_?): throw .someLayers(Stage.ID(first))
    case .modules(let modules):
      guard modules.count == 1, Self.isPolicy(modules[0]) else {
        throw .modulesOfLayers(Stage.ID(first), modules)
      }
      self = .selective(modules[0])
    }
  }
}

extension ExportRefusal {
  /// Stages that recompute unequally, where a trainer has one setting for all.
  fileprivate static func unequalCheckpoints(_ stage: Stage.ID, _ other: Stage.ID) -> Self {
    Self(
      "expected one setting of recompute for all stages, found others on stage \(stage) and on stage \(other)",
      .modesPer(.problem), .wrapModules)
  }

  /// Some layers of a stage, where a trainer recomputes all or none.
  fileprivate static func someLayers(_ stage: Stage.ID) -> Self {
    Self(
      "expected all layers recomputed or none, found some of stage \(stage)", .modesPer(.problem),
      .wrapModules)
  }

  /// Modules of layers that no setting of a trainer names.
  fileprivate static func modulesOfLayers(_ stage: Stage.ID, _ modules: [String]) -> Self {
    Self(
      "expected whole layers recomputed, or modules: [op] or [\"2\"] for the trainer's own choice, found "
        + "\(modules.map(\.quoted).joined(separator: ", ")) on stage \(stage)", .wrapModules)
  }
}
