import OperationGraph
import PipelineModel

extension Problem {
  /// The problem without overlap that is never slower: every operation as short as its share of a pair may be.
  ///
  /// docs/search.md has the proof. The order of pieces is dropped with it. The problem itself where nothing overlaps.
  ///
  /// - Throws: `ProblemError` when microbatches would be smaller than any may be.
  func withoutOverlap() throws(ProblemError) -> Problem {
    guard let factors = overlap?.forwardBackward.map({ min($0, 1) }) else { return self }
    var parts = ProblemParts(of: self)
    parts.overlap = nil
    parts.pieces = 1
    guard factors.numbers.contains(where: { $0 < 1 }) else { return try parts.problem() }
    // Scales stand for all durations, on devices of any speed; by way of a grid, so that a product of decimals
    // stays one.
    let scales = Set(microbatches.flatMap(\.scale.factors))
    let grid = DecimalGrid(values: scales, factors: Set(factors.numbers), bound: scales.max() ?? 1)
    func shortened(_ scale: PerStage) -> PerStage {
      scale.map(count: stageCount) { grid.units(grid.steps($0, times: factors[$1])) }.simplified
    }
    for index in parts.microbatches.indices {
      let scale = microbatches[index].scale
      parts.microbatches[index].scale = Microbatch.Scale(
        forward: shortened(scale.forward), backwardInput: shortened(scale.backwardInput),
        backwardWeight: shortened(scale.backwardWeight))
    }
    return try parts.problem()
  }
}

extension LowerBound {
  /// A bound of the problem without overlap, as one of the problem itself.
  func overlapped(of problem: Problem) -> LowerBound {
    guard let factor = problem.overlap?.forwardBackward, factor < 1 else { return self }
    return LowerBound(value: value, argument: .allOverlapped(self, factor: factor), scope: scope)
  }
}

/// What every schedule has in common although pairs overlap, device by device: pairs cannot begin before the first
/// backward arrives, nor end after the last forward whose backward has yet to come.
struct PairRelaxation {
  /// What bounds the time of pairs on one device, and what else it has to do.
  private struct Window {
    /// The earliest arrival of work, of a backward, and the least time from the end of a forward to the end of
    /// all, each from the start of the schedule.
    var head = Double.infinity
    var opens = Double.infinity
    var closes = Double.infinity
    /// The same from the device's own first start to its own last end.
    var ownOpens = Double.infinity
    var ownCloses = Double.infinity
  }

  private let problem: Problem
  private let factor: Double
  private let scope: Certificate.Scope
  private let costs: PairedCosts
  private var windows: [Window]
  private var longestRoundTrip: (time: Double, microbatch: Microbatch.ID) = (0, Microbatch.ID(0))

  /// Follows every microbatch once; `nil` unless pairs gain time. O(visits).
  ///
  /// - Parameter scope: the schedules that the bounds are to hold for.
  init?(_ problem: Problem, scope: Certificate.Scope) {
    guard let factor = problem.overlap?.forwardBackward, factor < 1 else { return nil }
    self.problem = problem
    self.factor = factor
    self.scope = scope
    costs = PairedCosts(problem, factor: factor, scope: scope)
    windows = Array(repeating: Window(), count: problem.deviceCount)
    for index in problem.microbatches.indices { add(Microbatch.ID(index)) }
  }

