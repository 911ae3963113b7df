import PipelineModel
import Timeline

/// The arguments of Megatron-core that come nearest to a schedule, with a statement of what they leave out.
///
/// Megatron has no schedule file: it runs 1F1B or its interleaved form, with fused backward passes. What can be
/// chosen is which layers make up each stage, how many stages a device has, and in what groups microbatches
/// take turns on them. Source: megatron/core/pipeline_parallel/schedules.py and
/// megatron/core/transformer/pipeline_parallel_layer_layout.py.
public struct MegatronArguments: ExportFormat {
  /// Names the format.
  public init() {}

  /// The name on the command line.
  public var name: String { "megatron" }
  /// What reads the format.
  public var purpose: String {
    "Megatron-core: arguments for the nearest order that it runs, and what differs"
  }

  /// Writes one argument per line behind comments that say what Megatron does otherwise.
  ///
  /// - Throws: `ExportRefusal` for what Megatron would refuse: stages laid out otherwise than one per device or as
  ///   a loop, interleaved stages on one device or with fewer microbatches than devices, and layers that its layout
  ///   cannot say or that it cannot divide.
  /// - Complexity: O(operations x group sizes).
  public func encode(_ timeline: Timeline) throws(ExportRefusal) -> [UInt8] {
    let problem = timeline.schedule.problem
    try problem.checkIsChain()
    try problem.checkHasBackwards()
    guard problem.stageMap == .single || problem.stageMap == .loop else {
      throw .otherPlacement(needed: "one stage per device in order, or a loop")
    }
    try Self.checkInterleaving(of: problem)
    let comparison = MegatronComparison(timeline.schedule)
    let layout = try problem.layersOfStages().map { (layers) throws(ExportRefusal) in
      try MegatronLayout(layers, devices: problem.deviceCount)
    }
    let arguments = Self.arguments(of: problem, groupSize: comparison.groupSize, layout: layout?.text)
    let lines = comparison.statements + (try Self.statements(of: problem, layout: layout))
    let text = lines.map { "# \($0)\n" }.joined() + arguments.map { "\($0)\n" }.joined()
    return Array(text.utf8)
  }

  /// Refuses what Megatron's interleaved schedule would refuse; its plain 1F1B takes any number of microbatches.
  private static func checkInterleaving(of problem: Problem) throws(ExportRefusal) {
    guard problem.stageCount > problem.deviceCount else { return }
    guard problem.deviceCount > 1 else { throw .interleavedAlone(stages: problem.stageCount) }
    try problem.checkHasMicrobatchPerDevice()
  }

  private static func arguments(of problem: Problem, groupSize: Int?, layout: String?) -> [String] {
    var arguments = ["--pipeline-model-parallel-size \(problem.deviceCount)"]
    let chunks = problem.stageCount / problem.deviceCount
    if let layout {
      arguments.append("--pipeline-model-parallel-layout '\(layout)'")
    } else if chunks > 1 {
      arguments.append("--num-virtual-stages-per-pipeline-rank \(chunks)")
    }
    if let groupSize {
      arguments.append("--microbatch-group-size-per-virtual-pipeline-stage \(groupSize)")
    }
    return arguments
  }

  private static func statements(
    of problem: Problem, layout: MegatronLayout?
  ) throws(ExportRefusal) -> [String] {
    let batch =
      "Set --global-batch-size to \(problem.microbatchCount) x --micro-batch-size x the data-parallel size."
    if let layout { return [batch] + layout.statements }
    if let layers = problem.layerCount, !layers.isMultiple(of: problem.stageCount) {
      throw .unevenLayers(layers, stages: problem.stageCount)
    }
    let division =
      "The problem names no layers: Megatron divides them evenly over \(problem.stageCount.counted("stage"))."
    return [batch, division] + (problem.layerCount.map { [MegatronLayout.total(of: $0)] } ?? [])
  }
}

extension ExportRefusal {
  /// Layers that Megatron has to divide over the stages, and cannot.
  fileprivate static func unevenLayers(_ layers: Int, stages: Int) -> Self {
    Self(
      "expected a multiple of the \(stages.counted("stage")) as number of layers, found \(layers)",
      .change("name the layers of each stage"))
  }

  /// Several stages per device where there is one device.
  fileprivate static func interleavedAlone(stages: Int) -> Self {
    Self(
      "expected two devices or more for several stages on each, found one device with \(stages)",
      .change("make them one stage"))
  }
}
