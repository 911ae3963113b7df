import PipelineModel

/// Why a family has no orders for a problem.
public enum FamilyError: Error, Hashable, Sendable {
  /// No family has the name.
  case unknown(String)
  /// The problem's stages are laid out in another way than the family's.
  case needsLayout(family: String, FamilyLayout)
  /// The problem has streams or tasks, which no family orders.
  case needsPassesAlone(family: String)
  /// Some stage is fed by others than the one before it.
  case needsChain(family: String)
  /// The family splits backward passes, and a stage has one that is whole.
  case needsParts(family: String, stage: Stage.ID)
  /// The family needs more microbatches.
  case needsMicrobatches(family: String, least: Int, found: Int)
  /// The family needs an even count of what is named.
  case needsEven(family: String, of: String, found: Int)
  /// The group size is out of the family's range.
  case groupSize(family: String, expected: ClosedRange<Int>, found: Int)
  /// The family has no groups.
  case takesNoGroupSize(family: String)
  /// The family needs a larger memory limit.
  case needsMemory(family: String, device: Device.ID, least: Double, limit: Double)
  /// The family's orders hold more memory than a device has.
  case exceedsMemoryLimit(family: String, device: Device.ID, peak: Double, limit: Double)
}

extension FamilyError: CustomStringConvertible {
  /// What was expected, in one line.
  public var description: String {
    switch self {
    case .unknown(let name):
      "expected a family (\(Families.all.map(\.name).joined(separator: ", "))), found \(name.quoted)"
    case .needsLayout(let family, let layout):
      "\(family) needs \(layout)"
    case .needsPassesAlone(let family):
      "\(family) orders passes alone, found streams or tasks"
    case .needsChain(let family):
      "\(family) needs a chain of stages, each fed by the one before it, found other inputs"
    case .needsParts(let family, let stage):
      "\(family) needs backward passes in parts, found a whole one on stage \(stage)"
    case .needsMicrobatches(let family, let least, let found):
      "\(family) needs at least \(least) microbatches, found \(found)"
    case .needsEven(let family, let what, let found):
      "\(family) needs an even number of \(what), found \(found)"
    case .groupSize(let family, let expected, let found):
      "\(family) needs a group size from \(expected.lowerBound) to \(expected.upperBound), found \(found)"
    case .takesNoGroupSize(let family):
      "\(family) has no groups of microbatches"
    case .needsMemory(let family, let device, let least, let limit):
      "\(family) needs a memory limit of at least \(least.plain) on device \(device), found \(limit.plain)"
    case .exceedsMemoryLimit(let family, let device, let peak, let limit):
      "\(family) holds \(peak.plain) on device \(device), over its memory limit \(limit.plain): "
        + "raise the limit or take another family"
    }
  }
}
