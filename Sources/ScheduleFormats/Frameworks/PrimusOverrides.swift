import PipelineModel
import Timeline

/// The settings of Primus, which trains with Megatron-core and recomputes any choice of layers: a fragment of its
/// experiment's YAML file.
///
/// Source: primus/backends/megatron/patches/recompute_layer_patches.py.
public struct PrimusOverrides: ExportFormat {
  /// Names the format.
  public init() {}

  /// The name on the command line.
  public var name: String { "primus" }
  /// What reads the format.
  public var purpose: String { "Primus: overrides for Megatron-core, with the layers to recompute" }

  /// Writes the mapping `modules`.
  ///
  /// - Throws: `ExportRefusal` for what `MegatronArguments` refuses, but for stages that recompute unequally many of their
  ///   layers: those need to be known.
  /// - Complexity: O(operations x group sizes + layers).
  public func encode(_ timeline: Timeline) throws(ExportRefusal) -> [UInt8] {
    var settings = try MegatronSettings(timeline)
    let problem = timeline.schedule.problem
    let layers = try problem.recomputedLayers()
    if layers == nil {
      let saving = try MegatronSaving(problem)
      settings.add(saving.arguments, saving.statements)
    }
    var text = settings.commented
    text += "modules:\n  pre_trainer:\n    overrides:\n" + settings.mapping(indentation: 6)
    if let layers {
      // Primus asks for full granularity, and for no method beside a list.
      text += """
              recompute_granularity: full
              recompute_method: null
              recompute_layer_ids: [\(layers.map(String.init).joined(separator: ", "))]

        """
    }
    return Array(text.utf8)
  }
}

extension Problem {
  /// The numbers, over the whole model, of the layers that are recomputed; `nil` where none are, or modules of them.
  ///
  /// - Throws: `ExportRefusal` where microbatches differ, or the number of layers of a stage is not known.
  fileprivate func recomputedLayers() throws(ExportRefusal) -> [Int]? {
    try checkRecomputesWithin()
    let savings = try savings()
    guard savings.contains(where: { if case .layers = $0.recompute { true } else { false } }) else {
      return nil
    }
    if let stage = savings.firstIndex(where: { $0.recompute.layerCount(of: 0) == nil }) {
      throw .modulesBesideLayers(Stage.ID(stage))
    }
    try checkOffloadsNothing()
    guard let counts = transformerCounts else { throw .unknownLayerCount() }
    var first = 0
    var numbers: [Int] = []
    for (saving, count) in zip(savings, counts) {
      numbers += first..<first + (saving.recompute.layerCount(of: count) ?? 0)
      first += count
    }
    return numbers.isEmpty ? nil : numbers
  }
}

extension ExportRefusal {
  /// Stages that recompute modules beside others that recompute layers.
  fileprivate static func modulesBesideLayers(_ stage: Stage.ID) -> Self {
    Self(
      "expected whole layers recomputed on all stages or modules of them on all, found modules on stage \(stage) "
        + "alone", .modesPer(.problem))
  }

  /// Stages of which it is not known how many layers they have.
  static func unknownLayerCount() -> Self {
    Self(
      "expected the layers of every stage, to number those that are recomputed, found none",
      .change("name them in the problem, or give their layerCount"))
  }
}
