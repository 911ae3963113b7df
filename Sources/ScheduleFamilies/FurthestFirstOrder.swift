import PipelineModel

/// The order of passes when every forward and every backward takes one cell, and each device runs in each cell,
/// of the passes whose inputs are there, the one furthest along its microbatch's way.
///
/// Made cell by cell as it would run, so its orders can always run: the oldest microbatch of a route never has
/// to wait for room.
struct FurthestFirstOrder {
  /// A pass of a device: its kind, and the device's lane it runs on.
  struct Pass {
    var isForward: Bool
    var lane: Int
  }

  /// The passes of each device in turn.
  private(set) var passes: [[Pass]]

  /// A stop of a route: where it is, and what waits there.
  private struct Stop {
    var device: Int
    var lane: Int
    var route: Int
    /// How many stops come before and after it on the route.
    var before: Int
    var after: Int
    var forwardsReady = 0
    var backwardsReady = 0
  }

  private var stops: [Stop] = []
  /// The stops on each device.
  private var stopsOfDevice: [[Int]]
  /// How many microbatches of each route are between their first forward and their last backward.
  private var inFlight: [Int]
  private let limit: Int

  /// Orders the passes of a problem with at most `limit` microbatches in flight on each route.
  ///
  /// - Complexity: O(operations x lanes of a device), and where the devices idle most O(stages²).
  init(_ problem: Problem, inFlight limit: Int) {
    passes = Array(repeating: [], count: problem.deviceCount)
    stopsOfDevice = Array(repeating: [], count: problem.deviceCount)
    inFlight = Array(repeating: 0, count: problem.routes.count)
    self.limit = limit
    for (index, route) in problem.routes.enumerated() {
      let microbatchCount = problem.routeIndexes.count { $0 == Int32(index) }
      for (position, visit) in route.visits.enumerated() {
        let device = visit.device.index
        stopsOfDevice[device].append(stops.count)
        stops.append(
          Stop(
            device: device, lane: stopsOfDevice[device].count - 1, route: index, before: position,
            after: route.visits.count - 1 - position, forwardsReady: position == 0 ? microbatchCount : 0))
      }
    }
    while runCell() {}
  }

  /// Runs one cell on every device that has a pass to run; `false` when none has.
  private mutating func runCell() -> Bool {
    let chosen = stopsOfDevice.compactMap { furthest(of: $0) }
    for (stop, isForward) in chosen { run(stop, isForward: isForward) }
    return !chosen.isEmpty
  }

  /// The pass furthest along its microbatch's way.
  private func furthest(of candidates: [Int]) -> (stop: Int, isForward: Bool)? {
    var best: (stop: Int, isForward: Bool)?
    var bestLeft = Int.max
    for index in candidates {
      let stop = stops[index]
      if stop.backwardsReady > 0, stop.before < bestLeft {
        (best, bestLeft) = ((index, false), stop.before)
      }
      let left = stop.before + 2 * stop.after + 1
      let isAdmitted = stop.before > 0 || inFlight[stop.route] < limit
      if stop.forwardsReady > 0, isAdmitted, left < bestLeft {
        (best, bestLeft) = ((index, true), left)
      }
    }
    return best
  }

  private mutating func run(_ index: Int, isForward: Bool) {
    let stop = stops[index]
    passes[stop.device].append(Pass(isForward: isForward, lane: stop.lane))
    if isForward {
      stops[index].forwardsReady -= 1
      if stop.before == 0 { inFlight[stop.route] += 1 }
      if stop.after > 0 { stops[index + 1].forwardsReady += 1 } else { stops[index].backwardsReady += 1 }
    } else {
      stops[index].backwardsReady -= 1
      if stop.before > 0 { stops[index - 1].backwardsReady += 1 } else { inFlight[stop.route] -= 1 }
    }
  }
}

extension OrderWriter {
  /// Appends the passes of a device in an order.
  mutating func append(_ passes: [FurthestFirstOrder.Pass]) {
    for pass in passes {
      if pass.isForward { forward(lane: pass.lane) } else { backward(lane: pass.lane) }
    }
  }
}
