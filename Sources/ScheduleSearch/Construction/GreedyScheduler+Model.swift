import OperationGraph

/// The operations with which microbatches begin: those that wait for no other.
struct EntryList: ~Copyable {
  private let list: KernelMemory<Int32>
  private let starts: KernelMemory<Int32>
  /// How many inputs each node has; empty where none has several.
  private let inputs: KernelMemory<Int32>

  init(_ model: SearchModel) {
    var (list, starts): ([Int32], [Int32]) = ([], [0])
    for microbatch in 0..<model.problem.microbatchCount {
      for visit in Int(model.firstVisit[microbatch])..<Int(model.firstVisit[microbatch + 1]) {
        let node = model.firstNode[visit]
        if model.nodes[Int(node)].producer < 0 { list.append(node) }
      }
      starts.append(Int32(list.count))
    }
    self.list = KernelMemory(copying: list)
    self.starts = KernelMemory(copying: starts)
    inputs = KernelMemory(copying: model.hasJoins ? model.inputCounts : [])
  }

  deinit {
    list.deallocate()
    starts.deallocate()
    inputs.deallocate()
  }

  /// The nodes with which a microbatch begins.
  @inline(__always)
  func nodes(of microbatch: Int32) -> Slice<KernelMemory<Int32>> {
    list[Int(starts[Int(microbatch)])..<Int(starts[Int(microbatch) + 1])]
  }

  /// Sets how many inputs of each node are to come. O(nodes).
  func countInputs(
    of nodes: KernelMemory<SearchModel.Node>, into missing: KernelMemory<Int32>,
    _ arrivals: KernelMemory<Double>
  ) {
    for node in nodes.indices {
      missing[node] = inputs[node]
      arrivals[node] = 0
    }
  }
}

extension SearchModel {
  /// Whether any operation has to wait for several: a `W` with an input waits for its `B` as well.
  var hasJoins: Bool {
    !furtherLinks.isEmpty || nodes.contains { $0.role == .weight && $0.producer >= 0 }
  }

  /// How many inputs each node has.
  fileprivate var inputCounts: [Int32] {
    nodes.indices.map { node in
      guard nodes[node].producer >= 0 else { return 0 }
      let further = furtherLinks.isEmpty ? 0 : furtherLinks.producers(of: node).count
      return Int32(1 + further + (nodes[node].role == .weight ? 1 : 0))
    }
  }

  /// The least time from the end of each node to the end of all, however the orders are: along its outputs, then through
  /// the rest of its visit and the device's optimizer step.
  ///
  /// O(nodes + arcs): the inputs of an `F` come from earlier visits of its microbatch, those of a `B` from later ones.
  var leastTails: [Double] {
    var tails = nodes.map { optimizerSteps[Int($0.device)] }
    func settle(_ index: Int) {
      let node = nodes[index]
      func follow(_ other: Int32, _ latency: Double) {
        tails[index] = max(tails[index], latency + nodes[Int(other)].duration + tails[Int(other)])
      }
      if node.later >= 0 { follow(node.later, 0) }
      if node.consumer >= 0 { follow(node.consumer, nodes[Int(node.consumer)].latency) }
      if node.hasFurtherLinks {
        for link in furtherLinks.consumers(of: index) { follow(link.node, link.latency) }
      }
    }
    for microbatch in 0..<problem.microbatchCount {
      let visits = Int(firstVisit[microbatch])..<Int(firstVisit[microbatch + 1])
      for visit in visits {
        for node in (Int(firstNode[visit]) + 1..<Int(firstNode[visit + 1])).reversed() { settle(node) }
      }
      for visit in visits.reversed() { settle(Int(firstNode[visit])) }
    }
    return tails
  }

  /// What the devices of a greedy run are before it begins, and the lanes of each by depth, device by device.
  var idleDevices: (devices: [GreedyScheduler.DeviceState], lanes: [Int32]) {
    var chains = [Int32](repeating: 0, count: deviceCount)
    for node in nodes where node.role == .forward || node.role == .backward { chains[Int(node.device)] += 1 }
    let (work, parameters) = (work, GreedyParameters(.cautious, for: self))
    var list: [Int32] = []
    let states = (0..<deviceCount).map { device in
      let own = lanes.indices.filter { lanes[$0].device == device }
        .sorted { (lanes[$0].depth, $0) < (lanes[$1].depth, $1) }
      let first = Int32(list.count)
      list += own.map(Int32.init)
      return GreedyScheduler.DeviceState(
        capacity: capacities[device], optimizerStep: optimizerSteps[device],
        work: bounds[device] < bounds[device + 1] ? work[device] - optimizerSteps[device] : 0,
        orderStart: Int32(bounds[device]), chainCount: chains[device], firstLane: first,
        endOfLanes: Int32(list.count), choice: parameters.devices[device])
    }
    return (states, list)
  }
}
