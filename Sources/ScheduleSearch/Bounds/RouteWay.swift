import BitCollections
import OperationGraph
import PipelineModel

/// The operations of the microbatches of a class along their route in the order of its way, and what waits for what: all
/// its `F`, then back, each backward pass with its `R` before and its `W` behind it.
///
/// A `W` that takes no time is part of a `BW`: right behind its `B` it delays nothing and frees its memory soonest. What
/// is offloaded is away at once and back at once, but for the two transfers between `F` and what needs it.
struct RouteWay {
  /// What tells ways apart.
  struct Key: Hashable {
    var route: Int32
    var modes: Int32
    /// Where anything is offloaded: the time of a transfer grows with the factor of memory.
    var memory: PerStage?

    init(of key: MicrobatchClass, in problem: Problem) {
      (route, modes) = (key.route, key.modes)
      memory = problem.stages(inModes: key.modes).contains { $0.offload > 0 } ? key.memory : nil
    }
  }

  /// One operation of the microbatch.
  struct Step {
    var kind: Operation.Kind
    /// The position on the route.
    var position: Int
    var device: Int

    /// Whether others may wait for its end, and it for the ends of others: all kinds but `W`.
    var isGate: Bool { kind != .backwardWeight }
  }

  /// From the end of one step until it has arrived at another.
  struct Arc {
    var step: Int
    var latency: Double
  }

  let route: Int
  let steps: [Step]
  /// What each step waits for, all of it.
  private(set) var producers: [[Arc]]
  /// What waits for each step; not the `W` of a `B`.
  private(set) var consumers: [[Arc]]
  /// The outputs of stages without a backward pass that are shared.
  let sharedOutputs: [ReadOutput]
  /// Per step its predecessors; `nil` along a chain, where every gate precedes all later steps but `R`.
  private let predecessors: [BitSet]?

  /// Follows a route. O(visits + inputs) along a chain; O(steps²/64 x inputs) elsewhere.
  ///
  /// - Parameter outputs: what the class's visits hold until it has been read.
  init(of key: MicrobatchClass, in lowered: LoweredProblem, outputs: [ReadOutput], isFused: Bool) {
    let (problem, arcs) = (lowered.problem, lowered.arcs(ofRoute: Int(key.route)))
    let (visits, stages) = (problem.routes[Int(key.route)].visits, problem.stages(inModes: key.modes))
    let links = RouteLinks(of: visits, stages: problem.stages)
    // A task that a `W` waits for would otherwise keep its `B` as well.
    let mayJoin = problem.gap == .none && !problem.namesWeights
    let passes = visits.map { visit in
      let stage = stages[visit.stage.index]
      return stage.passes(
        isFused: isFused || (stage.duration(of: .backwardWeight) == 0 && mayJoin)
      ).filter { $0 != .reload }
    }
    var steps = visits.indices.map { Step(kind: .forward, position: $0, device: visits[$0].device.index) }
    var gradients = [Int?](repeating: nil, count: visits.count)
    for position in visits.indices.reversed() where stages[visits[position].stage.index].hasBackward {
      gradients[position] = steps.count + (passes[position][1] == .recompute ? 1 : 0)
      steps += passes[position].dropFirst().map {
        Step(kind: $0, position: position, device: visits[position].device.index)
      }
    }
    route = Int(key.route)
    self.steps = steps
    producers = Array(repeating: [], count: steps.count)
    consumers = producers
    sharedOutputs = outputs.filter(\.isShared)
    let isChain = visits.indices.allSatisfy { links.inputs[$0] == ($0 == 0 ? [] : [$0 - 1]) }
    predecessors = isChain ? nil : Self.predecessors(links, gradients, steps)
    for (position, visit) in visits.enumerated() {
      for arc in arcs.forward[position] { connect(arc.source, position, arc.latency) }
      guard let gradient = gradients[position], let sources = arcs.backward[position] else { continue }
      for arc in sources {
        if let source = gradients[arc.source] { connect(source, gradient, arc.latency) }
      }
      let transfers = 2 * Self.transfer(at: visit, of: key, stages, in: lowered)
      if passes[position][1] == .recompute {
        connect(position, gradient - 1, transfers)
        connect(gradient - 1, gradient, 0)
      } else if sources.isEmpty || transfers > 0 {
        connect(position, gradient, transfers)
      }
      if steps.indices.contains(gradient + 1), steps[gradient + 1].kind == .backwardWeight {
        producers[gradient + 1].append(Arc(step: gradient, latency: 0))
      }
    }
  }

  /// How long the way to a device's host or back takes, in grid steps; 0 where nothing is offloaded.
  private static func transfer(
    at visit: Route.Visit, of key: MicrobatchClass, _ stages: [Stage], in lowered: LoweredProblem
  ) -> Double {
    lowered.grid.steps(
      stages[visit.stage.index].transferTime(
        over: lowered.problem.devices[visit.device.index].host, memory: key.memory[visit.stage]))
  }

  private mutating func connect(_ source: Int, _ target: Int, _ latency: Double) {
    producers[target].append(Arc(step: source, latency: latency))
    consumers[source].append(Arc(step: target, latency: latency))
  }

  /// Whether each visit feeds the next one alone: then every gate precedes all later steps but `R`.
  var isChain: Bool { predecessors == nil }

  /// Whether a step has ended before a later one starts, in every order.
  func precedes(_ earlier: Int, _ later: Int) -> Bool {
    if let predecessors { return predecessors[later].contains(earlier) }
    // An `R` waits for the `F` of its own visit alone.
    let reach = steps[later].kind == .recompute ? steps[later].position : later - 1
    return earlier <= reach && steps[earlier].isGate
  }

  private static func predecessors(_ links: RouteLinks, _ gradients: [Int?], _ steps: [Step]) -> [BitSet] {
    var sets = [BitSet](repeating: [], count: steps.count)
    func add(_ earlier: Int, to later: Int) {
      sets[later].formUnion(sets[earlier])
      sets[later].insert(earlier)
    }
    for (step, visit) in steps.enumerated() {
      switch visit.kind.traits.payload {
      case .activation:
        for input in links.inputs[visit.position] { add(input, to: step) }
      case .gradient:
        add(visit.position, to: step)
        if steps[step - 1].kind == .recompute { add(step - 1, to: step) }
        for case let source? in links.outputs[visit.position].map({ gradients[$0] }) { add(source, to: step) }
      case nil: add(visit.kind == .recompute ? visit.position : step - 1, to: step)
      }
    }
    return sets
  }
}
