import PipelineModel

/// What devices have to do together, however the visits of replicated stages are dealt to them.
///
/// For any weights of the devices with sum 1, a schedule takes no less than the weighted mean of the devices' times. A
/// device works on its visits one by one behind their earliest arrival, so that its time is no less than a moment, its
/// *cut*, and all passes that cannot arrive before it. In the weighted mean every visit counts for no less than it does
/// on the host where it counts least: a sum that no dealing can go below. The best weights and cuts are searched for;
/// all of them give bounds.
struct SharedWork {
  /// Visits of one stage by microbatches of equal factors, which are dealt to some lanes.
  private struct Batch {
    var lanes: [Int32]
    var costs: [(forward: Double, rest: Double)]
  }

  /// Devices with equal weights for equal speeds, and the value.
  typealias Result = (devices: [Device.ID], value: Double)

  private let model: RoutingModel
  private let arrivals: [Double]
  private let gradients: [Double]
  /// What each device does besides, wherever its cut is: the head's work.
  private let own: [Double]
  /// No schedule takes less: also not one in which a device has nothing to do.
  private let known: Double
  private let batches: [Batch]
  /// The moments that may be a device's cut.
  private let cutsOfDevice: [[Double]]

  /// The most cuts that are tried on a device.
  private static let mostCuts = 8
  /// Unequal microbatches of more kinds count as the least of them.
  private static let mostKinds = 64
  /// How many visits are looked at in all.
  private static let effort = 20_000_000
  /// How often weights are changed.
  private static let rounds = 40

  /// Lays out the visits that are sure to be made.
  ///
  /// - Parameters:
  ///   - arrivals: per lane, when `F` can start at the earliest.
  ///   - gradients: the same for backward passes.
  ///   - visits: how often each stage is visited at least.
  ///   - known: what every schedule takes.
  /// - Complexity: O(stages x classes of microbatches x replicas).
  init(
    _ model: RoutingModel, arrivals: [Double], gradients: [Double], visits: [Int], known: Double
  ) {
    self.model = model
    self.arrivals = arrivals
    self.gradients = gradients
    self.known = known
    var own = [Double](repeating: 0, count: model.deviceCount)
    var batches: [Batch] = []
    func add(_ lanes: [Int32], _ scale: Microbatch.Scale, count: Int) {
      guard count > 0 else { return }
      let costs = lanes.map { lane in
        let costs = model.costs(of: model.lanes[Int(lane)], scale)
        return (Double(count) * costs.forward, Double(count) * (costs.backward + costs.weight))
      }
      if costs.contains(where: { $0.0 + $0.1 > 0 }) { batches.append(Batch(lanes: lanes, costs: costs)) }
    }
    let classes = Self.counted(model.ground.microbatches.map(\.scale))
    let least = model.leastScale
    let isFew = classes.count <= Self.mostKinds
    for stage in model.lanesOfStage.indices.dropFirst() {
      let lanes = model.lanesOfStage[stage]
      if visits[stage] == model.microbatchCount, isFew {
        for (scale, count) in classes { add(lanes, scale, count: count) }
      } else {
        add(lanes, least, count: visits[stage])
      }
    }
    for (microbatch, origin) in model.origins.enumerated() {
      let device = model.lanes[Int(origin)].device
      own[device] += model.scales[microbatch] * (model.headChain[device] + model.headWeight[device])
    }
    let starts = zip(model.origins, model.ground.microbatches).map { Start(origin: $0, scale: $1.scale) }
    for (start, count) in Self.counted(starts) { add([start.origin], start.scale, count: count) }
    self.batches = batches
    self.own = own
    cutsOfDevice = (0..<model.deviceCount).map { device in
      let cuts = model.lanes.indices.filter { model.lanes[$0].device == device }.map { arrivals[$0] }
      return Array(Set([0] + cuts.filter(\.isFinite)).sorted().prefix(Self.mostCuts))
    }
  }

  private struct Start: Hashable {
    var origin: Int32
    var scale: Microbatch.Scale
  }

