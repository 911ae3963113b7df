/// What a greedy run goes by, lane by lane and device by device: the choices of a rule, each of which can be changed alone.
struct GreedyParameters: Equatable, Sendable {
  /// Which stage of a device goes first when several could.
  enum StageOrder: UInt8, CaseIterable { case latest, earliest, firstArrival }

  /// How one device chooses.
  ///
  /// Small, as greedy runs copy it with the state of its device.
  struct DeviceChoice: Hashable, BitwiseCopyable, Sendable {
    /// So many `W` that wait go before an `F`.
    var backlog: Int32
    /// So many backward passes of a stage may have their `R` behind them before they can run.
    var recomputesAhead: Int32
    /// How much of a `W` must fit before the next known arrival; infinite, `W` runs only for its memory and at the end.
    var weightFill: Double
    /// How much of a forward's duration a device waits for a backward that is known to arrive.
    var patience: Double
    /// How much of an `R` must fit before the next known arrival to go early.
    var recomputeFill: Float
    var preference: GreedyRule.Preference
    var forwards: StageOrder
    var backwards: StageOrder
  }

  /// The most microbatches in flight on each lane.
  var caps: [Int32]
  var devices: [DeviceChoice]
  var admission: GreedyRule.Admission
  /// The order in which microbatches enter.
  var entries: [Int32]
  /// When each of them may enter at the earliest, in grid steps and ascending; empty where each may as soon as there is room.
  var entryTimes: [Double]
}

extension GreedyParameters {
  /// The same for another number of equal microbatches: a lane that could hold all of them still can.
  func resized(from count: Int, to other: Int) -> GreedyParameters {
    var resized = self
    resized.caps = caps.map { Int($0) >= count ? .max : $0 }
    resized.entries = (0..<Int32(other)).map { $0 }
    if !entryTimes.isEmpty { resized.entryTimes = stretched(to: other) }
    return resized
  }

  /// Times for another number of microbatches: as many at both ends as there are, and others between them at the pace of the middle.
  private func stretched(to other: Int) -> [Double] {
    let (count, middle) = (entryTimes.count, entryTimes.count / 2)
    let (first, last) = (count / 4, min(count - 1, 3 * count / 4))
    let pace = first < last ? (entryTimes[last] - entryTimes[first]) / Double(last - first) : 0
    return (0..<other).map { turn in
      if turn < min(middle, other) { return entryTimes[turn] }
      let behind = other - turn
      if behind <= count - middle {
        return entryTimes[count - behind] + Double(other - count) * pace
      }
      return entryTimes[middle] + Double(turn - middle) * pace
    }
  }

  /// The parameters of a rule. O(nodes).
  init(_ rule: GreedyRule, for model: SearchModel) {
    let choice = DeviceChoice(
      // `W` goes first as soon as one waits.
      backlog: rule.weightFill < 0 ? 1 : .max, recomputesAhead: rule.admission == .byRoute ? 0 : 1,
      weightFill: max(0, rule.weightFill), patience: rule.patience, recomputeFill: 0.5,
      preference: rule.preference, forwards: rule.laterStagesFirst ? .latest : .firstArrival,
      backwards: .latest)
    caps = rule.caps(for: model)
    devices = Array(repeating: choice, count: model.deviceCount)
    admission = rule.admission
    entries = model.entryOrder(longestFirst: rule.longestFirst)
    entryTimes = model.entryTimes(rule.entry)
  }
}

extension GreedyRule {
  /// The most microbatches in flight on each lane of a model.
  fileprivate func caps(for model: SearchModel) -> [Int32] {
    let unit = model.slowestChain
    let most = Double(model.problem.microbatchCount)
    switch inFlight {
    case .memory: return Array(repeating: .max, count: model.lanes.count)
    case .roundTrips(let multiple):
      guard unit > 0 else { return Array(repeating: .max, count: model.lanes.count) }
      return model.lanes.map { lane in
        // A latency may be longer than any number of operations can fill.
        let trip = min(multiple * lane.roundTrip / unit, most)
        // No piece of a sequence is back before the last one has come.
        return Int32(max(1, (trip - 1e-9).rounded(.up))) + Int32(model.problem.pieces - 1)
      }
    case .memoryByRoundTrip(let share):
      let needs = model.heldByMicrobatch
      return model.lanes.map { lane in
        let room = share * model.capacities[lane.device] * lane.roundTrip / needs[lane.device]
        return Int32(max(1, min(room.isNaN ? most : room, most))) + Int32(model.problem.pieces - 1)
      }
    }
  }
}

extension SearchModel {
  /// Per device the memory times time that a microbatch holds if it never waits.
  var heldByMicrobatch: [Double] {
    var held = [Double](repeating: 0, count: deviceCount)
    for lane in lanes { held[lane.device] += lane.roundTrip * lane.growth }
    return held
  }

  /// The least time between two microbatches, on average, that work and memory of all devices allow in a steady state in
  /// which none has to wait, in grid steps.
  var steadyPace: Double {
    let (held, work) = (heldByMicrobatch, work)
    return busyDevices.reduce(0) { pace, device in
      max(pace, work[device] / Double(problem.microbatchCount), held[device] / capacities[device])
    }
  }

  /// The most time that `F` and `B` of one microbatch take on a device, on average over the microbatches.
  fileprivate var slowestChain: Double {
    var chain = [Double](repeating: 0, count: deviceCount)
    for node in nodes where node.role != .weight && node.role != .recompute {
      chain[Int(node.device)] += node.duration
    }
    return (chain.max() ?? 0) / Double(problem.microbatchCount)
  }

  /// The time that all operations of a microbatch take.
  private func work(of microbatch: Int) -> Double {
    let visits = Int(firstVisit[microbatch])..<Int(firstVisit[microbatch + 1])
    return nodes[Int(firstNode[visits.lowerBound])..<Int(firstNode[visits.upperBound])].reduce(0) {
      $0 + $1.duration
    }
  }

  /// The microbatches in the order in which they may enter, the pieces of each sequence side by side.
  fileprivate func entryOrder(longestFirst: Bool?) -> [Int32] {
    let pieces = problem.pieces
    var order = Array(0..<problem.microbatchCount / pieces)
    if let longestFirst {
      let work = order.map { sequence in
        (sequence * pieces..<(sequence + 1) * pieces).reduce(0) { $0 + self.work(of: $1) }
      }
      order.sort { left, right in
        work[left] == work[right] ? left < right : (work[left] > work[right]) == longestFirst
      }
    }
    return order.flatMap { sequence in (0..<pieces).map { Int32(sequence * pieces + $0) } }
  }
}
