import PipelineModel

/// What is known of the times of each stage's i-th `F` and i-th gradient, and of each device's prefixes, for schedules of a
/// length at most.
final class ModeWindows {
  private let ground: ModeRelaxation.Ground
  private let states: [ModeStates]
  private let graphs: [ModeGraph?]
  private let frame: Int?
  private let deadline: Deadline
  private let count: Int
  private let lanes = ModeStates.Lane.allCases.count
  /// Per operation, visit by visit and lane by lane: the earliest start and end, and the least time behind the
  /// end and behind the start.
  private var starts: [Double]
  private var ends: [Double]
  private var rests: [Double]
  private var spans: [Double]
  private let least: [Double]
  /// Per device and node, what follows at least.
  private var nodeRests: [[Double]]
  private var nodeStarts: [[Double]]
  private var isDirty: [Bool]
  private(set) var length = Double.infinity
  private var isRefuted = false

  init(
    _ ground: ModeRelaxation.Ground, _ states: [ModeStates], _ graphs: [ModeGraph?], frame: Int?,
    deadline: Deadline
  ) {
    self.ground = ground
    self.states = states
    self.graphs = graphs
    self.frame = frame
    self.deadline = deadline
    count = ground.problem.microbatchCount
    let visits = ground.problem.routes[0].visits
    let total = lanes * visits.count * count
    starts = Array(repeating: -.infinity, count: total)
    (ends, rests, spans) = (starts, starts, starts)
    least = states.flatMap { own in
      ModeStates.Lane.allCases.flatMap { lane -> [Double] in
        let durations = own.moves.filter { $0.lane == lane }.map(\.duration)
        return Array(repeating: durations.min() ?? 0, count: ground.problem.microbatchCount)
      }
    }
    nodeRests = graphs.map { Array(repeating: -.infinity, count: $0?.nodeCount ?? 0) }
    nodeStarts = nodeRests
    isDirty = graphs.map { $0 != nil }
    for (position, visit) in visits.enumerated() {
      let device = visit.device.index
      let first = frame == nil || frame == device ? 0 : -Double.infinity
      let last = ground.end.rest(after: device, to: frame)
      for index in lanes * position * count..<lanes * (position + 1) * count {
        // Transfers do not keep the device.
        (starts[index], rests[index]) = (first, isTransfer(index) ? -.infinity : last)
        (ends[index], spans[index]) = (first + least[index], rests[index] + least[index])
      }
    }
    // Along the ways of single microbatches.
    for index in starts.indices { raiseStart(index, starts[index], force: true) }
    for index in starts.indices.reversed() { raiseRest(index, rests[index], force: true) }
  }

  private init(_ other: ModeWindows) {
    (ground, states, graphs, frame) = (other.ground, other.states, other.graphs, other.frame)
    (deadline, count, least) = (other.deadline, other.count, other.least)
    (starts, ends, rests, spans) = (other.starts, other.ends, other.rests, other.spans)
    (nodeRests, nodeStarts, isDirty) = (other.nodeRests, other.nodeStarts, other.isDirty)
    (length, isRefuted) = (other.length, other.isRefuted)
  }

  func copy() -> ModeWindows { ModeWindows(self) }

  /// Raises all that can be raised for schedules of any length.
  ///
  /// - Throws: `OutOfTime` when the deadline passes first.
  func settle() throws(OutOfTime) {
    var effort = Int.max
    guard run(&effort) != nil else { throw OutOfTime() }
  }

  /// Whether no schedule is as short.
  func refutes(_ length: Double, effort: inout Int) -> Bool {
    self.length = length
    isDirty = graphs.map { $0 != nil }
    return run(&effort) == true
  }

  /// Whether a length is refuted; `nil` where effort or time were used up.
  private func run(_ effort: inout Int) -> Bool? {
    var next = 0
    while let device = isDirty[next...].firstIndex(of: true) ?? isDirty.firstIndex(of: true) {
      guard effort > 0, !deadline.hasPassed else { return nil }
      isDirty[device] = false
      next = device + 1
      effort -= graphs[device].map { 2 * $0.edges.count } ?? 0
      if !tighten(device) || isRefuted { return true }
    }
    return isRefuted
  }