  private mutating func add(_ microbatch: Microbatch.ID) {
    let visits = problem.route(of: microbatch).visits
    let costs = visits.map { self.costs.least(of: $0, scale: problem.microbatches[microbatch.index].scale) }
    let latencies = zip(visits.dropFirst(), visits).map {
      (
        forward: problem.communication.latency(from: $1.device, to: $0.device),
        backward: problem.communication.latency(from: $0.device, to: $1.device)
      )
    }
    let step = problem.devices[visits[0].device.index].optimizerStep
    // From the start of a backward on each visit to the end of the microbatch.
    var rest = [costs[0].backward + step]
    for position in visits.indices.dropFirst() {
      rest.append(costs[position].backwardInput + latencies[position - 1].backward + rest[position - 1])
    }
    // From the end of a forward on each visit to the start of its backward.
    var between = [Double](repeating: 0, count: visits.count)
    for position in visits.indices.dropLast().reversed() {
      between[position] =
        latencies[position].forward + costs[position + 1].forward + between[position + 1]
        + costs[position + 1].backwardInput + latencies[position].backward
    }
    var arrival = 0.0
    for (position, visit) in visits.enumerated() {
      if position > 0 { arrival += costs[position - 1].forward + latencies[position - 1].forward }
      let (cost, device) = (costs[position], visit.device.index)
      let ownStep = problem.devices[device].optimizerStep
      windows[device].head = min(windows[device].head, arrival)
      // Around the pairs of a device its operations are alone.
      windows[device].opens = min(windows[device].opens, arrival + cost.aloneForward + between[position])
      let back =
        position == 0
        ? cost.aloneBackward + step
        : cost.aloneBackwardInput + latencies[position - 1].backward + rest[position - 1]
      windows[device].closes = min(windows[device].closes, between[position] + back)
      windows[device].ownOpens = min(windows[device].ownOpens, cost.aloneForward + between[position])
      windows[device].ownCloses = min(
        windows[device].ownCloses, between[position] + cost.aloneBackward + ownStep)
    }
    let roundTrip = costs[0].forward + between[0] + rest[0]
    if roundTrip > longestRoundTrip.time { longestRoundTrip = (roundTrip, microbatch) }
  }

  /// One bound per device, and for the makespan that of the longest round trip.
  func bounds(on objective: Objective) -> [LowerBound] {
    let work = problem.deviceWork
    let loads = windows.indices.filter { windows[$0].head.isFinite }.map { device in
      let window = windows[device]
      let isMakespan = objective == .makespan
      let head = isMakespan ? window.head : 0
      let opens = isMakespan ? window.opens : window.ownOpens
      let closes = isMakespan ? window.closes : window.ownCloses
      let withPairs = factor * (head + work[device]) + (1 - factor) * (opens + closes)
      // Where even the first pair would have to begin after the last one's end there are none.
      return LowerBound(
        value: min(withPairs, head + work[device]),
        argument: .pairs(
          Device.ID(device), head: head, work: work[device], opens: opens, closes: closes, factor: factor),
        scope: scope)
    }
    let roundTrip = LowerBound(
      value: longestRoundTrip.time, argument: .roundTrip(longestRoundTrip.microbatch), scope: scope)
    return objective == .makespan ? loads + [roundTrip] : loads
  }
}

/// The least time from the start of an operation to its output, alone or in any pair that its device may form.
private struct PairedCosts {
  /// The least times of one microbatch on one visit.
  struct Least {
    var forward: Double
    var backwardInput: Double
    /// `B` and `W` together.
    var backward: Double
    var aloneForward: Double
    var aloneBackwardInput: Double
    var aloneBackward: Double
  }

  private let problem: Problem
  private let factor: Double
  private let scope: Certificate.Scope
  /// Per device, over all its visits.
  private var leastForward: [Double]
  private var leastBackward: [Double]

  init(_ problem: Problem, factor: Double, scope: Certificate.Scope) {
    self.problem = problem
    self.factor = factor
    self.scope = scope
    leastForward = Array(repeating: .infinity, count: problem.deviceCount)
    leastBackward = leastForward
    // With one microbatch there are no pairs.
    guard problem.microbatchCount > 1 else { return }
    var leastScale = [Double](repeating: .infinity, count: problem.routes.count)
    for (microbatch, route) in zip(problem.microbatches, problem.routeIndexes) {
      leastScale[Int(route)] = min(leastScale[Int(route)], microbatch.scale)
    }
    for (route, scale) in zip(problem.routes, leastScale) where scale.isFinite {
      for visit in route.visits {
        let (stage, device) = (problem.costs(at: visit), visit.device.index)
        leastForward[device] = min(leastForward[device], stage.forward * scale)
        leastBackward[device] = min(leastBackward[device], stage.duration(of: .backward) * scale)
      }
    }
  }

  func least(of visit: Route.Visit, scale: Double) -> Least {
    let (stage, device) = (problem.costs(at: visit), visit.device.index)
    let forward = stage.forward * scale
    let backward = stage.duration(of: .backward) * scale
    let backwardInput = stage.duration(of: scope.gradient) * scale
    let inPair = factor * (backward + leastForward[device])
    return Least(
      forward: min(forward, factor * (forward + leastBackward[device])),
      backwardInput: min(backwardInput, inPair), backward: min(backward, inPair),
      aloneForward: forward, aloneBackwardInput: backwardInput, aloneBackward: backward)
  }
}
