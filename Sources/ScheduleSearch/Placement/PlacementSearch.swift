import PipelineModel

/// Deals devices to stages: local search for placements of low cost, of which short searches for routes pick one.
///
/// Two devices of different stages change places as long as that lowers the cost; then some are mixed at random and
/// it starts over from the best. docs/search.md explains.
public struct PlacementSearch {
  /// An order of all devices, dealt to the stages in turn, with what it is worth.
  typealias Candidate = SwapSearch<PlacementCost>.Candidate

  /// How many placements short searches for routes choose among.
  private static let finalists = 4

  private let problem: PlacementProblem
  private let options: SearchOptions
  /// The most placements looked at.
  private let limit: Int

  /// Prepares a search.
  ///
  /// - Parameter options: a tenth of the time, or of the iterations, is for placements, and as much for the choice
  ///   among the best of them.
  public init(_ problem: PlacementProblem, options: SearchOptions = SearchOptions()) {
    self.problem = problem
    self.options = options
    limit = max(1, options.iterations.map { $0 / 10 } ?? 20_000)
  }

  /// Searches; at the same seed and `iterations` the result is always the same.
  ///
  /// - Parameter deadline: when to end besides the limits of the options, with what is known by then.
  /// - Throws: `ProblemError` when no placement looked at has memory for the first stage on all its devices.
  public func run(until deadline: Deadline = .never) throws(ProblemError) -> RoutingProblem {
    let begin = ContinuousClock.now
    let isTimed = options.iterations == nil
    let candidates = candidates(until: deadline.orAt(isTimed ? begin + options.timeLimit / 10 : nil))
    // Placements without routes at hand are not looked at for longer than the others.
    let deadline = deadline.orAt(isTimed ? begin + options.timeLimit / 5 : nil)
    var best = candidates[0]
    var least = Double.infinity
    for candidate in candidates where candidates.count > 1 {
      guard let placed = try? problem.routing(dealing: candidate.order) else { continue }
      var options = options
      options.iterations = options.iterations.map { $0 / (10 * Self.finalists) }
      options.timeLimit = options.timeLimit / (10 * Self.finalists)
      guard let found = try? RoutingSearch(placed, options: options).run(until: deadline) else { continue }
      if found.search.value < least { (best, least) = (candidate, found.search.value) }
    }
    return try problem.routing(dealing: best.order)
  }

  /// The best placements found, the one of the least cost first.
  ///
  /// A pass tries each pair of devices once; O(origins x arcs x replicas² + devices²) per pair.
  func candidates(until deadline: Deadline = .never) -> [Candidate] {
    SwapSearch(swaps: swaps, limit: limit, seed: options.seed &+ 0x91ACE, keeping: Self.finalists)
      .candidates(from: problem.routing.devices.indices.map { Device.ID($0) }, until: deadline, cost: cost)
  }

  private func cost(of order: [Device.ID]) -> PlacementCost {
    guard let placed = try? problem.routing(dealing: order) else {
      return PlacementCost(unreachable: .max, time: .infinity)
    }
    return PlacementCost(placed, fused: options.backward == .fused)
  }

  /// The places of an order whose devices are of different stages, pair by pair.
  private var swaps: [(Int, Int)] {
    let stages = problem.devicesPerStage.enumerated().flatMap { Array(repeating: $0, count: $1) }
    return stages.indices.flatMap { left in
      stages.indices.filter { $0 > left && stages[$0] != stages[left] }.map { (left, $0) }
    }
  }
}