  /// Times a device's prefixes anew; tells whether any order is left.
  private func tighten(_ device: Int) -> Bool {
    guard let graph = graphs[device] else { return true }
    let own = ground.visitsOf[device]
    let size = lanes * own.count * count
    func place(_ local: Int) -> Int {
      let (visit, rest) = local.quotientAndRemainder(dividingBy: lanes * count)
      return own[visit] * lanes * count + rest
    }
    let places = (0..<size).map(place)
    let gates = places.map { starts[$0] } + [-.infinity]
    let tails = places.map { rests[$0] } + [-.infinity]
    var found = (
      starts: [Double](repeating: .infinity, count: size + 1),
      ends: [Double](repeating: .infinity, count: size + 1),
      rests: [Double](repeating: .infinity, count: size + 1),
      spans: [Double](repeating: .infinity, count: size + 1)
    )
    let isLeft = sweep(graph, device, gates, tails, size, &found)
    guard isLeft else { return false }
    for (local, index) in places.enumerated() {
      // Orders count on a transfer when they need to, which may be long after its end.
      if isTransfer(index) { continue }
      if found.starts[local] == .infinity { return false }
      raiseStart(index, found.starts[local])
      raiseEnd(index, found.ends[local])
      raiseRest(index, found.rests[local])
      raiseSpan(index, found.spans[local])
    }
    return true
  }

  private typealias Found = (starts: [Double], ends: [Double], rests: [Double], spans: [Double])

  private func sweep(
    _ graph: ModeGraph, _ device: Int, _ gates: [Double], _ tails: [Double], _ none: Int, _ found: inout Found
  ) -> Bool {
    let last = graph.nodeCount - 1
    let begin = frame == nil || frame == device ? 0 : -Double.infinity
    let length = length
    var isLeft = true
    nodeStarts[device].withUnsafeMutableBufferPointer { early in
      nodeRests[device].withUnsafeMutableBufferPointer { late in
        graph.starts.withUnsafeBufferPointer { outgoing in
          graph.edges.withUnsafeBufferPointer { edges in
            early.update(repeating: .infinity)
            early[0] = begin
            for node in 0..<last where early[node] < .infinity {
              let start = early[node]
              for index in Int(outgoing[node])..<Int(outgoing[node + 1]) {
                let edge = edges[index]
                let (target, operation) = (Int(edge.node), edge.operation < 0 ? none : Int(edge.operation))
                let end = max(start, gates[operation]) + edge.duration
                if end + max(late[target], tails[operation]) > length { continue }
                early[target] = min(early[target], end)
              }
            }
            guard early[last] < .infinity else {
              isLeft = false
              return
            }
            late.update(repeating: .infinity)
            late[last] = ground.end.rest(after: device, to: frame)
            for node in (0..<last).reversed() where early[node] < .infinity {
              let start = early[node]
              var least = Double.infinity
              for index in Int(outgoing[node])..<Int(outgoing[node + 1]) {
                let edge = edges[index]
                let (target, operation) = (Int(edge.node), edge.operation < 0 ? none : Int(edge.operation))
                guard late[target] < .infinity else { continue }
                let begin = max(start, gates[operation])
                let rest = max(late[target], tails[operation])
                let span = rest + edge.duration
                if begin + span > length { continue }
                least = min(least, span)
                found.starts[operation] = min(found.starts[operation], begin)
                found.ends[operation] = min(found.ends[operation], begin + edge.duration)
                found.rests[operation] = min(found.rests[operation], rest)
                found.spans[operation] = min(found.spans[operation], span)
              }
              late[node] = least
            }
            isLeft = late[0] < .infinity
          }
        }
      }
    }
    return isLeft
  }

