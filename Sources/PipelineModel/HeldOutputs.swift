/// The outputs that are held for others: what a stage without a backward pass makes, a task among them, is held until all
/// that needs it on its device has ended.
///
/// What runs ahead is needed in the next iteration, and carried over its beginning.
package struct HeldOutputs {
  /// An operation that needs an output on the device that holds it.
  package struct Reader: Hashable, Sendable {
    /// The microbatch of the operation.
    package var microbatch: Microbatch.ID
    /// The position of its visit on the microbatch's route.
    package var position: Int
    /// `F`, `B` or `W`; a `BW` does what the last two do.
    package var kind: Operation.Kind
  }

  private let problem: Problem
  private let heldForTasks: Bool
  private let links: [RouteLinks]
  private let precedences: [Stage.ID: [Precedence]]
  private let handovers: [Stage.ID: [Precedence]]

  /// Sorts what is needed by what makes it. O(visits of the distinct routes + precedences).
  ///
  /// - Parameter heldForTasks: whether what tasks ask for counts; without it an output is held for inputs alone.
  package init(_ problem: Problem, heldForTasks: Bool = true) {
    self.problem = problem
    self.heldForTasks = heldForTasks
    links = problem.routes.map { RouteLinks(of: $0.visits, stages: problem.stages) }
    func outputs(_ all: [Precedence]) -> [Stage.ID: [Precedence]] {
      guard heldForTasks else { return [:] }
      return Dictionary(grouping: all.filter { $0.producer.kind == .forward }) { $0.producer.stage }
    }
    precedences = outputs(problem.precedences)
    handovers = outputs(problem.handovers)
  }

  /// Whether the output at a position of a microbatch's route is held until it is needed, and not for a backward pass.
  package func isHeld(at position: Int, of microbatch: Microbatch.ID) -> Bool {
    !problem.stages[visits(of: microbatch)[position].stage.index].hasBackward
  }

  /// Whether the next iteration needs an output on its device: then it begins with that of the iteration before.
  package func isCarried(at position: Int, of microbatch: Microbatch.ID) -> Bool {
    isHeld(at: position, of: microbatch) && !readers(handovers, at: position, of: microbatch).isEmpty
  }

  /// Whether no order of a stream says how long an output is held: it is on another stream than the compute stream, or
  /// other streams of its device need it.
  package func isHeldByTime(at position: Int, of microbatch: Microbatch.ID) -> Bool {
    let own = visits(of: microbatch)[position]
    guard heldForTasks, let layout = problem.layout, layout.written.streams.count > 1,
      isHeld(at: position, of: microbatch), problem.stages[own.stage.index].activationForB > 0
    else { return false }
    return layout.place(of: own.device).stream > 0
      || readers(at: position, of: microbatch).contains {
        visits(of: $0.microbatch)[$0.position].device != own.device
      }
  }

  /// What needs an output on its device, on whatever stream; of one that is carried what needs it in the next iteration, as
  /// all else comes before. O(visits and precedences of the stage, and what these name).
  package func readers(at position: Int, of microbatch: Microbatch.ID) -> [Reader] {
    let later = readers(handovers, at: position, of: microbatch)
    guard later.isEmpty else { return later }
    let visits = visits(of: microbatch)
    let fed = links[Int(problem.routeIndexes[microbatch.index])].outputs[position]
      .filter { visits[$0].device == visits[position].device }
      .map { Reader(microbatch: microbatch, position: $0, kind: .forward) }
    return fed + readers(precedences, at: position, of: microbatch)
  }

  private func readers(
    _ all: [Stage.ID: [Precedence]], at position: Int, of microbatch: Microbatch.ID
  ) -> [Reader] {
    let own = visits(of: microbatch)[position]
    var found: [Reader] = []
    for precedence in all[own.stage] ?? [] {
      guard precedence.producer.microbatch.map({ $0 == microbatch }) ?? true else { continue }
      let end = precedence.consumer
      let named = end.microbatch.map { [$0] } ?? problem.microbatches.indices.map { Microbatch.ID($0) }
      for reader in precedence.isWithinMicrobatch ? named.filter({ $0 == microbatch }) : named {
        let visits = visits(of: reader)
        guard let place = visits.firstIndex(where: { $0.stage == end.stage }),
          problem.layout?.areOfOneDevice(visits[place].device, own.device)
            ?? (visits[place].device == own.device)
        else { continue }
        found.append(Reader(microbatch: reader, position: place, kind: end.kind))
      }
    }
    return found
  }

  private func visits(of microbatch: Microbatch.ID) -> [Route.Visit] { problem.route(of: microbatch).visits }
}
