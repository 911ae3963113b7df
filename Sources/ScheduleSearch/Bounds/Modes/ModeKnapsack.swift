import PipelineModel

/// How many microbatches take each mode, if only the work of each device and its memory times time counted: a relaxed
/// knapsack. Its value is a bound on every choice of modes, its counts are where a search may begin.
public struct ModeKnapsack: Sendable {
  /// No schedule in any modes is shorter, in the problem's time unit.
  public let value: Double
  /// The device that the value is of.
  public let device: Device.ID
  /// By stage and mode, how many microbatches take it: whole numbers but where a device has too many choices.
  public let counts: [[Double]]

  /// Solves the knapsack of every device. O(visits x modes), but for the choices of devices with few.
  ///
  /// - Parameter scope: the schedules that the value is to hold for.
  public init?(_ problem: Problem, objective: Objective, scope: Certificate.Scope = .all) {
    guard let alone = try? problem.withoutOverlap() else { return nil }
    self.init(alone, ModeSets(of: problem), objective, scope)
  }

  /// Solves it within a set of modes; `nil` where the problem has no such choice.
  init?(_ problem: Problem, _ sets: ModeSets, _ objective: Objective, _ scope: Certificate.Scope) {
    guard let least = problem.withLeastModes(of: sets) else { return nil }
    var counts = problem.stages.map { [Double](repeating: 0, count: $0.modeCount) }
    var best = (value: 0.0, device: 0)
    let shares = ModeShares(problem, least, sets, objective, scope)
    for device in problem.devices.indices {
      guard let own = shares.solve(device) else { continue }
      if own.value > best.value { best = (own.value, device) }
      for (stage, mode, count) in own.counts { counts[stage][mode] += count }
    }
    (value, device) = (best.value * (1 - 1e-12), Device.ID(best.device))
    self.counts = counts
  }

  var bound: LowerBound { LowerBound(value: value, argument: .modeShares(device)) }
}

/// The rows of each device's knapsack.
private struct ModeShares {
  /// Equal visits, which take one of some modes.
  private struct Group {
    var stage: Int
    var count: Int
    /// By mode its number, the work of a microbatch and what it holds for how long.
    var options: [(mode: Int, work: Double, area: Double)]
  }

  private let isPerStage: Bool
  private var groups: [[Group]]
  private var heads: [Double]
  private var ramps: [MemoryArea]
  private let limits: [Double?]
  private let rests: [Double]

  /// The most choices that are looked at one by one.
  private static var mostChoices: Int { 4_096 }

  /// - Parameter least: the problem in the least modes, in which the ways around a device are shortest.
  init(
    _ problem: Problem, _ least: Problem, _ sets: ModeSets, _ objective: Objective, _ scope: Certificate.Scope
  ) {
    let isMakespan = !objective.countsFromOwnStart
    let steps = problem.timeAfterLast
    isPerStage = problem.instance.modesPer != .microbatch
    groups = Array(repeating: [], count: problem.deviceCount)
    heads = Array(repeating: .infinity, count: problem.deviceCount)
    ramps = Array(repeating: MemoryArea(), count: problem.deviceCount)
    let fixed = problem.staticMemory
    limits = problem.devices.indices.map { device in
      problem.devices[device].memoryLimit.map { $0 - fixed[device] }
    }
    rests = problem.devices.indices.map {
      isMakespan ? steps[$0] : problem.devices[$0].optimizerStep + problem.tail
    }
    let links = problem.routes.map { RouteLinks(of: $0.visits, stages: problem.stages) }
    for (microbatch, count) in least.classRepresentatives {
      let visits = problem.route(of: microbatch).visits
      let passes = visits.map {
        least.costs(at: $0, of: microbatch).leastPasses(isFused: scope.isFused, step: steps[$0.device.index])
      }
      let times = PassTimes(
        problem, along: visits, links[Int(problem.routeIndexes[microbatch.index])], passes: passes)
      for (position, visit) in visits.enumerated() {
        let (device, stage) = (visit.device.index, visit.stage.index)
        heads[device] = isMakespan ? min(heads[device], times.arrivals[position]) : 0
        let (factors, speed) = (problem.microbatches[microbatch.index], problem.devices[device].speed)
        let options = sets.allowed[stage].map { mode in
          let own = problem.stages[stage].inMode(mode)
          let costs = own.atSpeed(speed).scaled(by: factors.scale, at: visit.stage)
          let passes = costs.leastPasses(
            isFused: scope.isFused,
            transfer: own.transferTime(
              over: problem.devices[device].host, memory: factors.memory[visit.stage]))
          let wait = times.untilGradient[position].map { max($0, passes.preparation) }
          var area = MemoryArea()
          area.add(own, factor: factors.memory[visit.stage], count: 1, passes: passes, untilGradient: wait)
          ramps[device].add(
            own, factor: factors.memory[visit.stage], count: 0, passes: passes, untilGradient: wait)
          let ends = costs.endDifferences
          // The first F and the last backward pass may be of any mode.
          return (mode: mode, work: costs.work + min(0, ends.first) + min(0, ends.last), area: area.area)
        }
        groups[device].append(Group(stage: stage, count: count, options: options))
      }
    }
  }

