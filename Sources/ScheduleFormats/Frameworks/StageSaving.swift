import PipelineModel

/// How a stage saves memory in one of its modes, as far as a framework can be told.
///
/// A mode is told by its figures: one with `R` recomputes ahead of the backward pass; one that holds less than the
/// stage itself, or names modules, does so within it; what it offloads it says. Mode 0 is what the model does by itself,
/// unless the stage says `recompute` or `offload`.
struct StageSaving: Hashable {
  /// What is computed once more.
  enum Recompute: Hashable {
    case nothing
    /// All of the stage, as an operation of its own.
    case ahead
    /// The first so many layers of the stage, within the backward pass; `nil` for all.
    case layers(Int?)
    /// Modules of every layer, within the backward pass.
    case modules([String])
  }

  /// What goes to the host.
  enum Offload: Hashable {
    case nothing
    /// As much as the mode says, of whatever is held.
    case amount
    /// What modules of every layer hold.
    case modules([String])
  }

  let recompute: Recompute
  let offload: Offload

  /// Reads a mode of a stage.
  init(_ stage: Stage, mode number: Int) {
    let run = stage.inMode(number)
    let modules = number == 0 ? [] : run.modules
    offload = run.offload == 0 ? .nothing : modules.isEmpty ? .amount : .modules(modules)
    let holdsLess =
      run.activationForForward < stage.activationForForward || run.activationForB < stage.activationForB
    if run.recompute != nil {
      recompute = .ahead
    } else if number > 0, !modules.isEmpty, run.offload == 0 {
      recompute = .modules(modules)
    } else if number > 0, holdsLess {
      recompute = .layers(Self.layerCount(in: stage.modeNames[number]))
    } else {
      recompute = .nothing
    }
  }

  /// Whether frameworks need not be told anything.
  var isPlain: Bool { recompute == .nothing && offload == .nothing }

  /// How many layers a mode's name stands for: the first three of the stage for `full*3`; `nil` for all.
  private static func layerCount(in name: String) -> Int? {
    guard let star = name.lastIndex(of: "*"), let count = Int(name[name.index(after: star)...]), count > 0
    else {
      return nil
    }
    return count
  }
}

extension StageSaving.Recompute {
  /// How many of a stage's layers are recomputed whole; `nil` where modules of them are, or ahead of time.
  func layerCount(of layers: Int) -> Int? {
    switch self {
    case .nothing: 0
    case .layers(let first): min(first ?? layers, layers)
    case .ahead, .modules: nil
    }
  }
}

extension Problem {
  /// How a stage saves memory for a microbatch. O(1).
  func saving(on stage: Int, of microbatch: Int) -> StageSaving {
    StageSaving(stages[stage], mode: modes[Stage.ID(stage), Microbatch.ID(microbatch)])
  }

  /// How every stage saves memory, for all microbatches alike. O(stages x distinct lists of modes).
  ///
  /// - Throws: `ExportRefusal` where microbatches differ.
  func savings() throws(ExportRefusal) -> [StageSaving] {
    let lists = modes.distinct.map { list in stages.indices.map { StageSaving(stages[$0], mode: list[$0]) } }
    for list in lists.dropFirst() {
      if let stage = list.indices.first(where: { list[$0] != lists[0][$0] }) {
        throw .modePerMicrobatch(Stage.ID(stage))
      }
    }
    return lists[0]
  }

  /// Refuses modes of which a framework cannot be told anything.
  func checkSavesNothing() throws(ExportRefusal) {
    try checkRecomputesWithin()
    for list in modes.distinct {
      if let stage = stages.indices.first(where: { !StageSaving(stages[$0], mode: list[$0]).isPlain }) {
        throw .savesMemory(Stage.ID(stage), mode: stages[stage].modeNames[list[stage]])
      }
    }
  }

  /// Refuses `R`, where a framework recomputes within the backward pass or not at all.
  func checkRecomputesWithin() throws(ExportRefusal) {
    for list in modes.distinct {
      let ahead = stages.indices.first { StageSaving(stages[$0], mode: list[$0]).recompute == .ahead }
      if let stage = ahead { throw .recomputesAhead(Stage.ID(stage)) }
    }
  }

  /// Refuses what goes to the host, where a framework cannot be told of it.
  func checkOffloadsNothing() throws(ExportRefusal) {
    for list in modes.distinct {
      let offloading = stages.indices.first { StageSaving(stages[$0], mode: list[$0]).offload != .nothing }
      if let stage = offloading { throw .offloads(Stage.ID(stage)) }
    }
  }

  /// How many transformer layers every stage has: by their names, or shared out evenly; `nil` where neither is known.
  var transformerCounts: [Int]? {
    let named = stages.compactMap { $0.layers.map { StageLayers($0).transformer.count } }
    if named.count == stageCount { return named }
    guard named.isEmpty, let layerCount, layerCount.isMultiple(of: stageCount) else { return nil }
    return Array(repeating: layerCount / stageCount, count: stageCount)
  }
}

// MARK: What several formats refuse

extension ExportRefusal {
  /// Modes that differ between microbatches, where a framework has one setting for all.
  static func modePerMicrobatch(_ stage: Stage.ID) -> Self {
    Self(
      "expected one mode per stage for all microbatches, found several on stage \(stage)", .modesPer(.stage))
  }

  /// A mode of which nothing can be said in a format.
  fileprivate static func savesMemory(_ stage: Stage.ID, mode: String) -> Self {
    Self(
      "expected stages that neither recompute nor offload, as the file can say neither, found mode "
        + "\(mode.quoted) on stage \(stage)", .plainModes, .genericProgram)
  }

  /// An `R`, where recompute is a part of the backward pass.
  static func recomputesAhead(_ stage: Stage.ID) -> Self {
    Self(
      "expected recompute within the backward pass, found an R of stage \(stage)", .foldedModes,
      .genericProgram)
  }

  /// A stage that offloads, where nothing is moved to a host.
  static func offloads(_ stage: Stage.ID) -> Self {
    Self(
      "expected stages that offload nothing, found one that does, stage \(stage)", .plainModes,
      .genericProgram)
  }
}
