extension IncrementalTimer {
  /// Releases the devices so that the value is the period of the present orders, and times all again.
  ///
  /// The period is the maximum cycle mean of the longest paths from device to device. Releases rise until every
  /// device ends within one period, or until devices raise each other in a circle, whose mean is the next
  /// period tried (see `Timeline`). Any releases whatever give an upper bound; the present ones are the start.
  ///
  /// - Parameter lowerBound: a value that no orders can beat.
  /// - Complexity: O(operations) a pass, seldom more than four passes.
  package mutating func optimizeReleases(lowerBound: Double) {
    raiseReleases(above: lowerBound)
    timeAgain()
    balanceReleases()
  }

  /// Raises the releases to the least ones at which the longest span is the period; times have to follow.
  mutating func raiseReleases(above lowerBound: Double) {
    var graph = ReleaseGraph(period: lowerBound, deviceCount: deviceCount)
    for _ in 0..<4 * deviceCount + 16 {
      timeHeadsWithSources()
      guard raiseReleases(&graph) else { break }
    }
    let least = (0..<deviceCount).reduce(Double.infinity) { min($0, releases[$1]) }
    // Changed in place (`-=`), an element of such memory does not compile under the thread sanitizer.
    for device in 0..<deviceCount { releases[device] = releases[device] - least }
  }

  /// Moves every release half way to the middle of the range in which the value stays.
  ///
  /// The least releases leave no device time to spare at its end; in the middle moves have room on both sides.
  /// Two releases that bound each other give way by half of their common room at most, so that all may move
  /// at once.
  private mutating func balanceReleases() {
    for device in 0..<deviceCount where bounds[device] < bounds[device + 1] {
      let (first, last) = (Int(order[bounds[device]]), Int(order[bounds[device + 1] - 1]))
      let end = states[last].head + nodes[last].duration + optimizerSteps[device]
      let later = value - (releases[device] + nodes[first].duration + states[first].tail)
      let earlier = value - (end - releases[device])
      estimates[device] = releases[device] + (later - earlier) / 2
    }
    for device in 0..<deviceCount where bounds[device] < bounds[device + 1] {
      releases[device] = estimates[device]
    }
    timeAgain()
  }

  private mutating func timeHeadsWithSources() {
    isPlain ? timeHeadsWithSources(in: ChainGraph.self) : timeHeadsWithSources(in: GeneralGraph.self)
  }

  private mutating func timeHeadsWithSources<Graph: TimedGraph>(in graph: Graph.Type) {
    for rank in 0..<nodeCount {
      let index = Int(byRank[rank])
      let node = nodes[index]
      let device = Int(node.device)
      let position = Int(states[index].position)
      let (arrived, free) = (
        arrival(index, node, in: graph), free(before: position, on: device, for: node, in: graph)
      )
      if arrived > free {
        states[index].head = arrived
        sources[index] = sources[lastProducer(of: index, node)]
      } else {
        states[index].head = free
        sources[index] = position == bounds[device] ? Int32(device) : sources[Int(order[position - 1])]
      }
    }
  }

  /// The producer whose output arrives last.
  private func lastProducer(of index: Int, _ node: SearchModel.Node) -> Int {
    guard node.hasFurtherLinks else { return Int(node.producer) }
    var last = (
      time: states[Int(node.producer)].head + nodes[Int(node.producer)].duration + node.latency,
      node: node.producer
    )
    for link in producers(of: index) {
      let time = states[Int(link.node)].head + nodes[Int(link.node)].duration + link.latency
      if time > last.time { last = (time, link.node) }
    }
    return Int(last.node)
  }

  /// Raises the release of every device that ends too late to one period before its end.
  private mutating func raiseReleases(_ graph: inout ReleaseGraph) -> Bool {
    var rises = false
    for device in 0..<deviceCount where bounds[device] < bounds[device + 1] {
      let last = Int(order[bounds[device + 1] - 1])
      let end = states[last].head + nodes[last].duration + optimizerSteps[device]
      // Releases are no whole numbers once a cycle's mean is none: differences of rounding are not followed.
      guard end - graph.period > releases[device] + 1e-12 * max(end, graph.period) else { continue }
      let source = Int(sources[last])
      graph.raise(device, to: end - graph.period, from: source, path: end - releases[source])
      rises = true
    }
    for device in 0..<deviceCount { releases[device] = max(releases[device], graph.raised[device]) }
    graph.closeCycles()
    return rises
  }
}

/// Which device's release follows from which, for one period tried.
private struct ReleaseGraph {
  private(set) var period: Double
  /// The releases that follow; minus infinity where none does.
  private(set) var raised: [Double]
  private var parents: [Int]
  private var paths: [Double]
  private var walkOf: [Int]

  init(period: Double, deviceCount: Int) {
    self.period = period
    raised = Array(repeating: -.infinity, count: deviceCount)
    parents = Array(repeating: -1, count: deviceCount)
    paths = Array(repeating: 0, count: deviceCount)
    walkOf = parents
  }

  mutating func raise(_ device: Int, to release: Double, from source: Int, path: Double) {
    raised[device] = release
    parents[device] = source
    paths[device] = path
  }

  /// Raises the period to the largest mean path over the cycles that parents form. O(devices).
  mutating func closeCycles() {
    var largest = -Double.infinity
    for walk in parents.indices { walkOf[walk] = -1 }
    for walk in parents.indices where walkOf[walk] < 0 {
      var device = walk
      while device >= 0, walkOf[device] < 0 {
        walkOf[device] = walk
        device = parents[device]
      }
      if device >= 0, walkOf[device] == walk { largest = max(largest, cycleMean(through: device)) }
    }
    guard largest > -.infinity else { return }
    period = max(period, largest)
    for device in parents.indices { parents[device] = -1 }
  }

  private func cycleMean(through start: Int) -> Double {
    var (length, count, device) = (0.0, 0.0, start)
    repeat {
      length += paths[device]
      count += 1
      device = parents[device]
    } while device != start
    return length / count
  }
}
