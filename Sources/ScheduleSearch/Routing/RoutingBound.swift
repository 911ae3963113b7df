import PipelineModel

extension LowerBound {
  /// The best bound on the objective that holds whatever routes are chosen.
  ///
  /// - Parameters:
  ///   - scope: the schedules that it is to hold for.
  ///   - target: the value of a known schedule, at which the search for a better bound ends.
  ///   - deadline: when to end with the best bound known by then.
  /// - Complexity: O(arcs x replicas² x origins) for the routes, a flow for every stage, and a bound on two devices
  ///   per origin.
  public static func best(
    for problem: RoutingProblem, objective: Objective, scope: Certificate.Scope = .all,
    until target: Double? = nil, deadline: Deadline = .never
  ) -> LowerBound {
    let bounds = RoutingBound(problem, fused: scope == .fused, objective: objective)
    let best = bounds.best(until: target, deadline: deadline)
    return bounds.best(above: best, until: target, deadline: deadline)
  }
}

/// What every schedule of a routing problem has in common, whatever its routes.
struct RoutingBound {
  /// The least times around the visits of each lane.
  struct Ways {
    /// The earliest arrivals of work and of gradients.
    var arrivals: [Double]
    var gradients: [Double]
    /// From the end of the `B` to the end of all.
    var returns: [Double]
  }

  private let model: RoutingModel
  private let objective: Objective
  /// Per origin, in order, its microbatches' number, the least of their scales, and the costs through lanes.
  private let batches: [Batch]
  /// The least times whatever the origin; `nil` where there are no schedules, or not all are looked at.
  let ways: Ways?
  /// The microbatch whose cheapest way forward and back is the longest; `nil` where that is not known.
  private let roundTrip: (microbatch: Int, time: Double)?

  private struct Batch {
    var origin: Int32
    var first: Int
    var count: Int
    var scale: Double
    /// The least cost of a route through each lane.
    var throughLanes: [Double]
    /// The least cost of any route.
    var roundTrip: Double
    var ways: Ways
  }

  init(_ problem: RoutingProblem, fused: Bool, objective: Objective) {
    let model = RoutingModel(problem, fused: fused, shrunk: true)
    self.model = model
    self.objective = objective
    // Without orders there are no schedules to bound, or not all of them are looked at.
    if model.graph.isEmpty {
      (batches, ways, roundTrip) = ([], nil, nil)
    } else if problem.hasEntry {
      batches = []
      ways = Ways(PassTimes(model, scale: model.leastScale), of: model)
      roundTrip = Self.longestRoundTrip(model)
    } else if model.isChain {
      let batches = Self.batches(model)
      self.batches = batches
      ways = batches.isEmpty ? nil : Self.least(batches.map(\.ways), of: model)
      roundTrip =
        batches.map { batch in
          let origin = Int(batch.origin)
          let rest = batch.scale * model.lanes[origin].weight + model.stepAfterReturn(to: origin)
          return (batch.first, batch.roundTrip + rest)
        }.max { $0.1 < $1.1 }
    } else {
      batches = []
      ways = Ways(
        arrivals: model.lanes.map { _ in 0 }, gradients: model.lanes.map { _ in 0 },
        returns: model.lanes.map { model.optimizerSteps[$0.device] })
      roundTrip = nil
    }
  }

  private static func batches(_ model: RoutingModel) -> [Batch] {
    var cheapest = CheapestRoute(model)
    let prices = [Double](repeating: 0, count: model.lanes.count)
    return Set(model.origins).sorted().compactMap { origin in
      let members = model.origins.indices.filter { model.origins[$0] == origin }
      guard let first = members.first, let scale = members.map({ model.scales[$0] }).min(),
        let route = cheapest.route(from: Int(origin), scale: scale, prices: prices)
      else { return nil }
      return Batch(
        origin: origin, first: first, count: members.count, scale: scale,
        throughLanes: cheapest.costsThroughLanes(from: Int(origin), scale: scale), roundTrip: route.cost,
        ways: cheapest.ways(from: Int(origin), scale: scale))
    }
  }

  private static func least(_ ways: [Ways], of model: RoutingModel) -> Ways {
    func least(_ times: (Ways) -> [Double]) -> [Double] {
      model.lanes.indices.map { lane in ways.map { times($0)[lane] }.min() ?? .infinity }
    }
    return Ways(arrivals: least(\.arrivals), gradients: least(\.gradients), returns: least(\.returns))
  }

  /// Over all microbatches, which differ in their factors only; of very many kinds over the first ones.
  private static func longestRoundTrip(_ model: RoutingModel) -> (microbatch: Int, time: Double)? {
    var seen: Set<Microbatch.Scale> = []
    return model.ground.microbatches.enumerated().lazy
      .filter { seen.insert($0.element.scale).inserted }.prefix(mostKinds)
      .map { ($0.offset, PassTimes(model, scale: $0.element.scale).roundTrip) }
      .filter(\.1.isFinite).max { $0.1 < $1.1 }
  }