  /// The least, over the orders of a device, of the longest way through one of its operations: the largest of all devices.
  func bottleneck() -> Double {
    let visits = ground.problem.routes[0].visits
    var longest = 0.0
    for index in starts.indices {
      longest = max(longest, starts[index] + spans[index], ends[index] + rests[index])
    }
    for (device, graph) in graphs.enumerated() {
      guard let graph, visits.contains(where: { $0.device.index == device }) else { continue }
      let own = ground.visitsOf[device]
      var best = [Double](repeating: .infinity, count: graph.nodeCount)
      best[0] = -.infinity
      for node in 0..<graph.nodeCount - 1 where best[node] < .infinity {
        for edge in graph.edges[Int(graph.starts[node])..<Int(graph.starts[node + 1])] {
          var (begin, rest) = (nodeStarts[device][node], nodeRests[device][Int(edge.node)])
          if edge.operation >= 0 {
            let (visit, local) = Int(edge.operation).quotientAndRemainder(dividingBy: lanes * count)
            let index = own[visit] * lanes * count + local
            (begin, rest) = (max(begin, starts[index]), max(rest, rests[index]))
          }
          let way = max(best[node], begin + edge.duration + rest)
          best[Int(edge.node)] = min(best[Int(edge.node)], way)
        }
      }
      longest = max(longest, best[graph.nodeCount - 1])
    }
    return longest
  }

  private func device(of index: Int) -> Int {
    ground.problem.routes[0].visits[index / (lanes * count)].device.index
  }

  private func mark(_ index: Int) {
    isDirty[device(of: index)] = graphs[device(of: index)] != nil
    if max(starts[index] + spans[index], ends[index] + rests[index]) > length { isRefuted = true }
  }

  private func raiseStart(_ index: Int, _ value: Double, force: Bool = false) {
    guard noted(Self.raise(&starts[index], to: value), index) || force else { return }
    raiseEnd(index, value + least[index], force: force)
  }

  private func raiseEnd(_ index: Int, _ value: Double, force: Bool = false) {
    guard noted(Self.raise(&ends[index], to: value), index) || force else { return }
    forFollower(of: index) { other, latency in raiseStart(other, value + latency) }
  }

  private func raiseRest(_ index: Int, _ value: Double, force: Bool = false) {
    guard noted(Self.raise(&rests[index], to: value), index) || force else { return }
    raiseSpan(index, value + least[index], force: force)
  }

  private func raiseSpan(_ index: Int, _ value: Double, force: Bool = false) {
    guard noted(Self.raise(&spans[index], to: value), index) || force else { return }
    forProducer(of: index) { other, latency in raiseRest(other, value + latency) }
  }

  /// Raises a known time; tells whether it was less.
  private static func raise(_ time: inout Double, to value: Double) -> Bool {
    guard value > time else { return false }
    time = value
    return true
  }

  private func noted(_ isRaised: Bool, _ index: Int) -> Bool {
    if isRaised { mark(index) }
    return isRaised
  }

  /// What waits for an operation: the `F` of the next visit, or the gradient of the one before, its own gradient and
  /// transfers.
  private func forFollower(of index: Int, _ body: (Int, Double) -> Void) {
    let (position, lane) = place(of: index)
    let own = states[position]
    switch lane {
    case .forward:
      body(index + count, own.preparation)
      if position + 1 < states.count { body(index + lanes * count, ground.latencies[position + 1].forward) }
      if own.transfer < .infinity { body(index + 2 * count, own.transfer) }
    case .gradient:
      if position > 0 { body(index - lanes * count, ground.latencies[position].backward) }
    case .sent, .fetched:
      guard own.transfer < .infinity else { return }
      // One transfer at a time; what has been sent may come back.
      if (index + 1) % count != 0 { body(index + 1, own.transfer) }
      if lane == .sent { body(index + count, own.transfer) }
    }
  }

  private func forProducer(of index: Int, _ body: (Int, Double) -> Void) {
    let (position, lane) = place(of: index)
    switch lane {
    case .forward:
      if position > 0 { body(index - lanes * count, ground.latencies[position].forward) }
    case .gradient:
      body(index - count, states[position].preparation)
      if position + 1 < states.count { body(index + lanes * count, ground.latencies[position + 1].backward) }
    case .sent, .fetched: break
    }
  }

  private func isTransfer(_ index: Int) -> Bool { (index / count) % lanes >= 2 }

  private func place(of index: Int) -> (position: Int, lane: ModeStates.Lane) {
    let (position, local) = index.quotientAndRemainder(dividingBy: lanes * count)
    return (position, ModeStates.Lane(rawValue: local / count) ?? .forward)
  }
}
