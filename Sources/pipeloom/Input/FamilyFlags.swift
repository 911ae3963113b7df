import ArgumentParser
import PipelineModel
import ScheduleFamilies

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
      throw Failure(.usage, "--group-size: \(FamilyError.takesNoGroupSize(family: family.title).advice)")
    }
    return FamilyParameters(groupSize: groupSize)
  }
}
