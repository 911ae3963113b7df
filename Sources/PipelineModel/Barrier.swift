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
}