  private static let mostKinds = 64

  func best(until target: Double?, deadline: Deadline) -> LowerBound {
    var best = LowerBound.nothing
    best.scope = scope
    guard let ways else { return best }
    func consider(_ bound: LowerBound?) { if let bound, bound.value > best.value { best = bound } }
    if !problem.hasEntry { consider(visits(on: nil, ways)) }
    for stage in 1..<max(1, model.bodyCount) { consider(visits(on: stage, ways)) }
    if !objective.countsFromOwnStart {
      if let roundTrip {
        consider(
          LowerBound(
            value: roundTrip.time, argument: .cheapestRoute(Microbatch.ID(roundTrip.microbatch))))
      }
      consider(limits())
    }
    for batch in batches { consider(work(batch)) }
    // What is known lets devices count that may have nothing to do.
    for _ in 0..<2 where target.map({ best.value < $0 }) ?? true {
      consider(sharedWork(ways, best, deadline))
    }
    for batch in batches where target.map({ best.value < $0 }) ?? true && !deadline.hasPassed {
      consider(origin(batch, until: target, deadline))
    }
    best.scope = scope
    return best
  }

  private var scope: Certificate.Scope { model.isFused ? .fused : .all }

  /// A bound by the paths that microbatches can take, where it is better than a known one.
  ///
  /// - Parameter target: the value of a known schedule. Without one, paths are laid out for longer and longer schedules.
  func best(above known: LowerBound, until target: Double?, deadline: Deadline) -> LowerBound {
    guard !objective.countsFromOwnStart, known.value > 0, target.map({ known.value < $0 }) ?? true,
      var paths = PathBound(model, deadline: deadline)
    else { return known }
    let value = paths.value(above: known.value, until: target)
    guard value > known.value else { return known }
    return LowerBound(value: value, argument: .paths, scope: scope)
  }

  private var problem: RoutingProblem { model.problem }

  private func sharedWork(_ ways: Ways, _ best: LowerBound, _ deadline: Deadline) -> LowerBound? {
    let isPeriod = objective.countsFromOwnStart
    let least = model.optimizerSteps.prefix(problem.devices.count).min() ?? 0
    let shared = SharedWork(
      model, arrivals: isPeriod ? zeros : ways.arrivals, gradients: isPeriod ? zeros : ways.gradients,
      visits: (0..<model.bodyCount).map { $0 == 0 ? model.microbatchCount : visitsOwed(to: $0) },
      known: max(best.value, least))
    return shared.best(deadline: deadline).map {
      LowerBound(value: $0.value * (1 - 1e-12), argument: .sharedWork($0.devices))
    }
  }

  /// The origin's work: its stage and the head of all its microbatches.
  private func work(_ batch: Batch) -> LowerBound {
    let lane = model.lanes[Int(batch.origin)]
    let each = lane.chain + lane.weight + model.headChain[lane.device] + model.headWeight[lane.device]
    let scale = model.origins.indices.reduce(0) {
      $0 + (model.origins[$1] == batch.origin ? model.scales[$1] : 0)
    }
    let work = (scale * each + model.optimizerSteps[lane.device]) * (1 - 1e-12)
    return LowerBound(value: work, argument: .load(Device.ID(lane.device), head: 0, work: work))
  }

  /// The origin's own work with its memory, when every microbatch is away as briefly as it can be: memory-time,
  /// one-machine and origin-work bounds in one, by the bounds on given routes.
  private func origin(_ batch: Batch, until target: Double?, _ deadline: Deadline) -> LowerBound? {
    let lane = model.lanes[Int(batch.origin)]
    let away = (batch.roundTrip - batch.scale * lane.chain) / 2
    let here = model.problem.devices[lane.device]
    let stages = [
      Stage(
        forward: lane.forward, backwardInput: lane.backward, backwardWeight: lane.weight,
        activationForB: lane.growth, activationForW: lane.kept,
        staticMemory: model.problem.frame.staticMemory[lane.device]),
      Stage(forward: 0, backwardInput: 0, backwardWeight: 0, activationForB: 0, activationForW: 0),
    ]
    // Where no backward pass waits on the device, its time may be over when they are back.
    guard away >= 0, model.ground.stages[0].hasBackward,
      let relaxed = try? Problem(
        devices: [
          Device(memoryLimit: here.memoryLimit, optimizerStep: here.optimizerStep), Device(),
        ],
        stages: stages,
        microbatches: Array(repeating: Microbatch(scale: batch.scale), count: batch.count),
        communication: .uniform(away))
    else { return nil }
    let bound = LowerBound.best(
      for: relaxed, objective: objective, scope: model.isFused ? .fused : .all, until: target,
      deadline: deadline)
    return LowerBound(
      value: bound.value * (1 - 1e-12),
      argument: .origin(Device.ID(lane.device), microbatches: batch.count, away: 2 * away))
  }

