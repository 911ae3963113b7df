/// The cheapest route of a microbatch under a price per lane, by dynamic programming over the sequence graph.
///
/// The cost of a route is the time of its unobstructed round trip, from the start of `F` to the end of `B` on the
/// origin, and the prices of its lanes. One value is reused for many questions.
struct CheapestRoute {
  private let model: RoutingModel
  /// The first entry of each node in `rest`: one entry per lane of the node's stage.
  private let first: [Int]
  /// The least cost from a node on a lane to the end, the lane itself not counted.
  private var rest: [Double]

  init(_ model: RoutingModel) {
    self.model = model
    first = model.graph.stages.reduce(into: [0]) {
      $0.append($0[$0.count - 1] + model.lanesOfStage[Int($1)].count)
    }
    rest = Array(repeating: 0, count: first[first.count - 1])
  }

  /// The cheapest route from an origin's lane.
  ///
  /// - Parameters:
  ///   - scale: the microbatch's.
  ///   - prices: per lane; infinite for one that may not be taken.
  /// - Returns: the lanes after the first and the cost; `nil` when no route gets through. O(arcs x replicas²).
  mutating func route(from origin: Int, scale: Double, prices: [Double]) -> (path: [Int32], cost: Double)? {
    solve(from: origin, scale: scale, prices: prices)
    var path: [Int32] = []
    var (node, lane) = (0, origin)
    while !model.graph.next(node).isEmpty {
      guard let step = cheapestStep(from: node, lane, scale, prices) else { return nil }
      (node, lane) = (step.node, step.lane)
      path.append(Int32(lane))
    }
    let cost = rest[first[0] + place(of: origin)] + scale * own(origin)
    return cost.isFinite ? (path, cost) : nil
  }

  /// The cheapest cost of a route from an origin through each lane; infinite where there is none.
  mutating func costsThroughLanes(from origin: Int, scale: Double) -> [Double] {
    let prices = model.noPrices
    solve(from: origin, scale: scale, prices: prices)
    let ahead = sums(from: origin, start: scale * own(origin)) { step($0, $1, scale, prices) }
    return leastPerLane { entry, _ in ahead[entry] + rest[entry] }
  }

  /// What must come before and after the visits of a lane, whatever the route from an origin: the least times until
  /// work and until a gradient can arrive there, and the least time from the end of its `B` there to the end of all
  /// work on the origin, optimizer step included. All count the stages that the rules make a route visit; infinite
  /// where no route gets through.
  mutating func ways(from origin: Int, scale: Double) -> RoutingBound.Ways {
    solve(from: origin, scale: scale, prices: model.noPrices)
    let (lanes, link, back, count) = (model.lanes, model.link, model.returnLink, model.deviceCount)
    let arrivals = sums(from: origin, start: 0) { here, there in
      scale * lanes[here].forward + link[lanes[here].device * count + lanes[there].device]
    }
    let last = scale * lanes[origin].weight + model.stepAfterReturn(to: origin)
    let returns = sums(from: origin, start: last) { here, there in
      back[lanes[there].device * count + lanes[here].device] + scale * lanes[here].backward
    }
    func leads(_ entry: Int) -> Bool { rest[entry].isFinite }
    return RoutingBound.Ways(
      arrivals: leastPerLane { entry, _ in leads(entry) ? arrivals[entry] : .infinity },
      gradients: leastPerLane { entry, lane in
        leads(entry) ? arrivals[entry] + scale * lanes[lane].forward + rest[entry] : .infinity
      },
      returns: leastPerLane { entry, _ in leads(entry) ? returns[entry] : .infinity })
  }

  /// The least sum of steps from an origin to each entry of `rest`.
  @inline(__always)
  private func sums(
    from origin: Int, start: Double, _ step: (_ here: Int, _ there: Int) -> Double
  ) -> [Double] {
    var sums = [Double](repeating: .infinity, count: rest.count)
    sums[first[0] + place(of: origin)] = start
    for node in model.graph.stages.indices {
      for (place, lane) in lanes(of: node).enumerated() where sums[first[node] + place].isFinite {
        let sum = sums[first[node] + place]
        for next in model.graph.next(node) {
          for (other, target) in lanes(of: Int(next)).enumerated() {
            let entry = first[Int(next)] + other
            sums[entry] = min(sums[entry], sum + step(Int(lane), Int(target)))
          }
        }
      }
    }
    return sums
  }

