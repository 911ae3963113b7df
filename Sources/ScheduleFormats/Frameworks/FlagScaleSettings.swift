import PipelineModel
import Timeline

/// The settings of FlagScale, which recomputes layers by stage and by microbatch: a fragment of its training YAML.
///
/// Source: flagscale/train/arguments.py and the patches under flagscale/backends/Megatron-LM.
public struct FlagScaleSettings: ExportFormat {
  /// Names the format.
  public init() {}

  /// The name on the command line.
  public var name: String { "flagscale" }
  /// What reads the format.
  public var purpose: String { "FlagScale: recompute by stage and microbatch, and unequal stages" }

  /// Writes the mapping `system`.
  ///
  /// - Throws: `ExportRefusal` for what `MegatronArguments` refuses but for modes; for `R`, offloads and modules; and for
  ///   recompute on several stages per device, which FlagScale fails on.
  /// - Complexity: O(operations x group sizes + stages x microbatches).
  public func encode(_ timeline: Timeline) throws(ExportRefusal) -> [UInt8] {
    let settings = try MegatronSettings(timeline)
    let problem = timeline.schedule.problem
    let recompute = try RecomputeTable(problem)
    let isSingle = problem.stageMap == .single
    var text = settings.commented
    if recompute?.isMixed ?? false {
      text += "# FlagScale turns recompute off for good on a rank after the first microbatch without it.\n"
    }
    text += "system:\n"
    if isSingle, let split = problem.transformerCounts {
      text += "  pipeline_model_parallel_size: \(problem.deviceCount)\n"
      if Set(split).count > 1 {
        // FlagScale lets stages have unequally many layers in heterogeneous runs alone.
        text += "  hetero:\n    enable_hetero: true\n    hetero_pipeline_layer_split: \(split)\n"
        text += "    # Machines are yours to say: hetero_process_meshes, hetero_device_types.\n"
      }
    } else {
      text += settings.mapping(indentation: 2)
    }
    if let recompute {
      guard isSingle else { throw .recomputeInLoop() }
      text += recompute.lines
    }
    return Array(text.utf8)
  }
}

/// How many layers every stage recomputes for every microbatch.
private struct RecomputeTable {
  /// By stage and microbatch.
  private let layers: [[Int]]

  /// Reads the modes; `nil` where nothing is recomputed.
  ///
  /// - Throws: `ExportRefusal` for what FlagScale cannot be told, and where the number of layers of a stage is unknown.
  init?(_ problem: Problem) throws(ExportRefusal) {
    try problem.checkRecomputesWithin()
    try problem.checkOffloadsNothing()
    let savings = problem.stages.indices.map { stage in
      problem.microbatches.indices.map { problem.saving(on: stage, of: $0) }
    }
    if savings.joined().allSatisfy(\.isPlain) { return nil }
    guard let counts = problem.transformerCounts else { throw .unknownLayerCount() }
    var layers: [[Int]] = []
    for (stage, row) in savings.enumerated() {
      let known = row.compactMap { $0.recompute.layerCount(of: counts[stage]) }
      guard known.count == row.count else { throw .recomputesModules(Stage.ID(stage)) }
      layers.append(known)
    }
    self.layers = layers
  }

  /// Whether some stage recomputes for some microbatches only.
  var isMixed: Bool { layers.contains { $0.contains(0) && $0.contains { $0 > 0 } } }

  var lines: String {
    let rows = [
      ("granularity", layers.map { $0.map { $0 > 0 ? 1 : 0 } }),
      ("method", layers.map { $0.map { _ in 1 } }),
      ("num_layers", layers.map { $0.map { max(1, $0) } }),
    ]
    return """
        recompute:
          recompute_granularity: "full"
          recompute_method: "block"
          recompute_num_layers: 1

      """
        + rows.map { name, table in
          "    recompute_\(name)_per_stage_micro_batch:\n"
            + Self.runs(of: table).map { "      - \($0)\n" }.joined()
        }.joined()
  }

  /// Rows as FlagScale has them: of how many stages, then for how many microbatches what, in turn.
  private static func runs(of table: [[Int]]) -> [[Int]] {
    runs(table).map { run in [run.count] + runs(run.value).flatMap { [$0.count, $0.value] } }
  }

  private static func runs<Value: Equatable>(_ values: [Value]) -> [(value: Value, count: Int)] {
    values.reduce(into: []) { runs, value in
      if let last = runs.last, last.value == value {
        runs[runs.count - 1].count += 1
      } else {
        runs.append((value, 1))
      }
    }
  }
}

extension ExportRefusal {
  /// Recompute where a device has several stages.
  fileprivate static func recomputeInLoop() -> Self {
    Self(
      "expected one stage per device beside recompute, whose lists FlagScale does not read for virtual stages, found "
        + "several", .change("lay the model out in one stage per device"))
  }

  /// A stage that recomputes modules of its layers.
  fileprivate static func recomputesModules(_ stage: Stage.ID) -> Self {
    Self("expected whole layers recomputed, found modules of them on stage \(stage)", .plainModes)
  }
}
