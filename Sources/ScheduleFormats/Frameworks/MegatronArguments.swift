import PipelineModel
import Timeline

/// The arguments of Megatron-core that come nearest to a schedule, with a statement of what they leave out.
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
  ///   cannot say or that it cannot divide; and for modes of which it has no one setting for all stages.
  /// - Complexity: O(operations x group sizes).
  public func encode(_ timeline: Timeline) throws(ExportRefusal) -> [UInt8] {
    var settings = try MegatronSettings(timeline)
    let saving = try MegatronSaving(timeline.schedule.problem)
    settings.add(saving.arguments, saving.statements)
    return Array(settings.commandLine.utf8)
  }
}
