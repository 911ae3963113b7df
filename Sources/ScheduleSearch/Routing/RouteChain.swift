import PipelineModel

/// One chain of simulated annealing over the paths of a batch.
///
/// Every plan is played by `RouteSimulator`. While limits are broken, only moves that break them no more are taken;
/// from the first plan on that keeps them all, the makespan decides.
final class RouteChain {
  /// A plan with what it is worth.
  struct Candidate {
    var plan: RoutePlan
    /// By how many visits limits are broken.
    var excess: Int
    /// The makespan; infinite while limits are broken or where devices wait for each other for ever.
    var value: Double

    func isBetter(than other: Candidate) -> Bool { (excess, value) < (other.excess, other.value) }
  }

  let model: RoutingModel
  var simulator: RouteSimulator
  var cheapest: CheapestRoute
  var random: FastRandom
  var counts: VisitCounts
  var current: Candidate
  var prices: [Double]
  /// The microbatches that the move being tried has changed, with the paths they had.
  private var changed: [(microbatch: Int, path: [Int32])] = []

  private(set) var best: Candidate
  private(set) var moves = 0
  /// No plan is better: reaching it ends the search.
  var floor = 0.0

  /// A chain that starts from routes found one by one; `nil` when an origin has no route at all.
  init?(_ model: RoutingModel, seed: UInt64, spread: Double, deadline: Deadline) {
    self.model = model
    simulator = RouteSimulator(model)
    cheapest = CheapestRoute(model)
    random = FastRandom(seed: seed)
    counts = VisitCounts(model)
    prices = Array(repeating: 0, count: model.lanes.count)
    let plan = RoutePlan(paths: [], rule: DispatchRule(preference: .none, longestFirst: true))
    current = Candidate(plan: plan, excess: .max, value: .infinity)
    best = current
    guard construct(spread: spread, until: deadline) else { return nil }
  }

  /// Whether a single move takes so long that the clock is looked at after each.
  private var isLarge: Bool { model.visitCount > 2_000 }

  var isDone: Bool { best.excess == 0 && best.value <= floor * (1 + 1e-9) }

  /// Gives the microbatches routes in turn, those with the longest way first, each the cheapest one with a price
  /// on work that lanes have already.
  private func construct(spread: Double, until deadline: Deadline) -> Bool {
    let count = model.microbatchCount
    let ways = lengthsOfWays()
    // With no time left, a microbatch takes the route of another from its origin.
    var known: [Int32: [Int32]] = [:]
    var paths = [[Int32]](repeating: [], count: count)
    var load = [Double](repeating: 0, count: model.deviceCount)
    for microbatch in (0..<count).sorted(by: { (ways[$1], $0) < (ways[$0], $1) }) {
      let origin = model.origins[microbatch]
      if deadline.hasPassed, let path = known[origin] {
        paths[microbatch] = path
        for lane in path { counts.add(lane) }
        simulator.set(microbatch, path: path[...])
        continue
      }
      counts.writePrices(to: &prices, penalty: penalty)
      for (index, lane) in model.lanes.enumerated() { prices[index] += spread * load[lane.device] }
      guard
        let route = cheapest.route(
          from: Int(model.origins[microbatch]), scale: model.scales[microbatch], prices: prices)
      else { return false }
      paths[microbatch] = route.path
      known[origin] = route.path
      for lane in route.path {
        counts.add(lane)
        load[model.lanes[Int(lane)].device] += model.lanes[Int(lane)].chain
      }
      simulator.set(microbatch, path: route.path[...])
    }
    current.plan.paths = Array(paths.joined())
    current.excess = counts.excess
    if current.excess == 0 { chooseRule(until: deadline) }
    best = current
    return true
  }

  /// Per microbatch the cost of its cheapest route; equal for equal scales from one origin.
  private func lengthsOfWays() -> [Double] {
    struct Start: Hashable {
      var origin: Int32
      var scale: Double
    }
    var known: [Start: Double] = [:]
    return zip(model.origins, model.scales).map { origin, scale in
      let start = Start(origin: origin, scale: scale)
      if let cost = known[start] { return cost }
      let cost = cheapest.route(from: Int(origin), scale: scale, prices: prices)?.cost ?? .infinity
      known[start] = cost
      return cost
    }
  }