  /// The least time of a device, and how modes are dealt out then; `nil` for a device without visits.
  func solve(_ device: Int) -> (value: Double, counts: [(stage: Int, mode: Int, count: Double)])? {
    guard !groups[device].isEmpty, heads[device].isFinite else { return nil }
    let own = groups[device]
    let (scale, lost) = memoryRow(of: device)
    func row(_ shares: [[Double]]) -> Double {
      var (work, area) = (0.0, lost)
      for (group, share) in zip(own, shares) {
        for (option, count) in zip(group.options, share) {
          work += option.work * count
          area += option.area * count
        }
      }
      return max(work, area * scale)
    }
    let found =
      choices(of: own).map { all in
        all.map { (value: row($0), shares: $0) }.min { $0.value < $1.value }
      } ?? relaxed(own, scale: scale, lost: lost, row)
    guard let found else { return nil }
    let counts = zip(own, found.shares).flatMap { group, share in
      zip(group.options, share).map { (stage: group.stage, mode: $0.mode, count: $1) }
    }
    return (heads[device] + found.value + rests[device], counts)
  }

  /// Time per memory times time, and what of this is lost while memory grows and falls.
  private func memoryRow(of device: Int) -> (scale: Double, lost: Double) {
    guard let limit = limits[device], limit > 0 else { return (0, 0) }
    guard let (time, lost) = ramps[device].ramps(within: limit) else { return (1 / limit, 0) }
    let least = groups[device].reduce(0) { sum, group in
      sum + Double(group.count) * group.options.reduce(.infinity) { min($0, $1.area) }
    }
    // With less, memory may not reach its limit.
    return (least + lost) / limit >= time ? (1 / limit, lost) : (1 / limit, 0)
  }

  /// All ways to deal out modes, as counts by group and option; `nil` where there are too many.
  private func choices(of groups: [Group]) -> [[[Double]]]? {
    if isPerStage {
      let stages = Set(groups.map(\.stage)).sorted()
      var all: [[Int: Int]] = [[:]]
      for stage in stages {
        let options = groups.first { $0.stage == stage }?.options.count ?? 0
        guard all.count * options <= Self.mostChoices else { return nil }
        all = all.flatMap { choice in (0..<options).map { choice.merging([stage: $0]) { $1 } } }
      }
      return all.map { choice in
        groups.map { group in
          group.options.indices.map { choice[group.stage] == $0 ? Double(group.count) : 0 }
        }
      }
    }
    var all: [[[Double]]] = [[]]
    for group in groups {
      guard let own = Self.divisions(of: group.count, into: group.options.count, limit: Self.mostChoices),
        all.count * own.count <= Self.mostChoices
      else { return nil }
      all = all.flatMap { before in own.map { before + [$0] } }
    }
    return all
  }

  private static func divisions(of count: Int, into parts: Int, limit: Int) -> [[Double]]? {
    var all: [[Int]] = [[]]
    for _ in 1..<max(1, parts) {
      all = all.flatMap { before in (0...(count - before.reduce(0, +))).map { before + [$0] } }
      if all.count > limit { return nil }
    }
    return all.map { before in (before + [count - before.reduce(0, +)]).map(Double.init) }
  }

  /// The linear programme: for any weight of the two rows the least of their sum is no more than the least of the larger.
  private func relaxed(
    _ groups: [Group], scale: Double, lost: Double, _ row: ([[Double]]) -> Double
  ) -> (value: Double, shares: [[Double]])? {
    func best(_ weight: Double) -> (value: Double, shares: [[Double]]) {
      var value = (1 - weight) * lost * scale
      let shares = groups.map { group in
        let costs = group.options.map { weight * $0.work + (1 - weight) * $0.area * scale }
        let least = costs.indices.min { costs[$0] < costs[$1] } ?? 0
        value += (costs.isEmpty ? 0 : costs[least]) * Double(group.count)
        return costs.indices.map { $0 == least ? Double(group.count) : 0 }
      }
      return (value, shares)
    }
    // The sum is concave in the weight.
    var (low, high) = (0.0, 1.0)
    for _ in 0..<60 {
      let (first, second) = (low + (high - low) / 3, high - (high - low) / 3)
      if best(first).value < best(second).value { low = first } else { high = second }
    }
    let (left, right) = (best(max(0, low - 1e-9)), best(min(1, high + 1e-9)))
    let value = [best(low).value, best(high).value, best(0).value, best(1).value].reduce(0, max)
    // Both ends of the best weight are mixed so that neither row is much longer.
    let mixes = (0...16).map { step in
      zip(left.shares, right.shares).map { zip($0, $1).map { $0 + ($1 - $0) * Double(step) / 16 } }
    }
    guard let shares = mixes.min(by: { row($0) < row($1) }) else { return nil }
    return (value, shares)
  }
}
