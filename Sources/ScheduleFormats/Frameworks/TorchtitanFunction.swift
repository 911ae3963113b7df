import PipelineModel

/// The settings of torchtitan 0.3 and later for an exported CSV: a Python file with one function of its configuration.
///
/// These versions read no TOML, and a flag for modules is misread without a word. Names that differ between them are
/// tried in turn. Source: torchtitan/config and torchtitan/trainer.py, 0.3.0 and main of August to November 2026.
public struct TorchtitanFunction: ConfigurationFormat {
  /// Names the framework.
  public init() {}

  /// The name on the command line: that of the framework, whatever the version.
  public var name: String { "torchtitan" }
  /// Newer versions are configured in Python.
  public var fileEnding: String { "py" }

  /// Writes the function.
  ///
  /// - Throws: `ExportRefusal` as `TorchtitanConfiguration` does.
  public func encode(_ problem: Problem, file: String, microbatchSize: Int) throws(ExportRefusal) -> [UInt8] {
    let settings = try StageSettings(problem, names: .torchtitan)
    let saving = try TorchSaving(problem)
    let text = """
      # Settings for torchtitan 0.3 and later; earlier ones read the TOML file beside this one.
      # In a function of your config_registry: return with_schedule(llama3_debugmodel())


      def with_schedule(config):
          \"""Makes a torchtitan configuration run a schedule of Pipeloom, and returns it.\"""
          parallelism, training = config.parallelism, config.training

          def put(section, value, *names):
              # Versions differ in names: this is the first that there is.
              for name in names:
                  if hasattr(section, name):
                      return setattr(section, name, value)
              raise AttributeError("this torchtitan has no setting " + " or ".join(names))

          put(parallelism, \(problem.deviceCount), "pipeline_parallel_degree", "pipeline_parallel_size")
          # Only the map from stages to ranks is taken from the name; the order is that of the file.
          put(parallelism, \(settings.schedule.quotedInFull), "pipeline_parallel_schedule")
          put(parallelism, \(file.quotedInFull), "pipeline_parallel_schedule_csv")
          if hasattr(parallelism, "num_pp_microbatches"):
              parallelism.num_pp_microbatches = \(problem.microbatchCount)
          else:
              put(parallelism, \(microbatchSize), "pipeline_parallel_microbatch_size")
              put(training, \(problem.microbatchCount * microbatchSize), "local_batch_size")
          # Pipelines of several stages and CUDA graphs do not go together.
          if hasattr(training, "disable_cuda_graphs"):
              training.disable_cuda_graphs = True

      """ + Self.modules(settings, problem) + Self.checkpoints(saving) + "    return config\n"
    return Array(text.utf8)
  }

  private static func modules(_ settings: StageSettings, _ problem: Problem) -> String {
    guard let stages = settings.modules else {
      return """
            # The problem names no layers: choose pipeline_parallel_layers_per_stage so that there are
            # \(problem.stageCount) stages.

        """
    }
    let statements = settings.statements.map { "    # \($0)\n" }.joined()
    let lists = stages.map { "        \(quotedList($0)),\n" }.joined()
    return statements + "    modules = [\n" + lists
      + """
          ]
          put(
              parallelism,
              modules,
              "pipeline_parallel_module_fqns_per_model_part",
              "module_fqns_per_model_part",
          )

      """
  }

  private static func checkpoints(_ saving: TorchSaving) -> String {
    let kind: String
    switch saving {
    case .nothing: return ""
    case .everyLayer: kind = "FullAC"
    case .selective("op"): kind = "SelectiveAC"
    case .selective(let option):
      return """
            # Versions before 0.3 recompute every layer of so many, these cannot.
            raise NotImplementedError("expected selective recompute by operation, found \(option)")

        """
    }
    return """
          from torchtitan.distributed.activation_checkpoint import \(kind)

          config.activation_checkpoint = \(kind).Config()

      """
  }
}
