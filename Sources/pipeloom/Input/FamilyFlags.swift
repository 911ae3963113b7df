import ArgumentParser
import PipelineModel
import ScheduleFamilies
import Timeline

/// What a user may choose of a family.
struct FamilyFlags: ParsableArguments {
  private static let groupSizeFlag = CountFlag(name: "--group-size", range: ProblemRules.counts)

  @Option(
    help: groupSizeFlag.help(
      "How many microbatches run on one chunk before the next chunk's turn, for families with groups."))
  var groupSize: Int?

  func validate() throws { try Self.groupSizeFlag.check(groupSize) }

  /// The choices as a family takes them.
  ///
  /// - Throws: `Failure` when the family has no groups.
  func parameters(of family: any Family) throws(Failure) -> FamilyParameters {
    guard groupSize == nil || family.takesGroupSize else {
      throw Failure(.usage, "--group-size: \(FamilyError.takesNoGroupSize(family: family.title))")
    }
    return FamilyParameters(groupSize: groupSize)
  }
}

extension Family {
  /// Refuses orders that hold more than a device's memory limit: a family does not bend to one.
  ///
  /// - Throws: `FamilyError` naming the first device that is short.
  func checkMemory(of timeline: Timeline) throws(FamilyError) {
    for (index, device) in timeline.schedule.problem.devices.enumerated() {
      let peak = timeline.peakMemory[index]
      guard let limit = device.memoryLimit, peak > device.capacity else { continue }
      throw .exceedsMemoryLimit(family: title, device: Device.ID(index), peak: peak, limit: limit)
    }
  }
}
