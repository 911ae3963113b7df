import OperationGraph

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

  /// Finds the operations that the problem's precedences join. O(arcs + microbatches).
  init(of lowered: LoweredProblem, _ classes: [OperationTable.ClassMembers], _ layout: TableLayout) {
    let all = lowered.precedenceArcs
    guard !all.isEmpty else {
      arcs = []
      return
    }
    let ranks = classes.ranks(microbatchCount: lowered.classOf.count)
    func place(_ end: PrecedenceArc.End) -> (operation: Int, step: Int)? {
      let group = Int(lowered.classOf[end.microbatch])
      let steps = layout.ways[classes[group].way].steps
      guard
        let step = steps.firstIndex(where: {
          $0.position == Int(end.position) && $0.kind.traits.parts.contains(end.kind)
        })
      else { return nil }
      let (first, stride) = layout.operations(of: step, inClass: group)
      return (first + ranks[end.microbatch] * stride, step)
    }
    arcs = all.compactMap { arc in
      guard let source = place(arc.producer), let target = place(arc.consumer) else { return nil }
      return Arc(
        source: source.operation, target: target.operation, latency: arc.latency,
        microbatches: (arc.producer.microbatch, arc.consumer.microbatch), steps: (source.step, target.step))
    }
  }
}

extension [OperationTable.ClassMembers] {
  /// The place of each microbatch among the members of its class. O(microbatches).
  func ranks(microbatchCount: Int) -> [Int] {
    var ranks = [Int](repeating: 0, count: microbatchCount)
    for group in self { for (rank, member) in group.members.enumerated() { ranks[member] = rank } }
    return ranks
  }
}