  /// What occurs, in the order of first occurrence, and how often.
  private static func counted<Value: Hashable>(_ values: [Value]) -> [(Value, Int)] {
    var counts: [Value: Int] = [:]
    for value in values { counts[value, default: 0] += 1 }
    var seen: Set<Value> = []
    return values.filter { seen.insert($0).inserted }.map { ($0, counts[$0] ?? 0) }
  }

  /// The best bound found. O(rounds x visits), and O(devices x cuts x visits) for each set of devices: fewer cuts and
  /// sets are tried where that is much.
  func best(deadline: Deadline) -> Result? {
    let hosts = Set(batches.flatMap(\.lanes).map { model.lanes[Int($0)].device }).sorted()
    let effort =
      batches.reduce(0) { $0 + $1.lanes.count } * (1 + hosts.reduce(0) { $0 + cutsOfDevice[$1].count })
    let sets = Self.effort / max(1, effort)
    var best: Result?
    func consider(_ devices: [Int]) {
      guard !deadline.hasPassed, !devices.isEmpty else { return }
      let value = value(weights(of: devices), cutting: sets > 0 ? devices : [])
      if value > best?.value ?? 0 { best = (devices.map { Device.ID($0) }, value) }
    }
    consider(hosts)
    // The devices that take most time under all weights so far come first: some of the first ones hold up the rest.
    let ranked = ranked(hosts, deadline)
    let step = max(1, ranked.count / max(1, sets))
    for count in stride(from: 1, to: ranked.count, by: step) { consider(ranked.prefix(count).sorted()) }
    return best
  }

  /// Equal weights for equal speeds.
  private func weights(of devices: [Int]) -> [Double] {
    var weights = [Double](repeating: 0, count: model.deviceCount)
    let sum = devices.reduce(0) { $0 + model.ground.devices[$1].speed }
    for device in devices { weights[device] = model.ground.devices[device].speed / sum }
    return weights
  }

  /// The value of weights under the best cuts, device by device.
  private func value(_ weights: [Double], cutting devices: [Int]) -> Double {
    var cuts = [Double](repeating: 0, count: model.deviceCount)
    var best = value(weights, cuts).value
    for device in devices {
      for cut in cutsOfDevice[device].dropFirst() {
        let old = cuts[device]
        cuts[device] = cut
        let value = value(weights, cuts).value
        if value > best { best = value } else { cuts[device] = old }
      }
    }
    return best
  }

  /// The weighted mean of the devices' least times, and the time of each where every visit is where it counts least.
  private func value(_ weights: [Double], _ cuts: [Double]) -> (value: Double, times: [Double]) {
    var times = cuts.indices.map { device in
      min(cuts[device] + model.optimizerSteps[device], known) + (cuts[device] == 0 ? own[device] : 0)
    }
    var value = zip(weights, times).reduce(0) { $0 + $1.0 * $1.1 }
    for batch in batches {
      var (least, place, time) = (Double.infinity, 0, 0.0)
      for (lane, cost) in zip(batch.lanes, batch.costs) {
        let device = model.lanes[Int(lane)].device
        let counts =
          (arrivals[Int(lane)] >= cuts[device] ? cost.forward : 0)
          + (gradients[Int(lane)] >= cuts[device] ? cost.rest : 0)
        if weights[device] * counts < least {
          (least, place, time) = (weights[device] * counts, device, counts)
        }
      }
      guard least.isFinite else { continue }
      value += least
      times[place] += time
    }
    return (value, times)
  }

  /// Devices by what they are weighted when each round gives more weight to those that take more time.
  private func ranked(_ hosts: [Int], _ deadline: Deadline) -> [Int] {
    var weights = weights(of: hosts)
    let cuts = [Double](repeating: 0, count: model.deviceCount)
    for round in 0..<Self.rounds where !deadline.hasPassed {
      let (value, times) = value(weights, cuts)
      guard value > 0 else { break }
      for host in hosts { weights[host] *= 1 + (min(times[host] / value, 4) - 1) / Double(round + 2) }
      let sum = weights.reduce(0, +)
      weights = weights.map { $0 / sum }
    }
    func worth(_ host: Int) -> Double { weights[host] / model.ground.devices[host].speed }
    return hosts.sorted { (worth($1), $0) < (worth($0), $1) }
  }
}
