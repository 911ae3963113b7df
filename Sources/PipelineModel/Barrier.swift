/// Which devices wait for each other between their last operations and their optimizer steps: for a gradient norm, or
/// for tied embeddings.
public enum Barrier: Hashable, Sendable {
  /// None do.
  case none
  /// All that have operations.
  case all
  /// Those of each group; a device is in one group at most.
  case groups([[Device.ID]])

  /// The groups of devices that wait for each other.
  ///
  /// - Parameter deviceCount: how many devices there are.
  public func groups(deviceCount: Int) -> [[Device.ID]] {
    switch self {
    case .none: []
    case .all: [(0..<deviceCount).map { Device.ID($0) }]
    case .groups(let groups): groups
    }
  }

  /// What follows the last operation of each device until all that wait for it are done: its own optimizer step or,
  /// where others wait as well, the longest of theirs.
  ///
  /// - Parameters:
  ///   - steps: the optimizer step of each device.
  ///   - isActive: whether each device has operations; others wait for nobody.
  package func longestSteps(_ steps: [Double], isActive: [Bool]) -> [Double] {
    var longest = steps
    for group in groups(deviceCount: steps.count) {
      let waiting = group.filter { isActive[$0.index] }
      let step = waiting.reduce(0) { max($0, steps[$1.index]) }
      for device in waiting { longest[device.index] = step }
    }
    return longest
  }
}
