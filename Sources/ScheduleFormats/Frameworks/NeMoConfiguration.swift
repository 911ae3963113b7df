import PipelineModel

/// The settings of NeMo AutoModel for an exported CSV: a fragment of its YAML file.
///
/// Source: `PipelineConfig` and `AutoPipeline` in nemo_automodel/components/distributed/pipelining.
public struct NeMoConfiguration: ConfigurationFormat {
  /// Names the framework.
  public init() {}

  /// The name on the command line.
  public var name: String { "nemo" }
  /// NeMo is configured in YAML.
  public var fileEnding: String { "yaml" }

  /// Writes the mappings `step_scheduler` and `distributed`.
  ///
  /// - Throws: `ExportRefusal` for a map of stages that no schedule's name selects, layers of some stages only, in
  ///   parts or without a module of NeMo, fewer microbatches than devices, which NeMo's recipes refuse, or stages that recompute unequally.
  public func encode(_ problem: Problem, file: String, microbatchSize: Int) throws(ExportRefusal) -> [UInt8] {
    let settings = try StageSettings(problem, names: .nemo)
    try problem.checkHasMicrobatchPerDevice()
    let saving = try TorchSaving(problem)
    if case .selective = saving { throw .selectiveInNeMo() }
    let checkpointing = saving == .everyLayer ? "\n  activation_checkpointing: true" : ""
    let modules =
      settings.modules.map { stages in
        settings.statements.map { "    # \($0)\n" }.joined()
          + "    module_fqns_per_model_part:" + stages.map { "\n      - \(quotedList($0))" }.joined()
      } ?? """
            # The problem names no layers: choose layers_per_stage so that there are \(problem.stageCount) stages.
        """
    let text = """
      step_scheduler:
        local_batch_size: \(problem.microbatchCount * microbatchSize)
      distributed:
        pp_size: \(problem.deviceCount)\(checkpointing)
        pipeline:
          # Only the map from stages to ranks is taken from the name; the order is that of the file.
          pp_schedule: \(settings.schedule.quotedInFull)
          pp_schedule_csv: \(file.quotedInFull)
          pp_microbatch_size: \(microbatchSize)
          pp_batch_size: \(problem.microbatchCount * microbatchSize)
      \(modules)

      """
    return Array(text.utf8)
  }
}

extension ExportRefusal {
  /// A choice among the operations of layers, where all of a layer is recomputed or nothing.
  fileprivate static func selectiveInNeMo() -> Self {
    Self("expected whole layers recomputed or none, found a choice of modules", .wrapModules)
  }
}
