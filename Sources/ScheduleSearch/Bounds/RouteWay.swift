import BitCollections
import OperationGraph
import PipelineModel

/// The operations of one microbatch along a route in the order of its way, and what waits for what: all its `F`, then
/// back, each backward pass with its `W`.
///
/// A `W` that takes no time is part of a `BW`: right behind its `B` it delays nothing and frees its memory soonest.
struct RouteWay {
  /// One operation of the microbatch.
  struct Step {
    var kind: Operation.Kind
    /// The position on the route.
    var position: Int
    var device: Int

    /// Whether others may wait for its end, and it for the ends of others: all kinds but `W`.
    var isGate: Bool { kind.traits.payload != nil }
  }

  /// From the end of one step until it has arrived at another.
  struct Arc {
    var step: Int
    var latency: Double
  }

  let steps: [Step]
  /// What each step waits for, all of it.
  private(set) var producers: [[Arc]]
  /// What waits for each step; not the `W` of a `B`.
  private(set) var consumers: [[Arc]]
  /// The outputs of stages without a backward pass that are shared.
  let sharedOutputs: [(producer: Int, consumers: [Int])]
  /// Per step its predecessors; `nil` along a chain, where every gate precedes all later steps.
  private let predecessors: [BitSet]?

  /// Follows a route. O(visits + inputs) along a chain; O(steps²/64 x inputs) elsewhere.
  ///
  /// - Parameter index: the position of the route among the distinct ones.
  init(ofRoute index: Int, in lowered: LoweredProblem, isFused: Bool) {
    let (problem, arcs) = (lowered.problem, lowered.arcs(ofRoute: index))
    let visits = problem.routes[index].visits
    let links = RouteLinks(of: visits, stages: problem.stages)
    let passes = visits.map { visit in
      let stage = problem.stages[visit.stage.index]
      return stage.passes(
        isFused: isFused || (stage.duration(of: .backwardWeight) == 0 && problem.gap == .none))
    }
    var steps = visits.indices.map { Step(kind: .forward, position: $0, device: visits[$0].device.index) }
    var gradients = [Int?](repeating: nil, count: visits.count)
    for position in visits.indices.reversed() where passes[position].count > 1 {
      gradients[position] = steps.count
      steps += passes[position].dropFirst().map {
        Step(kind: $0, position: position, device: visits[position].device.index)
      }
    }
    self.steps = steps
    producers = Array(repeating: [], count: steps.count)
    consumers = producers
    sharedOutputs = links.sharedOutputs(on: visits, stages: problem.stages)
    let isChain = visits.indices.allSatisfy { links.inputs[$0] == ($0 == 0 ? [] : [$0 - 1]) }
    predecessors = isChain ? nil : Self.predecessors(links, gradients, steps)
    for position in visits.indices {
      for arc in arcs.forward[position] { connect(arc.source, position, arc.latency) }
      guard let gradient = gradients[position], let sources = arcs.backward[position] else { continue }
      if sources.isEmpty { connect(position, gradient, 0) }
      for arc in sources {
        if let source = gradients[arc.source] { connect(source, gradient, arc.latency) }
      }
      if passes[position].count > 2 { producers[gradient + 1].append(Arc(step: gradient, latency: 0)) }
    }
  }

  private mutating func connect(_ source: Int, _ target: Int, _ latency: Double) {
    producers[target].append(Arc(step: source, latency: latency))
    consumers[source].append(Arc(step: target, latency: latency))
  }

  /// Whether each visit feeds the next one alone: then every gate precedes all later steps.
  var isChain: Bool { predecessors == nil }

  /// Whether a step has ended before a later one starts, in every order.
  func precedes(_ earlier: Int, _ later: Int) -> Bool {
    predecessors.map { $0[later].contains(earlier) } ?? (earlier < later && steps[earlier].isGate)
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
        for case let source? in links.outputs[visit.position].map({ gradients[$0] }) { add(source, to: step) }
      case nil: add(step - 1, to: step)
      }
    }
    return sets
  }
}
