import PipelineModel

/// One operation that waits for another beyond its inputs and gradients, as precedences ask.
package struct PrecedenceArc: Sendable {
  /// One of the two operations: a pass of a visit, by itself or as a part of a fused one.
  package struct End: Sendable {
    package let microbatch: Int
    /// The position of the visit on the microbatch's route.
    package let position: Int32
    /// `F`, `B` or `W`.
    package let kind: Operation.Kind
  }

  /// What is waited for.
  package let producer: End
  /// What waits.
  package let consumer: End
  /// From the end of the one until the other may start, in grid steps.
  package let latency: Double
}

extension LoweredProblem {
  /// The arcs of all precedences. O(arcs + precedences x microbatches).
  package var precedenceArcs: [PrecedenceArc] {
    func end(_ end: Precedence.End, _ microbatch: Microbatch.ID) -> PrecedenceArc.End? {
      position(of: end.stage, for: microbatch).map {
        PrecedenceArc.End(microbatch: microbatch.index, position: $0, kind: end.kind)
      }
    }
    func device(_ end: PrecedenceArc.End) -> Device.ID {
      problem.route(of: Microbatch.ID(end.microbatch)).visits[Int(end.position)].device
    }
    var arcs: [PrecedenceArc] = []
    problem.forEachPrecedence { precedence, producer, consumer in
      guard let before = end(precedence.producer, producer), let after = end(precedence.consumer, consumer)
      else { return }
      arcs.append(
        PrecedenceArc(
          producer: before, consumer: after,
          latency: grid.latency(from: device(before), to: device(after), in: problem)))
    }
    return arcs
  }
}