  var penalty: Double { 1e9 * model.instant * Double(64 * (model.length + 2)) }

  /// Takes the best rule for the current paths: of all, or of as many as there is time for, which may be none.
  private func chooseRule(until deadline: Deadline = .never) {
    for rule in DispatchRule.all where !deadline.hasPassed {
      let value = simulator.run(rule, until: deadline)
      if value < current.value {
        current.value = value
        current.plan.rule = rule
      }
    }
  }

  /// Goes on from another plan.
  func start(from candidate: Candidate) {
    for microbatch in 0..<model.microbatchCount {
      for lane in path(of: microbatch) { counts.remove(lane) }
    }
    current = candidate
    for microbatch in 0..<model.microbatchCount {
      for lane in path(of: microbatch) { counts.add(lane) }
      simulator.set(microbatch, path: path(of: microbatch))
    }
    if candidate.isBetter(than: best) { best = candidate }
  }

  /// Goes on from paths that keep all limits.
  func start(from paths: [Int32]) {
    let plan = RoutePlan(paths: paths, rule: current.plan.rule)
    start(from: Candidate(plan: plan, excess: 0, value: .infinity))
    chooseRule()
    if current.isBetter(than: best) { best = current }
  }

  /// Plays the best plan once more and tells its orders; `nil` where the deadline passes first.
  func orders(until deadline: Deadline) -> Orders? {
    start(from: best)
    let value = simulator.run(best.plan.rule, records: true, until: deadline)
    return value.isFinite ? simulator.orders : nil
  }

  /// Tries moves while the temperature, a share of the makespan, falls.
  func anneal(moves count: Int, heat: (first: Double, last: Double), deadline: Deadline) {
    let scale = best.value.isFinite ? best.value : penalty
    for move in 0..<count where !isDone {
      if isLarge || move % 64 == 0, deadline.hasPassed { return }
      let progress = Double(move) / Double(count)
      // Between the two by a power of two per step: exponentials are not the same on every machine.
      let heat = heat.last + (heat.first - heat.last) * (1 - progress) * (1 - progress) * (1 - progress)
      moves += 1
      propose()
      judge(by: current.value + scale * heat * random.exponential(), until: deadline)
    }
  }

  /// Keeps or takes back the changes made.
  private func judge(by limit: Double, until deadline: Deadline) {
    guard !changed.isEmpty else { return }
    // Links may be missing.
    guard changed.allSatisfy({ simulator.roundTrip(of: $0.microbatch).isFinite }) else { return undo() }
    let excess = counts.excess
    if excess > current.excess { return undo() }
    if excess > 0 {
      keep(excess: excess, value: .infinity)
    } else if current.excess > 0 || !current.value.isFinite {
      keep(excess: 0, value: .infinity)
      chooseRule(until: deadline)
      if current.isBetter(than: best) { best = current }
    } else {
      let value = simulator.run(current.plan.rule, limit: limit)
      if value.isFinite { keep(excess: 0, value: value) } else { undo() }
    }
  }

  func keep(excess: Int, value: Double) {
    changed.removeAll(keepingCapacity: true)
    current.excess = excess
    current.value = value
    if current.isBetter(than: best) { best = current }
  }

  private func undo() {
    for (microbatch, path) in changed.reversed() { write(path, to: microbatch) }
    changed.removeAll(keepingCapacity: true)
  }
}

extension RouteChain {
  func path(of microbatch: Int) -> ArraySlice<Int32> {
    current.plan.paths[microbatch * model.length..<(microbatch + 1) * model.length]
  }

  /// Gives a microbatch another path, and notes the one it had.
  func change(_ microbatch: Int, to path: [Int32]) {
    changed.append((microbatch, Array(self.path(of: microbatch))))
    write(path, to: microbatch)
  }

  private func write(_ path: [Int32], to microbatch: Int) {
    let base = microbatch * model.length
    for (position, lane) in path.enumerated() {
      counts.remove(current.plan.paths[base + position])
      current.plan.paths[base + position] = lane
      counts.add(lane)
    }
    simulator.set(microbatch, path: self.path(of: microbatch))
  }
}
