import PipelineModel

/// Which operations of a schedule wait for the output of which: along routes, for phases of one operation, and for tasks.
struct OutputArcs {
  /// An operation that waits for another one.
  struct Arc {
    var consumer: Operation
    /// The device of the problem that runs it.
    var device: Device.ID
    /// Whether it waits for what the iteration before made.
    var isAhead: Bool
  }

  private let problem: Problem
  /// The place of each stage on each distinct route.
  private let places: [[Stage.ID: Int]]
  /// Which visits of each distinct route feed which.
  private let links: [RouteLinks]
  /// The backward passes of the schedule that are whole.
  private let wholes: Set<Operation>
  /// What waits for operations beyond what routes say.
  private var further: [Operation: [Arc]] = [:]

  init(of schedule: Schedule) {
    problem = schedule.problem
    links = problem.routes.map { RouteLinks(of: $0.visits, stages: schedule.problem.stages) }
    places = problem.routes.map { route in
      Dictionary(
        route.visits.enumerated().map { ($0.element.stage, $0.offset) },
        uniquingKeysWith: { first, _ in first })
    }
    wholes = Set(schedule.orders.operations.filter { $0.kind == .backward })
    for (precedences, isAhead) in [(problem.precedences, false), (problem.handovers, true)] {
      var arcs: [(producer: Operation, arc: Arc)] = []
      problem.forEachPrecedence(of: precedences) { precedence, producer, consumer in
        let (first, second) = (precedence.producer, precedence.consumer)
        guard let device = visit(to: second.stage, of: consumer)?.device else { return }
        arcs.append(
          (
            run(first.kind, first.stage, producer),
            Arc(consumer: run(second.kind, second.stage, consumer), device: device, isAhead: isAhead)
          ))
      }
      for (producer, arc) in arcs { further[producer, default: []].append(arc) }
    }
  }

  /// What waits for an operation, what waits beyond routes first: where several phases need one message, the first of them is
  /// there, and its last one along the route.
  func arcs(from operation: Operation) -> [Arc] {
    let route = Int(problem.routeIndexes[operation.microbatch.index])
    guard let place = places[route][operation.stage] else { return [] }
    let visits = problem.routes[route].visits
    let along: [(kind: Operation.Kind, target: Int)] =
      switch operation.kind.traits.payload {
      case .activation: links[route].outputs[place].map { (.forward, $0) }
      case .gradient:
        links[route].inputs[place].filter { problem.stages[visits[$0].stage.index].hasBackward }
          .map { (.backwardInput, $0) }
      case nil: []
      }
    return (further[operation] ?? [])
      + along.map { kind, target in
        Arc(
          consumer: run(kind, visits[target].stage, operation.microbatch), device: visits[target].device,
          isAhead: false)
      }
  }

  /// The operation that runs a pass: a whole one where the schedule has it so.
  private func run(_ kind: Operation.Kind, _ stage: Stage.ID, _ microbatch: Microbatch.ID) -> Operation {
    let whole = Operation(.backward, stage: stage, microbatch: microbatch)
    return Operation.Kind.backward.traits.parts.contains(kind) && wholes.contains(whole)
      ? whole : Operation(kind, stage: stage, microbatch: microbatch)
  }

  private func visit(to stage: Stage.ID, of microbatch: Microbatch.ID) -> Route.Visit? {
    let route = Int(problem.routeIndexes[microbatch.index])
    return places[route][stage].map { problem.routes[route].visits[$0] }
  }
}
