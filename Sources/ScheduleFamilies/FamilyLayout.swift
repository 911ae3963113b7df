import PipelineModel

/// How a family lays stages out over the devices.
public enum FamilyLayout: Hashable, Sendable {
  /// Stage s alone on device s.
  case sequential
  /// Stage s on device s mod p; at least `leastChunks` stages per device.
  case loop(leastChunks: Int)
  /// Two stages per device, d and 2p-1-d.
  case v
  /// Back and forth, an even number of stages per device: each two of them are one wave.
  case waves
  /// Two copies of the model in opposite directions, half of the microbatches through each.
  case bidirectional
  /// Stage s alone on device s, sequences cut in at least two pieces.
  case pieces

  /// How `Problem.arranged` makes a sequential problem fit.
  public var arrangement: Arrangement {
    switch self {
    case .sequential, .pieces, .loop: .loop
    case .v, .waves: .v
    case .bidirectional: .bidirectional
    }
  }

  /// Whether a problem is laid out so. O(stages + microbatches).
  public func fits(_ problem: Problem) -> Bool {
    if case .pieces = self {
      return problem.pieces > 1 && problem.usesDefaultRoute && Self.isHosted(problem, as: .loop)
        && problem.stageCount == problem.deviceCount
    }
    guard problem.pieces == 1 else { return false }
    if case .bidirectional = self { return Self.isBidirectional(problem) }
    return problem.usesDefaultRoute && takes(problem) && Self.isHosted(problem, as: placement)
  }

  /// Whether a problem has as many stages for each device as the layout asks for.
  private func takes(_ problem: Problem) -> Bool {
    let (chunks, rest) = problem.stageCount.quotientAndRemainder(dividingBy: problem.deviceCount)
    guard rest == 0 else { return false }
    return switch self {
    case .sequential, .pieces, .bidirectional: chunks == 1
    case .loop(let least): chunks >= least
    case .v: chunks == 2
    case .waves: chunks.isMultiple(of: 2)
    }
  }

  /// Where a problem's own stages go.
  private var placement: Placement {
    switch self {
    case .sequential, .pieces, .bidirectional: .sequential
    case .loop: .loop
    case .v, .waves: .v
    }
  }

  /// A problem in this layout: one that fits as it is, unless it is sequential and to be cut; a sequential one with
  /// every stage or sequence cut in `parts`, or in as many as the layout asks for; one with equally many stages on
  /// every device with the same stages on other devices.
  ///
  /// - Throws: `ProblemError` when the problem cannot be laid out so.
  public func arranging(_ problem: Problem, parts: Int) throws(ProblemError) -> Problem {
    if fits(problem), parts == 1 || !problem.isSequential { return problem }
    if !problem.isSequential, problem.hasMovableStages {
      if problem.stageCount == problem.deviceCount, problem.pieces == 1 {
        return try arranging(problem.relaid(.sequential), parts: parts)
      }
      if takes(problem), self == .pieces || problem.pieces == 1 { return try problem.relaid(placement) }
    }
    return switch self {
    case .sequential: problem
    case .loop(let least): try problem.arranged(.loop, chunks: max(least, parts))
    case .v: try problem.arranged(.v, chunks: 2)
    case .waves: try problem.arranged(.v, chunks: max(2, parts + parts % 2))
    case .bidirectional: try problem.arranged(.bidirectional, chunks: 1)
    case .pieces: try problem.cut(intoPieces: max(2, parts))
    }
  }

  private static func isHosted(_ problem: Problem, as placement: Placement) -> Bool {
    problem.hosts == placement.hosts(stageCount: problem.stageCount, deviceCount: problem.deviceCount)
  }

  private static func isBidirectional(_ problem: Problem) -> Bool {
    let count = problem.deviceCount
    guard problem.stageCount == count, count.isMultiple(of: 2), problem.routes.count == 2 else {
      return false
    }
    let half = problem.microbatchCount / 2
    return problem.routes[0].visits.map(\.device.index) == Array(0..<count)
      && problem.routes[1].visits.map(\.device.index) == Array((0..<count).reversed())
      && problem.routes.allSatisfy { $0.visits.map(\.stage.index) == Array(0..<count) }
      && problem.microbatchCount.isMultiple(of: 2)
      && problem.routeIndexes.enumerated().allSatisfy { $0.element == ($0.offset < half ? 0 : 1) }
  }
}

extension FamilyLayout: CustomStringConvertible {
  /// The layout's name.
  public var name: String {
    switch self {
    case .sequential: "sequential"
    case .loop: "loop"
    case .v: "v"
    case .waves: "waves"
    case .bidirectional: "bidirectional"
    case .pieces: "pieces"
    }
  }

  /// What a problem must look like.
  public var description: String {
    switch self {
    case .sequential:
      "the sequential placement: stage s alone on device s, every microbatch through all stages"
    case .loop(1): "the sequential or the loop placement: stage s on device s mod p, equally many on each"
    case .loop(let least): "the loop placement with at least \(least) stages per device, equally many on each"
    case .v: "the v placement with 2 stages per device"
    case .waves: "the v placement with an even number of stages per device"
    case .bidirectional:
      "two copies of the model in opposite directions over an even number of devices, "
        + "each for half of an even number of microbatches"
    case .pieces: "one stage per device and sequences cut in pieces"
    }
  }
}
