import PipelineModel

/// Moves of the paths of a batch, timed by playing the batch with `RouteSimulator`.
///
/// While limits are broken, only moves that break them no more are taken; from the first plan on that keeps them all,
/// the makespan decides.
struct RouteMoves: Neighbourhood, ~Copyable {
  let model: RoutingModel
  var simulator: RouteSimulator
  var cheapest: CheapestRoute
  var counts: VisitCounts
  var prices: [Double]
  var plan: RoutePlan
  /// By how many visits limits are broken, and the makespan; infinite while they are, or where devices wait for each
  /// other for ever.
  var score = Score.none
  /// Whether work may depart from the rule of dispatch.
  var mayDelay = true
  /// When the choice among many rules has to end.
  var deadline: Deadline
  /// The makespan that heat is a share of.
  private var unit = 0.0
  /// How much random prices change the cost of a lane: the mean time of a step on the cheapest routes. The longest link
  /// would be no measure, as one that is far slower than the others makes all prices alike.
  private(set) var priceUnit = 0.0
  /// The microbatches that the move being tried has changed, with the paths they had.
  private var changed: [(microbatch: Int, path: [Int32])] = []
  /// The steps that it has let depart from the rule, with how much they did before.
  private var delayed: [(step: Int, delay: Double)] = []
  /// The rule of dispatch before that move, where it has changed it.
  private var oldRule: DispatchRule?

  /// Starts from routes found one by one; `nil` when an origin has no route at all.
  ///
  /// - Parameter spread: how much work that lanes have already counts against them.
  init?(_ model: RoutingModel, objective: Objective, spread: Double, until deadline: Deadline) {
    self.model = model
    self.deadline = deadline
    simulator = RouteSimulator(model, objective: objective)
    cheapest = CheapestRoute(model)
    counts = VisitCounts(model)
    prices = Array(repeating: 0, count: model.lanes.count)
    plan = RoutePlan(paths: [], rule: DispatchRule(preference: .none, longestFirst: true))
    plan.delays = Array(repeating: 0, count: simulator.steps.count)
    guard construct(spread: spread) else { return nil }
  }

  /// Gives the microbatches routes in turn, those with the longest way first, each the cheapest one with a price
  /// on work that lanes have already.
  private mutating func construct(spread: Double) -> Bool {
    let count = model.microbatchCount
    let ways = lengthsOfWays()
    priceUnit = ways.reduce(0, +) / Double(count * 2 * (model.length + 1))
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
    plan.paths = Array(paths.joined())
    score = Score(excess: counts.excess)
    if score.excess == 0 { chooseRule() }
    return true
  }

  /// Another plan to start from: microbatches choose in random turn, under random prices and those of limits.
  mutating func anew(_ random: inout FastRandom) -> RoutePlan {
    for lane in plan.paths { counts.remove(lane) }
    let size = plan.paths.count / max(1, model.length)
    var turns = Array(0..<size)
    turns.shuffle(using: &random)
    var paths = plan.paths
    let noise = priceUnit * [0.3, 1][random.index(below: 2)]
    for microbatch in turns {
      counts.writePrices(to: &prices, penalty: penalty)
      for index in prices.indices { prices[index] += noise * random.exponential() }
      let places = microbatch * model.length..<(microbatch + 1) * model.length
      let route = cheapest.route(
        from: Int(model.origins[microbatch]), scale: model.scales[microbatch], prices: prices)
      if let route { paths.replaceSubrange(places, with: route.path) }
      for lane in paths[places] { counts.add(lane) }
    }
    for lane in paths { counts.remove(lane) }
    for lane in plan.paths { counts.add(lane) }
    return RoutePlan(paths: paths, rule: plan.rule)
  }