  /// No routes cost less each and keep the limits of stages and devices together.
  private func limits() -> LowerBound? {
    let costs = Set(batches.flatMap { batch in batch.throughLanes.filter(\.isFinite) }).sorted()
    guard !costs.isEmpty else { return nil }
    func fits(_ most: Double) -> Bool { model.visitsWithoutRoom(lanes(upTo: most)) == 0 }
    var (low, high) = (0, costs.count - 1)
    while low < high {
      let middle = (low + high) / 2
      if fits(costs[middle]) { high = middle } else { low = middle + 1 }
    }
    return LowerBound(value: costs[low] * (1 - 1e-12), argument: .visitLimits)
  }

  /// Whether a route of at most some cost leads from an origin through a lane.
  private func lanes(upTo cost: Double) -> (_ origin: Int32, _ lane: Int) -> Bool {
    let places = Dictionary(uniqueKeysWithValues: batches.enumerated().map { ($1.origin, $0) })
    return { origin, lane in places[origin].map { batches[$0].throughLanes[lane] <= cost } ?? false }
  }
}

extension RoutingBound {
  /// How often a stage is visited at least: as its limits ask for, or as the other stages and their devices have no
  /// room for all visits.
  func visitsOwed(to stage: Int) -> Int {
    if model.stageVisits[stage].lowerBound == model.microbatchCount || batches.isEmpty {
      return model.stageVisits[stage].lowerBound
    }
    let left = model.visits(leftTo: stage, lanes(upTo: .greatestFiniteMagnitude))
    return max(model.stageVisits[stage].lowerBound, left)
  }

  /// The devices of a stage, or of all stages but the first, have to do its visits between the earliest arrival of
  /// work and the shortest way home.
  private func visits(on stage: Int?, _ ways: Ways) -> LowerBound? {
    let lanes = model.lanes.indices.filter {
      stage == nil ? model.lanes[$0].stage > 0 : model.lanes[$0].stage == stage
    }
    let count = stage.map(visitsOwed) ?? model.visitCount
    guard count > 0, !lanes.isEmpty, let scale = model.scales.min() else { return nil }
    let isPeriod = objective.countsFromOwnStart
    let (arrivals, returns) = isPeriod ? (zeros, zeros) : (ways.arrivals, ways.returns)
    let lanesOfDevice = Dictionary(grouping: lanes) { model.lanes[$0].device }.sorted { $0.key < $1.key }
    func time(start: (Int) -> Double, work: (RoutingModel.Lane) -> Double) -> Double {
      Self.time(
        for: count,
        on: lanesOfDevice.map { device, lanes in
          (
            lanes.map(start).min() ?? .infinity,
            scale * (lanes.map { work(model.lanes[$0]) }.min() ?? .infinity), model.deviceVisits[device]
          )
        })
    }
    // Either all work and the optimizer step after the earliest arrival, or F and B before the way home.
    let all = time(start: { arrivals[$0] + model.optimizerSteps[model.lanes[$0].device] }) {
      $0.chain + $0.weight
    }
    let chain = time(start: { arrivals[$0] + returns[$0] }) { $0.chain }
    let value = max(all, chain)
    guard value.isFinite else { return nil }
    return LowerBound(
      value: value * (1 - 1e-12),
      argument: .visits(stage.flatMap { problem.stated(Stage.ID($0)) }, count: count))
  }

  private var zeros: [Double] { Array(repeating: 0, count: model.lanes.count) }

  /// When the last of so many visits can end, dealt to devices of which each takes `work` per visit after `start`.
  private static func time(
    for count: Int, on devices: [(start: Double, work: Double, limit: Int)]
  ) -> Double {
    var ends = TimedQueue(capacity: devices.count)
    var done = [Int](repeating: 0, count: devices.count)
    for (index, device) in devices.enumerated() where device.limit > 0 && device.start.isFinite {
      ends.insert(device.start + device.work, code: Int32(index))
    }
    var last = Double.infinity
    for _ in 0..<count {
      guard ends.nextTime < .infinity else { return .infinity }
      let event = ends.removeFirst()
      let index = Int(event.code)
      last = event.time
      done[index] += 1
      if done[index] < devices[index].limit {
        ends.insert(devices[index].start + Double(done[index] + 1) * devices[index].work, code: event.code)
      }
    }
    return last
  }
}
