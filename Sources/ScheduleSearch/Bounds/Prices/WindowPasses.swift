import PipelineModel

/// What one device does for each microbatch of a class between two moments: its passes along the class's way.
///
/// Each has an earliest start, behind which the chain of `F` and backward passes may be delayed: by more from pass to
/// pass, never by less, as what lies between them takes as long at least. An `R` is delayed by no more than its backward
/// pass, a `W` by no less.
struct WindowPasses {
  /// One pass on the device; times in grid steps, memory in those of its own grid.
  struct Pass {
    /// From the start of the frame.
    var earliest: Double
    /// The time to its end, and with the gap that follows it at least.
    var duration: Double
    var occupied: Double
    /// What it takes of memory at its start, and gives back at its end.
    var growth: Double
    var release: Double
    /// From its end to the end of the frame.
    var rest: Double

    /// By how much it may be delayed in a frame of some length.
    func slack(in length: Double) -> Double { length - (earliest + duration + rest) }
  }

  /// An `F` or a backward pass, with the `R` that may run any time before and the `W` that may run any time behind.
  struct Link {
    var pass: Pass
    /// As late as a backward pass without delay lets it be.
    var recompute: Pass?
    /// By how much it may start earlier than that.
    var lead = 0.0
    var weight: Pass?

    /// All of them, which are in the orders of a device together.
    var passes: [Pass] { [pass] + [recompute, weight].compactMap { $0 } }
  }

  /// In the order of the way.
  private(set) var chain: [Link] = []
  /// The number of microbatches.
  let count: Int

  var passes: [Pass] { chain.flatMap(\.passes) }
  /// The least length of a frame that holds them all.
  var span: Double { passes.reduce(0) { max($0, $1.earliest + $1.duration + $1.rest) } }

  /// When passes may start and must have ended, and then when such ones end and start: the device's time and memory are worth
  /// something else before than behind.
  func moments(in length: Double) -> [Double] {
    passes.flatMap { [$0.earliest, length - $0.rest] }
      + passes.flatMap { [$0.earliest + $0.duration, length - $0.rest - $0.duration] }
  }

  /// Those of all classes on a device; `nil` where the way of one is no chain.
  static func all(
    on device: Int, of table: OperationTable, _ costs: StepCosts, _ objective: Objective
  ) -> [WindowPasses]? {
    let groups = table.classes.indices.filter { !table.blocks[device][$0].isEmpty }
    let windows = groups.compactMap {
      WindowPasses(
        table, costs, group: $0, device: device, sink: objective.countsFromOwnStart ? device : nil)
    }
    return windows.count == groups.count ? windows : nil
  }

  /// Follows a class; `nil` where its way is no chain, or leads past the device. O(steps + arcs).
  ///
  /// - Parameter sink: the device whose own frame counts; `nil` for that of all.
  private init?(_ table: OperationTable, _ costs: StepCosts, group: Int, device: Int, sink: Int?) {
    let (members, way) = (table.classes[group].members.count, table.ways[table.classes[group].way])
    guard way.isChain else { return nil }
    count = members
    let ranks = Set([0, min(1, members - 1), members - 1])
    let least = way.steps.indices.map { step in
      var least = StepCosts.Cost(duration: .infinity, gap: .infinity)
      for rank in ranks {
        let cost = costs.cost(of: step, inClass: group, rank: rank)
        least.duration = min(least.duration, cost.duration)
        least.gap = min(least.gap, cost.gap)
      }
      return least
    }
    let times = Self.times(along: way, least.map { $0.duration }) { step, isEarliest in
      guard isEarliest else { return table.end.rest(after: way.steps[step].device, to: sink) }
      return sink == nil || way.steps[step].device == sink ? 0 : -.infinity
    }
    var recompute: Pass?
    for (step, what) in way.steps.enumerated() where what.device == device {
      let memory = table.memory(ofStep: step, group: group)
      let pass = Pass(
        earliest: times.earliest[step], duration: least[step].duration,
        occupied: least[step].duration + least[step].gap, growth: memory.growth, release: memory.release,
        rest: times.rest[step])
      switch what.kind {
      case .recompute: recompute = pass
      case .backwardWeight where !chain.isEmpty: chain[chain.count - 1].weight = pass
      default:
        var link = Link(pass: pass)
        if var own = recompute {
          let latest = pass.earliest - own.duration
          link.lead = latest - own.earliest
          own.earliest = latest
          link.recompute = own
        }
        chain.append(link)
        recompute = nil
      }
    }
    if chain.isEmpty { return nil }
  }

  /// The least time from the start of the frame to the start of each step, and from its end to the end of the frame.
  ///
  /// - Parameter base: what holds of a step by itself.
  private static func times(
    along way: RouteWay, _ durations: [Double], base: (_ step: Int, _ isEarliest: Bool) -> Double
  ) -> (earliest: [Double], rest: [Double]) {
    var earliest = way.steps.indices.map { base($0, true) }
    for step in way.steps.indices {
      for arc in way.producers[step] {
        earliest[step] = max(earliest[step], earliest[arc.step] + durations[arc.step] + arc.latency)
      }
    }
    var rest = way.steps.indices.map { base($0, false) }
    for step in way.steps.indices.reversed() {
      for arc in way.consumers[step] {
        rest[step] = max(rest[step], arc.latency + durations[arc.step] + rest[arc.step])
      }
      let next = step + 1
      if next < way.steps.count, way.steps[next].kind == .backwardWeight {
        rest[step] = max(rest[step], durations[next] + rest[next])
      }
    }
    return (earliest, rest)
  }
}
