import OperationGraph
import PipelineModel

/// A problem whose modes are open, lowered for bounds: per device the graph of what may have been done, by the number of
/// each stage's `F` and gradients alone. docs/proofs.md has the argument.
struct ModeRelaxation {
  /// The problem lowered, which tree nodes share with the graphs of sets of modes that occur again.
  final class Ground {
    let lowered: LoweredProblem
    let isFused: Bool
    let isPerStage: Bool
    /// The visits of each device, by their positions on the route.
    let visitsOf: [[Int]]
    /// From the `F` of the visit before, in grid steps; and back.
    let latencies: [(forward: Double, backward: Double)]
    let end: FrameEnd
    fileprivate var graphs: [Key: ModeGraph?] = [:]
    fileprivate var states: [Key: ModeStates] = [:]

    fileprivate struct Key: Hashable {
      var place: Int
      var modes: [[Int]]
      var tracksHosts: Bool
    }

    var problem: Problem { lowered.problem }

    /// `nil` where microbatches take several routes, some stage has no backward pass, or stages form no chain.
    init?(_ problem: Problem, isFused: Bool) {
      guard let alone = try? problem.withoutOverlap() else { return nil }
      let equal = alone.withSmallestScale() ?? alone
      guard equal.routes.count == 1, equal.isChain, equal.stages.allSatisfy(\.hasBackward),
        equal.microbatchCount > 0
      else { return nil }
      lowered = LoweredProblem(equal)
      self.isFused = isFused
      isPerStage = equal.instance.modesPer != .microbatch
      let visits = equal.routes[0].visits
      visitsOf = equal.devices.indices.map { device in
        visits.indices.filter { visits[$0].device.index == device }
      }
      let arcs = lowered.arcs(ofRoute: 0)
      latencies = visits.indices.map { position in
        let forward = arcs.forward[position].first?.latency ?? 0
        let backward = position > 0 ? arcs.backward[position - 1]?.first?.latency ?? 0 : 0
        return (forward, backward)
      }
      end = FrameEnd(lowered.end, isActive: visitsOf.map { !$0.isEmpty })
    }
  }

  /// How many prefixes a device may have.
  private static var nodeLimit: Int { 120_000 }
  /// How many edges refutations of one set of modes may look at.
  private static var mostEdges: Int { 60_000_000 }

  private let ground: Ground
  private let states: [ModeStates]
  /// Per device; `nil` where it has no operations, or too many prefixes.
  private let graphs: [ModeGraph?]
  /// Whether some device has no order in these modes.
  let isImpossible: Bool
  private let deadline: Deadline

  /// Builds the graphs of a set of modes.
  ///
  /// - Parameter tracksHosts: whether the ends of transfers are steps; else what is offloaded is away and back at once.
  /// - Throws: `OutOfTime` when the deadline passes first.
  init(_ ground: Ground, _ sets: ModeSets, tracksHosts: Bool, deadline: Deadline) throws(OutOfTime) {
    self.ground = ground
    self.deadline = deadline
    let visits = ground.problem.routes[0].visits
    var states: [ModeStates] = []
    for (position, visit) in visits.enumerated() {
      let modes = sets.allowed[visit.stage.index]
      let key = Ground.Key(place: position, modes: [modes], tracksHosts: tracksHosts)
      let own =
        ground.states[key]
        ?? ModeStates(
          visit, modes: modes, of: ground.problem, in: ground.lowered, isFused: ground.isFused,
          tracksHosts: tracksHosts)
      ground.states[key] = own
      states.append(own)
    }
    self.states = states
    var graphs: [ModeGraph?] = []
    var isImpossible = false
    for (device, own) in ground.visitsOf.enumerated() {
      guard !own.isEmpty else {
        graphs.append(nil)
        continue
      }
      let key = Ground.Key(
        place: device, modes: own.map { sets.allowed[visits[$0].stage.index] }, tracksHosts: tracksHosts)
      if ground.graphs[key] == nil {
        let built = own.indices.map { place in
          ModeGraph.Visit(
            states: states[own[place]], previous: place > 0 ? place - 1 : nil,
            next: place + 1 < own.count ? place + 1 : nil)
        }
        ground.graphs[key] = .some(
          try ModeGraph(
            built, microbatches: ground.problem.microbatchCount, capacity: ground.lowered.capacities[device],
            isPerStage: ground.isPerStage, nodeLimit: Self.nodeLimit, deadline: deadline))
      }
      let graph = ground.graphs[key] ?? nil
      if let graph, graph.nodeCount == 0 { isImpossible = true }
      graphs.append(graph)
    }
    self.graphs = graphs
    self.isImpossible = isImpossible
  }

  /// A bound in the problem's time unit on the makespan, or on the period; infinite where no schedule is possible.
  ///
  /// - Parameter target: at which raising ends; nothing is raised where it is `nil`.
  /// - Throws: `OutOfTime` when the deadline passes before there is any.
  func bound(on objective: Objective, until target: Double?) throws(OutOfTime) -> Double {
    if isImpossible { return .infinity }
    let frames =
      objective.countsFromOwnStart
      ? ground.visitsOf.indices.filter { !ground.visitsOf[$0].isEmpty }.map(Int?.some) : [nil]
    let grid = ground.lowered.grid
    var best = 0.0
    for frame in frames {
      let first = ModeWindows(ground, states, graphs, frame: frame, deadline: deadline)
      try first.settle()
      var steps = first.bottleneck()
      if let target, grid.isExact, steps > 0, steps < 1e15 {
        let goal = target * grid.stepsPerUnit
        var effort = Self.mostEdges
        var known = first
        if steps < goal {
          steps = Raising(
            denominator: 1, goal: (goal - goal.rounded()).magnitude < 1e-6 ? goal.rounded() : goal
          )
          .raise(steps) { length in
            guard effort > 0, !deadline.hasPassed else { return false }
            let windows = length <= known.length ? known.copy() : first.copy()
            let isTooShort = windows.refutes(length, effort: &effort)
            if !isTooShort { known = windows }
            return isTooShort
          }
        }
      }
      best = max(best, steps)
    }
    return grid.isExact ? grid.units(best) : grid.units(best) * (1 - 1e-12)
  }
}
