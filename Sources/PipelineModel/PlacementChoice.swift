/// A problem whose stages may lie in any of several named ways, of which a search is to choose one.
///
/// Everything but the placement, and what of stages depends on it, is the same in all.
public struct PlacementChoice: Hashable, Sendable {
  /// The problem under one placement.
  public enum Alternative: Hashable, Sendable {
    /// With its stages.
    case problem(Problem)
    /// With layers that are still to be cut into stages.
    case partitioning(PartitionProblem)

    /// Where the stages are.
    public var placement: Placement {
      switch self {
      case .problem(let problem): problem.placement
      case .partitioning(let problem): problem.placement
      }
    }

    /// All but the stages of layers that are still to be cut.
    package var instance: Instance {
      switch self {
      case .problem(let problem): problem.instance
      case .partitioning(let problem): problem.instance
      }
    }
  }

  /// What to choose from, at least one, in the order in which the user named them.
  public let alternatives: [Alternative]

  /// Gathers what to choose from; `nil` where there is nothing.
  public init?(_ alternatives: [Alternative]) {
    if alternatives.isEmpty { return nil }
    self.alternatives = alternatives
  }

  /// The problem under one placement; `nil` where it is not among them.
  public func placed(_ placement: Placement) -> Alternative? {
    alternatives.first { $0.placement == placement }
  }

  /// The names of what there is to choose from.
  public var names: [String] { alternatives.compactMap(\.placement.name) }
}

extension Placement {
  /// The name by which files and flags know it; `nil` for a list of devices.
  public var name: String? {
    switch self {
    case .sequential: "sequential"
    case .loop: "loop"
    case .v: "v"
    case .explicit: nil
    }
  }

  /// The placements that have a name.
  public static let named: [Placement] = [.sequential, .loop, .v]
}
