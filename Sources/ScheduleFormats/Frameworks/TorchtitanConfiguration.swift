import PipelineModel

/// The settings of torchtitan 0.2 for an exported CSV: a fragment of its TOML file.
///
/// Source: `ParallelismConfig` in torchtitan/config and torchtitan/distributed/pipeline_parallel.py.
public struct TorchtitanConfiguration: ConfigurationFormat {
  /// Names the framework.
  public init() {}

  /// The name on the command line.
  public var name: String { "torchtitan" }
  /// torchtitan is configured in TOML.
  public var fileEnding: String { "toml" }

  /// Writes the tables `training` and `parallelism`, and `activation_checkpoint` where layers are recomputed.
  ///
  /// - Throws: `ExportRefusal` for a map of stages that no schedule's name selects, layers of some stages only,
  ///   in parts or without a module of torchtitan, or stages that recompute unequally.
  public func encode(_ problem: Problem, file: String, microbatchSize: Int) throws(ExportRefusal) -> [UInt8] {
    let settings = try StageSettings(problem, names: .earlierTorchtitan)
    let saving = try TorchSaving(problem)
    let modules =
      settings.modules.map { stages in
        settings.statements.map { "# \($0)\n" }.joined()
          + "module_fqns_per_model_part = [\n" + stages.map { "  \(quotedList($0)),\n" }.joined() + "]"
      } ?? """
        # The problem names no layers: choose pipeline_parallel_layers_per_stage so that there are
        # \(problem.stageCount) stages.
        """
    let text = """
      # Versions that are configured in Python say num_pp_microbatches = \(problem.microbatchCount) in place of both
      # batch sizes, and some pipeline_parallel_size in place of pipeline_parallel_degree.
      [training]
      local_batch_size = \(problem.microbatchCount * microbatchSize)

      [parallelism]
      pipeline_parallel_degree = \(problem.deviceCount)
      # Only the map from stages to ranks is taken from the name; the order is that of the file.
      pipeline_parallel_schedule = \(settings.schedule.quotedInFull)
      pipeline_parallel_schedule_csv = \(file.quotedInFull)
      pipeline_parallel_microbatch_size = \(microbatchSize)
      \(modules)

      """ + Self.table(of: saving)
    return Array(text.utf8)
  }

  /// The table `activation_checkpoint`; nothing where nothing is recomputed.
  private static func table(of saving: TorchSaving) -> String {
    let head = """

      # Versions that are configured in Python choose FullAC or SelectiveAC instead.
      [activation_checkpoint]

      """
    return switch saving {
    case .nothing: ""
    case .everyLayer: head + "mode = \"full\"\n"
    case .selective(let option): head + "mode = \"selective\"\nselective_ac_option = \(option.quotedInFull)\n"
    }
  }
}