  /// The least value of each lane over all nodes of its stage.
  @inline(__always)
  private func leastPerLane(_ value: (_ entry: Int, _ lane: Int) -> Double) -> [Double] {
    var least = [Double](repeating: .infinity, count: model.lanes.count)
    for node in model.graph.stages.indices {
      for (place, lane) in lanes(of: node).enumerated() {
        least[Int(lane)] = min(least[Int(lane)], value(first[node] + place, Int(lane)))
      }
    }
    return least
  }

  private func lanes(of node: Int) -> [Int32] { model.lanesOfStage[Int(model.graph.stages[node])] }

  private func place(of lane: Int) -> Int {
    model.lanesOfStage[model.lanes[lane].stage].firstIndex(of: Int32(lane)) ?? 0
  }

  @inline(__always)
  private func own(_ lane: Int) -> Double { model.lanes[lane].chain }

  @inline(__always)
  private func step(_ here: Int, _ there: Int, _ scale: Double, _ prices: [Double]) -> Double {
    model.roundTrip[model.lanes[here].device * model.deviceCount + model.lanes[there].device]
      + scale * own(there) + prices[there]
  }

  private mutating func solve(from origin: Int, scale: Double, prices: [Double]) {
    let home = model.lanes[origin].device
    let hasHead = model.problem.rules.head != nil
    for node in model.graph.stages.indices.reversed() {
      let successors = model.graph.next(node)
      for (place, lane) in lanes(of: node).enumerated() {
        var best = Double.infinity
        if successors.isEmpty {
          let device = model.lanes[Int(lane)].device
          best =
            hasHead ? model.roundTrip[device * model.deviceCount + home] + scale * model.headChain[home] : 0
        }
        for next in successors {
          for (other, target) in lanes(of: Int(next)).enumerated() {
            let cost = step(Int(lane), Int(target), scale, prices) + rest[first[Int(next)] + other]
            if cost < best { best = cost }
          }
        }
        rest[first[node] + place] = best
      }
    }
  }

  private func cheapestStep(
    from node: Int, _ lane: Int, _ scale: Double, _ prices: [Double]
  ) -> (node: Int, lane: Int)? {
    var best: (node: Int, lane: Int)?
    var least = Double.infinity
    for next in model.graph.next(node) {
      for (other, target) in lanes(of: Int(next)).enumerated() {
        let cost = step(lane, Int(target), scale, prices) + rest[first[Int(next)] + other]
        if cost < least { (best, least) = ((Int(next), Int(target)), cost) }
      }
    }
    return best
  }
}

extension CheapestRoute {
  /// All paths from an origin's lane whose round trip is at most so long; `nil` where they are more than `most`.
  ///
  /// - Complexity: O(arcs x replicas²), and O(length x branches) for every path.
  mutating func paths(from origin: Int, scale: Double, upTo length: Double, most: Int) -> [[Int32]]? {
    let prices = model.noPrices
    solve(from: origin, scale: scale, prices: prices)
    var paths: [[Int32]] = []
    var open: [(node: Int, path: [Int32], cost: Double)] = [(0, [], scale * own(origin))]
    while let (node, path, spent) = open.popLast() {
      if model.graph.next(node).isEmpty {
        paths.append(path)
        guard paths.count <= most else { return nil }
      }
      let here = path.last.map { Int($0) } ?? origin
      for next in model.graph.next(node) {
        for (place, lane) in lanes(of: Int(next)).enumerated() {
          let cost = spent + step(here, Int(lane), scale, prices)
          if cost + rest[first[Int(next)] + place] <= length { open.append((Int(next), path + [lane], cost)) }
        }
      }
    }
    return paths
  }
}
