import OperationGraph

/// Times orders and keeps them timed while single operations move within their order.
///
/// Every operation has a head, its earliest start, and a tail, the least time from its end to the finish. A move
/// is first estimated from the heads and tails around it, which takes a few operations; only a promising one is
/// carried out, and then only what changes is timed again, in topological order.
///
/// Devices may be released at different times, and what counts is the longest time from a device's release to
/// its end: released together this is the makespan, at the best releases it is the period. Times are in grid
/// steps. Nothing is allocated after the first load.
package struct IncrementalTimer: ~Copyable {
  /// What is known of an operation in the present orders.
  struct State: BitwiseCopyable {
    var head = 0.0
    var tail = 0.0
    var position: Int32 = 0
    var rank: Int32 = 0
  }

  /// A head before a move, to be put back.
  struct Undo: BitwiseCopyable {
    var node: Int32 = 0
    var head = 0.0
  }

  let nodeCount: Int
  let deviceCount: Int
  let isFirstInFirstOut: Bool
  let nodes: KernelMemory<SearchModel.Node>
  let bounds: KernelMemory<Int>
  let capacities: KernelMemory<Double>
  let optimizerSteps: KernelMemory<Double>
  /// The links of nodes besides the first ones, and where those of each node begin.
  private let links: KernelMemory<SearchModel.Link>
  private let linkStarts: KernelMemory<Int32>
  /// Whether the loops for chains without gaps know all.
  let isPlain: Bool
  private let gaps: KernelMemory<Double>

  /// The nodes of all orders, device by device.
  package let order: KernelMemory<Int32>
  let states: KernelMemory<State>
  /// The memory held before each position of `order`.
  let held: KernelMemory<Double>
  /// All nodes in a topological order.
  let byRank: KernelMemory<Int32>
  /// When each device is released.
  let releases: KernelMemory<Double>
  /// The longest time from a device's release to its end.
  package internal(set) var value = 0.0

  // Room for one move.
  let undo: KernelMemory<Undo>
  let savedByRank: KernelMemory<Int32>
  let estimates: KernelMemory<Double>
  let marks: KernelMemory<Int32>
  var mark: Int32 = 0
  let dirty: KernelMemory<UInt64>
  let dirtyWordCount: Int
  let cursors: KernelMemory<Int>
  /// A device can wait twice: to begin, and for an input.
  let stack: KernelMemory<Int32>
  /// The device whose release the longest path to each operation comes from.
  let sources: KernelMemory<Int32>

  /// Copies a model into memory of its own; orders are loaded afterwards.
  package init(_ model: SearchModel) {
    nodeCount = model.nodes.count
    deviceCount = model.deviceCount
    isFirstInFirstOut = model.isFirstInFirstOut
    nodes = KernelMemory(copying: model.nodes)
    bounds = KernelMemory(copying: model.bounds)
    capacities = KernelMemory(copying: model.capacities)
    optimizerSteps = KernelMemory(copying: model.optimizerSteps)
    links = KernelMemory(copying: model.furtherLinks.links)
    linkStarts = KernelMemory(copying: model.furtherLinks.starts)
    isPlain = model.furtherLinks.isEmpty && model.gaps.allSatisfy { $0 == 0 }
    gaps = KernelMemory(copying: model.gaps)
    order = KernelMemory(repeating: 0, count: nodeCount)
    states = KernelMemory(repeating: State(), count: nodeCount)
    held = KernelMemory(repeating: 0, count: nodeCount + 1)
    byRank = KernelMemory(repeating: 0, count: nodeCount)
    releases = KernelMemory(repeating: 0, count: deviceCount)
    undo = KernelMemory(repeating: Undo(), count: nodeCount)
    savedByRank = KernelMemory(repeating: 0, count: nodeCount)
    estimates = KernelMemory(repeating: 0, count: max(nodeCount, deviceCount))
    marks = KernelMemory(repeating: 0, count: nodeCount)
    dirtyWordCount = (nodeCount + 63) / 64
    dirty = KernelMemory(repeating: 0, count: dirtyWordCount)
    cursors = KernelMemory(repeating: 0, count: deviceCount)
    stack = KernelMemory(repeating: 0, count: 2 * deviceCount)
    sources = KernelMemory(repeating: 0, count: nodeCount)
  }

  deinit {
    nodes.deallocate()
    bounds.deallocate()
    capacities.deallocate()
    optimizerSteps.deallocate()
    links.deallocate()
    linkStarts.deallocate()
    gaps.deallocate()
    order.deallocate()
    states.deallocate()
    held.deallocate()
    byRank.deallocate()
    releases.deallocate()
    undo.deallocate()
    savedByRank.deallocate()
    estimates.deallocate()
    marks.deallocate()
    dirty.deallocate()
    cursors.deallocate()
    stack.deallocate()
    sources.deallocate()
  }

  /// Forgets all marks. O(1), but for once in two billion calls.
  mutating func clearMarks() {
    if mark == .max {
      marks.update(repeating: 0)
      mark = 0
    }
    mark += 1
  }

  /// The present orders, device by device. O(operations).
  package var orders: [Int32] { Array(order) }

  // MARK: Arcs

  /// When the inputs of a node have arrived.
  @inline(__always)
  func arrival<Graph: TimedGraph>(
    _ index: Int, _ node: SearchModel.Node, in graph: Graph.Type
  ) -> Double {
    let producer = Int(node.producer)
    if producer < 0 { return -.infinity }
    let first = states[producer].head + nodes[producer].duration + node.latency
    return !graph.isPlain && node.hasFurtherLinks ? max(first, furtherArrival(index)) : first
  }

  /// When the inputs of a node besides the first have arrived.
  @inline(never)
  private func furtherArrival(_ index: Int) -> Double {
    var latest = -Double.infinity
    for link in producers(of: index) {
      latest = max(latest, states[Int(link.node)].head + nodes[Int(link.node)].duration + link.latency)
    }
    return latest
  }

  /// The producers of a node besides the first.
  @inline(__always)
  func producers(of index: Int) -> Slice<KernelMemory<SearchModel.Link>> {
    links[Int(linkStarts[2 * index])..<Int(linkStarts[2 * index + 1])]
  }

  /// The consumers of a node besides the first.
  @inline(__always)
  func consumers(of index: Int) -> Slice<KernelMemory<SearchModel.Link>> {
    links[Int(linkStarts[2 * index + 1])..<Int(linkStarts[2 * index + 2])]
  }

  /// A time and the gap between two operations that follow each other.
  @inline(__always)
  func passing<Graph: TimedGraph>(
    _ time: Double, from first: SearchModel.Node, to second: SearchModel.Node, in graph: Graph.Type
  ) -> Double {
    graph.isPlain ? time : time + gaps[2 * first.direction + second.direction]
  }

  /// When the device is free for the operation at a position, which may be another than the one that stands there.
  @inline(__always)
  func free<Graph: TimedGraph>(
    before position: Int, on device: Int, for node: SearchModel.Node, in graph: Graph.Type
  ) -> Double {
    if position == bounds[device] { return releases[device] }
    let before = Int(order[position - 1])
    return passing(states[before].head + nodes[before].duration, from: nodes[before], to: node, in: graph)
  }

  /// The time from the end of a node, which may be another than the one that stands at a position, to the finish along
  /// the order.
  @inline(__always)
  func tail<Graph: TimedGraph>(
    after position: Int, on device: Int, of node: SearchModel.Node, in graph: Graph.Type
  ) -> Double {
    if position + 1 == bounds[device + 1] { return optimizerSteps[device] - releases[device] }
    let next = Int(order[position + 1])
    return passing(nodes[next].duration + states[next].tail, from: node, to: nodes[next], in: graph)
  }

  /// The time from the end of a node to the finish along its outputs.
  @inline(__always)
  func tailOfOutput<Graph: TimedGraph>(
    _ index: Int, _ node: SearchModel.Node, in graph: Graph.Type
  ) -> Double {
    let consumer = Int(node.consumer)
    let first =
      consumer < 0
      ? -.infinity : nodes[consumer].latency + nodes[consumer].duration + states[consumer].tail
    return !graph.isPlain && node.hasFurtherLinks ? max(first, tailOfFurtherOutputs(index)) : first
  }

  @inline(never)
  private func tailOfFurtherOutputs(_ index: Int) -> Double {
    var longest = -Double.infinity
    for link in consumers(of: index) {
      let consumer = Int(link.node)
      longest = max(longest, link.latency + nodes[consumer].duration + states[consumer].tail)
    }
    return longest
  }

  /// The longest time from a device's release to its end, from the heads. O(devices).
  func longestSpan() -> Double {
    var longest = 0.0
    for device in 0..<deviceCount where bounds[device] < bounds[device + 1] {
      let last = Int(order[bounds[device + 1] - 1])
      let end = states[last].head + nodes[last].duration + optimizerSteps[device]
      longest = max(longest, end - releases[device])
    }
    return longest
  }
}

extension IncrementalTimer {
  /// Whether the operation at a position lies on a path as long as the value.
  @inline(__always)
  func isCritical(at position: Int) -> Bool {
    let node = Int(order[position])
    return states[node].head + nodes[node].duration + states[node].tail >= value * (1 - 1e-12)
  }
}
