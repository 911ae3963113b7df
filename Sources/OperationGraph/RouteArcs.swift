import PipelineModel

/// What the passes of a microbatch on a route wait for, with how long each message takes: the arcs of the operation
/// graph, told once for all that read them.
package struct RouteArcs: Sendable {
  /// From the end of a pass on one visit until its output has arrived at another.
  package struct Arc: Sendable {
    /// The position on the route of the visit where the arc begins.
    package var source: Int
    /// In grid steps.
    package var latency: Double
  }

  /// Per visit, the visits whose `F` its `F` needs, ascending; none where a microbatch enters.
  package let forward: [[Arc]]
  /// Per visit, the visits whose gradients its backward pass needs, ascending; none where it needs its own `F` alone.
  /// `nil` without a backward pass.
  package let backward: [[Arc]?]

  /// Reads the arcs off a route. O(visits + inputs).
  init(_ route: Route, in problem: Problem, on grid: DecimalGrid) {
    let visits = route.visits
    let links = RouteLinks(of: visits, stages: problem.stages)
    func hasBackward(_ position: Int) -> Bool { problem.stages[visits[position].stage.index].hasBackward }
    func arc(from source: Int, to target: Int) -> Arc {
      Arc(source: source, latency: grid.steps(problem.latency(along: visits, from: source, to: target)))
    }
    forward = visits.indices.map { target in links.inputs[target].map { arc(from: $0, to: target) } }
    backward = visits.indices.map { target in
      guard hasBackward(target) else { return nil }
      return links.outputs[target].filter(hasBackward).map { arc(from: $0, to: target) }
    }
  }
}

extension DecimalGrid {
  /// How long a message of a problem takes from one device to another, in grid steps.
  func latency(from source: Device.ID, to target: Device.ID, in problem: Problem) -> Double {
    steps(problem.communication.latency(from: source, to: target))
  }
}

extension LoweredProblem {
  /// The arcs of a distinct route. O(visits + inputs).
  package func arcs(ofRoute index: Int) -> RouteArcs {
    RouteArcs(problem.routes[index], in: problem, on: grid)
  }
}
