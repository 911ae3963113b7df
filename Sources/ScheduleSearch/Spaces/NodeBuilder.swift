import OperationGraph
import PipelineModel

/// Numbers the visits of all microbatches and works out what their operations need.
struct NodeBuilder {
  private let lowered: LoweredProblem
  private let isFused: Bool
  private(set) var nodes: [SearchModel.Node] = []
  private(set) var lanes: [SearchModel.Lane] = []
  private(set) var laneOfVisit: [Int32] = []
  private(set) var firstNode: [Int32] = [0]
  private(set) var firstVisit: [Int32] = [0]
  private var laneNumbers: [Route.Visit: Int] = [:]
  private let arcs: [RouteArcs]
  /// Arcs besides the first one into a node: producer, consumer and the latency between them.
  private var furtherArcs: [(from: Int32, to: Int32, latency: Double)] = []

  private var problem: Problem { lowered.problem }

  init(_ lowered: LoweredProblem, isFused: Bool) {
    self.lowered = lowered
    self.isFused = isFused
    arcs = lowered.problem.routes.indices.map { lowered.arcs(ofRoute: $0) }
  }

  mutating func add(_ microbatch: Int) {
    let route = Int(problem.routeIndexes[microbatch])
    let visits = problem.routes[route].visits
    let first = laneOfVisit.count
    let depths = depths(of: microbatch, visitCount: visits.count)
    for (position, visit) in visits.enumerated() {
      let lane = lane(of: visit)
      lanes[lane].depth = max(lanes[lane].depth, depths[position])
      lanes[lane].visitCount += 1
      addNodes(of: microbatch, at: position, visit, lane: lane)
      laneOfVisit.append(Int32(lane))
      firstNode.append(Int32(nodes.count))
    }
    connect(arcs[route], from: first, microbatch)
    addRoundTrips(from: first, arcs[route])
    firstVisit.append(Int32(laneOfVisit.count))
  }

  /// How far along the way of a microbatch its visits are: what others read is before them, wherever it stands on the route,
  /// so that it leaves them the memory that they need.
  private func depths(of microbatch: Int, visitCount: Int) -> [Int] {
    var depths = Array(0..<visitCount)
    let outputs = lowered.outputs[Int(lowered.classOf[microbatch])]
    // Each round settles what is read by what the round before has settled.
    for _ in outputs {
      let before = depths
      for output in outputs {
        // What other microbatches wait for comes before all of them.
        let others = output.isReadBeyond && !output.isCarried ? -visitCount : visitCount
        let first = output.readers.reduce(others) { $1.kind == .forward ? min($0, depths[$1.position]) : $0 }
        depths[output.producer] = min(depths[output.producer], first - 1)
      }
      if depths == before { break }
    }
    return depths
  }

  private mutating func lane(of visit: Route.Visit) -> Int {
    if let lane = laneNumbers[visit] { return lane }
    laneNumbers[visit] = lanes.count
    lanes.append(
      SearchModel.Lane(
        device: visit.device.index, stage: visit.stage, growth: 0, depth: .min, roundTrip: 0, visitCount: 0,
        hasBackward: problem.stages[visit.stage.index].hasBackward))
    return lanes.count - 1
  }

  private mutating func addNodes(of microbatch: Int, at position: Int, _ visit: Route.Visit, lane: Int) {
    let first = Int32(nodes.count)
    let passes = problem.stage(visit.stage, of: Microbatch.ID(microbatch)).passes(isFused: isFused)
      .filter { $0 != .reload }
    // What is offloaded goes with the end of `F` and comes back with what needs it.
    let offloaded = lowered.traits[Int(lowered.row(of: .reload, at: Int32(position), for: microbatch))].growth
    var (held, most) = (0.0, 0.0)
    for (index, kind) in passes.enumerated() {
      let number = Int(lowered.row(of: kind, at: Int32(position), for: microbatch))
      let (row, traits) = (lowered.rows[number], lowered.traits[number])
      let growth = traits.growth + (index == 1 ? offloaded : 0)
      let change = growth - traits.release - (index == 0 ? offloaded : 0)
      most = max(most, held + growth)
      held += change
      if index == 0 {
        lanes[lane].heldBetween = min(lanes[lane].heldBetween, passes.count > 1 ? growth - offloaded : held)
      }
      nodes.append(
        SearchModel.Node(
          duration: row.duration, latency: 0, growth: growth, change: change, producer: -1, consumer: -1,
          earlier: index == 0 ? -1 : first + Int32(index) - 1,
          later: index == passes.count - 1 ? -1 : first + Int32(index) + 1, device: visit.device.rawValue,
          group: Int32(SearchModel.mostPasses * lane + index), visit: Int32(laneOfVisit.count),
          kind: kind.rawValue))
    }
    lanes[lane].growth = max(lanes[lane].growth, most)
  }