  /// Per microbatch the cost of its cheapest route; equal for equal scales from one origin.
  private mutating func lengthsOfWays() -> [Double] {
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
  private mutating func chooseRule() {
    for rule in DispatchRule.all where !deadline.hasPassed {
      let value = simulator.run(rule, until: deadline)
      if value < score.value {
        score.value = value
        plan.rule = rule
      }
    }
  }

  /// Goes on from a plan whose worth is known, or from paths that keep all limits and have not been played.
  mutating func start(from candidate: Candidate<RoutePlan>) -> Bool {
    for microbatch in 0..<model.microbatchCount {
      for lane in path(of: microbatch) { counts.remove(lane) }
    }
    plan = candidate.plan
    for microbatch in 0..<model.microbatchCount {
      for lane in path(of: microbatch) { counts.add(lane) }
      simulator.set(microbatch, path: path(of: microbatch))
    }
    if plan.delays.isEmpty { plan.delays = Array(repeating: 0, count: simulator.steps.count) }
    for (step, delay) in plan.delays.enumerated() { simulator.delays[step] = delay }
    score = Score(excess: counts.excess, value: candidate.value)
    if score.excess == 0, !score.value.isFinite { chooseRule() }
    // Moves go by the times of the last run.
    if score.value.isFinite { _ = simulator.run(plan.rule, until: deadline) }
    unit = score.value.isFinite ? score.value : penalty
    return true
  }

  /// Plays a plan once more and tells its orders; `nil` where the deadline passes first.
  mutating func orders(of candidate: Candidate<RoutePlan>, until deadline: Deadline) -> Orders? {
    _ = start(from: candidate)
    let value = simulator.run(plan.rule, records: true, until: deadline)
    return value.isFinite ? simulator.orders : nil
  }

  mutating func tryMove(heat: Double, random: inout FastRandom) -> Bool {
    propose(&random)
    guard !changed.isEmpty || !delayed.isEmpty || oldRule != nil else { return false }
    return judge(by: score.value + unit * heat * random.exponential())
  }

  /// Keeps or takes back the changes made.
  private mutating func judge(by limit: Double) -> Bool {
    let excess = counts.excess
    // Links may be missing.
    guard excess <= score.excess, changed.allSatisfy({ simulator.roundTrip(of: $0.microbatch).isFinite })
    else { return undo() }
    if excess > 0 { return keep(Score(excess: excess)) }
    if score.excess > 0 || !score.value.isFinite {
      score = Score(excess: 0)
      chooseRule()
      return keep(score)
    }
    let value = simulator.run(plan.rule, limit: limit)
    return value.isFinite ? keep(Score(value: value)) : undo()
  }

  private mutating func keep(_ score: Score) -> Bool {
    forget()
    self.score = score
    return true
  }

  private mutating func undo() -> Bool {
    for (microbatch, path) in changed.reversed() { write(path, to: microbatch) }
    for (step, delay) in delayed.reversed() { write(delay, to: step) }
    if let oldRule { plan.rule = oldRule }
    forget()
    return false
  }

  /// Forgets what the move that was tried has changed.
  private mutating func forget() {
    changed.removeAll(keepingCapacity: true)
    delayed.removeAll(keepingCapacity: true)
    oldRule = nil
  }
}

extension RouteMoves {
  func path(of microbatch: Int) -> ArraySlice<Int32> {
    plan.paths[microbatch * model.length..<(microbatch + 1) * model.length]
  }

  /// Gives a microbatch another path, and notes the one it had.
  mutating func change(_ microbatch: Int, to path: [Int32]) {
    changed.append((microbatch, Array(self.path(of: microbatch))))
    write(path, to: microbatch)
  }

  /// Lets a step depart from the rule, and notes how much it did before.
  mutating func delay(_ step: Int, to delay: Double) {
    delayed.append((step, simulator.delays[step]))
    write(delay, to: step)
  }

  /// Changes the rule of dispatch, and notes the one before.
  mutating func change(to rule: DispatchRule) {
    guard rule != plan.rule else { return }
    oldRule = plan.rule
    plan.rule = rule
  }

  private mutating func write(_ delay: Double, to step: Int) {
    plan.delays[step] = delay
    simulator.delays[step] = delay
  }

  private mutating func write(_ path: [Int32], to microbatch: Int) {
    let base = microbatch * model.length
    for (position, lane) in path.enumerated() {
      counts.remove(plan.paths[base + position])
      plan.paths[base + position] = lane
      counts.add(lane)
    }
    simulator.set(microbatch, path: self.path(of: microbatch))
  }
}
