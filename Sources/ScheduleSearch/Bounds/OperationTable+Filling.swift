import OperationGraph

extension OperationTable {
  /// Enters the operations of all classes. O(operations + inputs).
  func fill(_ layout: TableLayout, _ costs: StepCosts, _ sweep: SweepOrder) {
    for (index, group) in classes.enumerated() {
      let way = ways[group.way]
      let isOrdered = isOrdered(along: way, sweep, sweep.steps[group.way])
      for (step, what) in way.steps.enumerated() {
        let (first, stride) = layout.operations(of: step, inClass: index)
        var facts = isOrdered[step]
        if !way.producers[step].dropFirst().isEmpty { facts.insert(.hasFurtherProducers) }
        if !layout.furtherConsumers(of: step, along: group.way).isEmpty {
          facts.insert(.hasFurtherConsumers)
        }
        if step + 1 < way.steps.count, way.steps[step + 1].kind == .backwardWeight {
          facts.insert(.hasWeight)
        }
        for rank in group.members.indices {
          let operation = first + rank * stride
          let cost = costs.cost(of: step, inClass: index, rank: rank)
          duration[operation] = cost.duration + cost.gap
          gap[operation] = cost.gap
          pass[operation] = Pass(what.kind)
          self.facts[operation] = facts
          if rank > 0 {
            previous[operation] = Int32(operation - stride)
            next[operation - stride] = Int32(operation)
          }
        }
      }
      connect(index, layout)
    }
    putInOrder(layout, sweep)
  }

  private func connect(_ index: Int, _ layout: TableLayout) {
    let group = classes[index]
    let way = ways[group.way]
    for (step, what) in way.steps.enumerated() {
      guard let arc = way.producers[step].first else { continue }
      let (first, stride) = layout.operations(of: step, inClass: index)
      let (source, sourceStride) = layout.operations(of: arc.step, inClass: index)
      let isFirst = layout.firstConsumer(of: arc.step, along: group.way) == step
      let isNear = way.steps[arc.step].device == what.device
      for rank in group.members.indices {
        let (operation, before) = (first + rank * stride, source + rank * sourceStride)
        producer[operation] = Int32(before)
        // A device is free again after the gap.
        latency[operation] = isNear ? max(0, arc.latency - gap[before]) : arc.latency - gap[before]
        if isFirst { consumer[before] = Int32(operation) }
      }
    }
    further.fill(index, layout) { [gap, device] source, target, latency in
      device[source] == device[target] ? max(0, latency - gap[source]) : latency - gap[source]
    }
  }

  /// Enters the arcs of precedences.
  func connect(_ precedences: PrecedenceArcs) {
    for arc in precedences.arcs {
      let latency = arc.latency - gap[arc.source]
      further.fill(
        arc.source, arc.target, latency: device[arc.source] == device[arc.target] ? max(0, latency) : latency)
      facts[arc.source].insert(.hasFurtherConsumers)
      facts[arc.target].insert(.hasFurtherProducers)
    }
  }

  private func putInOrder(_ layout: TableLayout, _ sweep: SweepOrder) {
    let ranks = classes.ranks(microbatchCount: lowered.classOf.count)
    var place = 0
    sweep.forEach { microbatch, step in
      let (first, stride) = layout.operations(of: step, inClass: Int(lowered.classOf[microbatch]))
      order[place] = Int32(first + ranks[microbatch] * stride)
      place += 1
    }
  }

  /// Per step of a way whether it is a gate, and whether the single pass of heads and that of tails may read prefixes
  /// for it. With unlimited memory they may; else all gates of a device that come after it, or before it, on the way
  /// must follow it, or precede it, in every order, so that no prefix they leave out or put in holds more.
  private func isOrdered(along way: RouteWay, _ sweep: SweepOrder, _ order: [Int]) -> [Facts] {
    var facts = way.steps.map { $0.isGate ? [Facts.gate, .isHeadOfWay, .isTailOfWay] : Facts() }
    if way.isChain, sweep.isByMicrobatch, order == Array(way.steps.indices) { return facts }
    let gates = Dictionary(grouping: order.filter { way.steps[$0].isGate }) { way.steps[$0].device }
    for (device, steps) in gates where lowered.capacities[device].isFinite {
      for (index, earlier) in steps.enumerated() {
        // Where microbatches are interleaved, prefixes of what comes before hold parts of many.
        if !sweep.isByMicrobatch { facts[earlier] = .gate }
        for later in steps[(index + 1)...] where !way.precedes(earlier, later) {
          facts[earlier].remove(.isHeadOfWay)
          facts[later].remove(.isTailOfWay)
        }
      }
    }
    return facts
  }
}