  /// Ties the nodes of a microbatch to those that they wait for.
  private mutating func connect(_ arcs: RouteArcs, from first: Int, _ microbatch: Int) {
    let firstNode = firstNode
    func forward(_ position: Int) -> Int32 { firstNode[first + position] }
    func backward(_ position: Int) -> Int32 {
      forward(position) + (nodes[Int(forward(position)) + 1].role == .recompute ? 2 : 1)
    }
    for (position, inputs) in arcs.forward.enumerated() {
      for arc in inputs { addArc(from: forward(arc.source), to: forward(position), latency: arc.latency) }
    }
    for case (let position, let gradients?) in arcs.backward.enumerated() {
      if gradients.isEmpty { addArc(from: forward(position), to: backward(position), latency: 0) }
      for arc in gradients {
        addArc(from: backward(arc.source), to: backward(position), latency: arc.latency)
      }
    }
    for (one, other) in lowered.readersInOrder(of: microbatch) {
      guard let before = node(one.kind, ofVisit: first + one.position),
        let after = node(other.kind, ofVisit: first + other.position), before != after
      else { continue }
      addArc(from: before, to: after, latency: 0)
    }
  }

  private mutating func addArc(from producer: Int32, to consumer: Int32, latency: Double) {
    let (source, target) = (Int(producer), Int(consumer))
    if nodes[target].producer < 0 {
      nodes[target].producer = producer
      nodes[target].latency = latency
      if nodes[source].consumer < 0 {
        nodes[source].consumer = consumer
        return
      }
      // The consumer's first producer has another consumer already: the arc is known at this end alone.
      furtherArcs.append((producer, -1 - consumer, latency))
    } else {
      furtherArcs.append((producer, consumer, latency))
      nodes[target].hasFurtherLinks = true
    }
    nodes[source].hasFurtherLinks = true
  }

  /// Ties the nodes of precedences together, once all microbatches are there. O(arcs + precedences x microbatches).
  mutating func connectPrecedences() {
    for arc in lowered.precedenceArcs {
      guard let before = node(arc.producer.kind, ofVisit: visit(arc.producer)),
        let after = node(arc.consumer.kind, ofVisit: visit(arc.consumer))
      else { continue }
      addArc(from: before, to: after, latency: arc.latency)
    }
  }

  private func visit(_ end: PrecedenceArc.End) -> Int { Int(firstVisit[end.microbatch] + end.position) }

  /// The node that does `F`, `B` or `W` of a visit.
  private func node(_ kind: Operation.Kind, ofVisit visit: Int) -> Int32? {
    (firstNode[visit]..<firstNode[visit + 1]).first {
      nodes[Int($0)].operationKind.traits.parts.contains(kind)
    }
  }

  /// The links besides the first ones, node by node.
  func furtherLinks() -> SearchModel.FurtherLinks {
    guard !furtherArcs.isEmpty else { return SearchModel.FurtherLinks() }
    var lists = [[SearchModel.Link]](repeating: [], count: 2 * nodes.count)
    for arc in furtherArcs {
      let isFirstInput = arc.to < 0
      let consumer = isFirstInput ? -1 - arc.to : arc.to
      if !isFirstInput {
        lists[2 * Int(consumer)].append(SearchModel.Link(node: arc.from, latency: arc.latency))
      }
      lists[2 * Int(arc.from) + 1].append(SearchModel.Link(node: consumer, latency: arc.latency))
    }
    return SearchModel.FurtherLinks(
      links: Array(lists.joined()),
      starts: lists.reduce(into: [0]) { $0.append($0[$0.count - 1] + Int32($1.count)) })
  }

  /// Gives the first `F` and the last backward pass of every lane their own durations; with microbatches of one class
  /// they are those of the first and of the last one.
  mutating func setEnds() {
    var variants = RowVariants(lowered)
    let last = problem.microbatchCount - 1
    for microbatch in Set([0, last]) {
      for visit in Int(firstVisit[microbatch])..<Int(firstVisit[microbatch + 1]) {
        let position = Int32(visit) - firstVisit[microbatch]
        for index in Int(firstNode[visit])..<Int(firstNode[visit + 1]) {
          let kind = nodes[index].operationKind
          guard kind == .forward ? microbatch == 0 : microbatch == last else { continue }
          let row = variants.rowAtEnd(of: lowered.row(of: kind, at: position, for: microbatch))
          nodes[index].duration = variants.rows[Int(row)].duration
        }
      }
    }
  }

  /// From the start of `F` on each visit to the end of its backward pass, or of the last visit that it leads to.
  private mutating func addRoundTrips(from first: Int, _ arcs: RouteArcs) {
    // From the end of `F` to the arrival of the last gradient.
    var away = [Double](repeating: 0, count: arcs.forward.count)
    for position in away.indices.reversed() {
      let own = firstNode[first + position]..<firstNode[first + position + 1]
      let recompute = own.first { nodes[Int($0)].role == .recompute }
      // What is recomputed need not wait for the gradient.
      let between = max(away[position], recompute.map { nodes[Int($0)].duration } ?? 0)
      let trip = own.filter { [.forward, .backward].contains(nodes[Int($0)].role) }.prefix(2)
        .reduce(between) { $0 + nodes[Int($1)].duration }
      for arc in arcs.forward[position] {
        let back = arcs.backward[arc.source]?.first { $0.source == position }?.latency ?? 0
        away[arc.source] = max(away[arc.source], arc.latency + trip + back)
      }
      let lane = Int(laneOfVisit[first + position])
      lanes[lane].roundTrip = max(lanes[lane].roundTrip, trip)
    }
  }
}
