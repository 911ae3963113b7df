/// The most visits that fit the limits of stages and devices, as a maximum flow from origins over lanes to stages.
///
/// Every set of routes that keeps the limits is such a flow; a flow need not be a set of routes, as it forgets the
/// order of visits and lets each stage of a device with several have the device's whole limit.
struct VisitFlow {
  private struct Edge {
    var target: Int32
    var room: Int
  }

  /// The edges, each followed by its reverse.
  private var edges: [Edge] = []
  private var edgesOf: [[Int32]] = []
  private var level: [Int32] = []
  private var tried: [Int] = []

  /// Lays out the flow over the lanes that may be taken.
  ///
  /// - Parameters:
  ///   - stageLimits: how many visits each stage takes.
  ///   - allows: whether microbatches of an origin, given by its lane, may take a lane.
  init(_ model: RoutingModel, stageLimits: [Int], allows: (_ origin: Int32, _ lane: Int) -> Bool) {
    var batch: [Int32: Int] = [:]
    for origin in model.origins { batch[origin, default: 0] += 1 }
    let origins = batch.keys.sorted()
    let firstLane = 2 + origins.count * (1 + model.bodyCount)
    let firstStage = firstLane + model.lanes.count
    edgesOf = Array(repeating: [], count: firstStage + model.bodyCount)
    for (index, origin) in origins.enumerated() {
      let node = 2 + index * (1 + model.bodyCount)
      let count = batch[origin, default: 0]
      connect(0, node, room: count * model.length)
      for stage in 1..<max(1, model.bodyCount) {
        connect(node, node + 1 + stage, room: count)
        for lane in model.lanesOfStage[stage] where allows(origin, Int(lane)) {
          connect(node + 1 + stage, firstLane + Int(lane), room: count)
        }
      }
    }
    for (index, lane) in model.lanes.enumerated() where lane.stage > 0 {
      connect(firstLane + index, firstStage + lane.stage, room: max(0, model.deviceVisits[lane.device]))
    }
    for stage in 1..<max(1, model.bodyCount) { connect(firstStage + stage, 1, room: stageLimits[stage]) }
  }

  private mutating func connect(_ source: Int, _ target: Int, room: Int) {
    edgesOf[source].append(Int32(edges.count))
    edges.append(Edge(target: Int32(target), room: room))
    edgesOf[target].append(Int32(edges.count))
    edges.append(Edge(target: Int32(source), room: 0))
  }

  /// The value of the maximum flow (Dinic, 1970). O(nodes² edges) at worst, far less here.
  mutating func maximum() -> Int {
    var total = 0
    while layOut() {
      tried = Array(repeating: 0, count: edgesOf.count)
      while case let pushed = push(from: 0, .max), pushed > 0 { total += pushed }
    }
    return total
  }

  private mutating func layOut() -> Bool {
    level = Array(repeating: -1, count: edgesOf.count)
    level[0] = 0
    var queue: [Int32] = [0]
    var head = 0
    while head < queue.count {
      let node = Int(queue[head])
      head += 1
      for edge in edgesOf[node] where edges[Int(edge)].room > 0 {
        let target = Int(edges[Int(edge)].target)
        if level[target] < 0 {
          level[target] = level[node] + 1
          queue.append(Int32(target))
        }
      }
    }
    return level[1] >= 0
  }

  /// The depth is that of the layers: six at first, and short detours later.
  private mutating func push(from node: Int, _ amount: Int) -> Int {
    if node == 1 { return amount }
    while tried[node] < edgesOf[node].count {
      let edge = Int(edgesOf[node][tried[node]])
      let target = Int(edges[edge].target)
      if edges[edge].room > 0, level[target] == level[node] + 1 {
        let pushed = push(from: target, min(amount, edges[edge].room))
        if pushed > 0 {
          edges[edge].room -= pushed
          edges[edge ^ 1].room += pushed
          return pushed
        }
      }
      tried[node] += 1
    }
    return 0
  }
}

extension RoutingModel {
  /// How many visits the limits of stages and devices leave no room for, over the lanes allowed; 0 where all fit.
  func visitsWithoutRoom(_ allows: (_ origin: Int32, _ lane: Int) -> Bool) -> Int {
    var most = VisitFlow(self, stageLimits: stageVisits.map(\.upperBound), allows: allows)
    var least = VisitFlow(self, stageLimits: stageVisits.map(\.lowerBound), allows: allows)
    let needed = stageVisits.dropFirst().reduce(0) { $0 + $1.lowerBound }
    let crowded = deviceVisits.reduce(0) { $0 + max(0, -$1) }
    return max(visitCount - most.maximum(), needed - least.maximum()) + crowded
  }

  /// How many visits find no room on other stages than one, over the lanes allowed: so often it is visited at least,
  /// whatever its own limits say.
  func visits(leftTo stage: Int, _ allows: (_ origin: Int32, _ lane: Int) -> Bool) -> Int {
    var limits = stageVisits.map(\.upperBound)
    limits[stage] = 0
    var others = VisitFlow(self, stageLimits: limits, allows: allows)
    return visitCount - others.maximum()
  }
}
