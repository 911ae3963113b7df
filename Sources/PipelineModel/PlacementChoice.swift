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
      case .problem(let problem): problem.asWritten.placement
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
  /// Whether devices may take each other's places besides.
  public let ordersDevices: Bool

  /// Gathers what to choose from; `nil` where there is nothing.
  public init?(_ alternatives: [Alternative], ordersDevices: Bool = false) {
    if alternatives.isEmpty { return nil }
    self.alternatives = alternatives
    self.ordersDevices = ordersDevices
  }

  /// The same with alternatives that were changed one by one.
  ///
  /// - Throws: what `change` does.
  public func mapped<Failure: Error>(
    _ change: (Alternative) throws(Failure) -> Alternative
  ) throws(Failure) -> PlacementChoice {
    PlacementChoice(try alternatives.map(change), ordersDevices: ordersDevices) ?? self
  }

  /// The problem under one placement; `nil` where it is not among them.
  public func placed(_ placement: Placement) -> Alternative? {
    alternatives.first { $0.placement == placement }
  }

  /// The names of what there is to choose from.
  public var names: [String] { alternatives.compactMap(\.placement.name) }

  /// What there is to choose from, in words.
  public var choices: [String] { names + (ordersDevices ? ["orders of devices"] : []) }
}

extension PlacementChoice.Alternative {
  /// The same with other devices in the places of those that host its stages: for each device the one that takes its place.
  ///
  /// - Throws: `ProblemError` when a device does not hold what it is given.
  package func dealt(_ order: [Device.ID]) throws(ProblemError) -> Self {
    switch self {
    case .problem(let problem): .problem(try problem.with(deviceOrder: order))
    case .partitioning(let problem):
      .partitioning(
        try problem.arranged(problem.hosts.placement(in: order), stageCount: problem.stageCount))
    }
  }
}

extension [[Device.ID]] {
  /// The hosts of stages with other devices in their places.
  func placement(in order: [Device.ID]) -> Placement {
    Placement(naming: map { $0.map { order[$0.index] } }, deviceCount: order.count)
  }
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
