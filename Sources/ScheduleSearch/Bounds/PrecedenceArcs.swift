import OperationGraph
import PipelineModel

/// The arcs that precedences add to an operation table.
struct PrecedenceArcs {
  /// One operation that waits for another.
  struct Arc {
    var source: Int
    var target: Int
    /// From the end of the source until the target can start, in grid steps.
    var latency: Double
    /// The microbatches of both.
    var microbatches: (source: Int, target: Int)
    /// The steps of both along their ways.
    var steps: (source: Int, target: Int)
  }

  /// All of them.
  let arcs: [Arc]

  /// Finds the operations that the problem's precedences join. O(precedences x microbatches).
  init(
    of lowered: LoweredProblem, _ classes: [OperationTable.ClassMembers], _ layout: TableLayout
  ) {
    let problem = lowered.problem
    guard !problem.precedences.isEmpty else {
      arcs = []
      return
    }
    var ranks = [Int](repeating: 0, count: problem.microbatchCount)
    for group in classes { for (rank, member) in group.members.enumerated() { ranks[member] = rank } }
    func place(_ end: Precedence.End, of microbatch: Microbatch.ID) -> (operation: Int, step: Int)? {
      let group = Int(lowered.classOf[microbatch.index])
      guard let position = lowered.position(of: end.stage, for: microbatch),
        let step = layout.ways[classes[group].way].steps.firstIndex(where: {
          $0.position == Int(position) && $0.kind.traits.parts.contains(end.kind)
        })
      else { return nil }
      let (first, stride) = layout.operations(of: step, inClass: group)
      return (first + ranks[microbatch.index] * stride, step)
    }
    func device(_ end: Precedence.End, of microbatch: Microbatch.ID) -> Device.ID? {
      problem.route(of: microbatch).visits.first { $0.stage == end.stage }?.device
    }
    var arcs: [Arc] = []
    for precedence in problem.precedences {
      let consumers = problem.microbatches(at: precedence.consumer)
      for producer in problem.microbatches(at: precedence.producer) {
        for consumer in precedence.isWithinMicrobatch ? consumers.filter({ $0 == producer }) : consumers {
          guard let source = place(precedence.producer, of: producer),
            let target = place(precedence.consumer, of: consumer),
            let from = device(precedence.producer, of: producer),
            let to = device(precedence.consumer, of: consumer)
          else { continue }
          arcs.append(
            Arc(
              source: source.operation, target: target.operation,
              latency: lowered.grid.steps(problem.communication.latency(from: from, to: to)),
              microbatches: (producer.index, consumer.index), steps: (source.step, target.step)))
        }
      }
    }
    self.arcs = arcs
  }
}
