import OperationGraph
import PipelineModel

extension Problem {
  /// The problem without overlap that is never slower: every operation as short as its share of a pair may be.
  ///
  /// docs/proofs.md has the proof. The order of pieces is dropped with it, and the gap that a pair has not. The problem
  /// itself where nothing overlaps.
  ///
  /// - Throws: `ProblemError` when microbatches would be smaller than any may be.
  func withoutOverlap() throws(ProblemError) -> Problem {
    guard let factors = overlap?.forwardBackward.map({ min($0, 1) }) else { return self }
    var parts = ProblemParts(of: self)
    parts.overlap = nil
    parts.pieces = 1
    parts.gap.forwardBackward = 0
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

extension Problem {
  /// The least factor that pairs of its stages take, if that is below 1; `nil` where pairs gain nothing.
  var leastPairFactor: Double? { instance.leastShareInPair < 1 ? instance.leastShareInPair : nil }
}

extension Instance {
  /// The least share of its time that an operation takes in a pair; 1 where pairs gain nothing.
  var leastShareInPair: Double { min(1, overlap?.forwardBackward.numbers.min() ?? 1) }
}

extension LowerBound {
  /// A bound of the problem without overlap, as one of the problem itself.
  func overlapped(of problem: Problem) -> LowerBound {
    guard let factor = problem.leastPairFactor else { return self }
    return LowerBound(value: value, argument: .allOverlapped(self, factor: factor), scope: scope)
  }
}

extension LowerBound {
  /// The bound, or a better one that looks at orders of operations and pairs, and whether it left out nothing that
  /// other bounds look at.
  ///
  /// - Parameter target: the value of a known schedule, at which the search for a better bound ends.
  func raisedByPairs(
    of problem: Problem, _ objective: Objective, until target: Double?, _ deadline: Deadline
  ) -> (bound: LowerBound, isWhole: Bool) {
    guard problem.leastPairFactor != nil, problem.visitCount <= Self.mostVisitsWithPairs else {
      return (self, false)
    }
    var (best, open) = (self, Refutation?.none)
    var isWhole = false
    // Where stages and classes are not told apart, graphs are small; what they know speeds up the others.
    for form in [OperationTable.PairForm.stepsOfMergedLanes, .steps] where best.value < target ?? .infinity {
      let table = OperationTable(problem, isFused: scope.isFused, pairs: form)
      if form == .stepsOfMergedLanes, !table.mayMergeLanes { continue }
      guard let graphs = try? Relaxation<PrefixGraph>(table, limit: .pairs, deadline: deadline) else { break }
      let raised = graphs.raiseWithPairs(
        table.steps(reaching: best.value), on: objective,
        until: target.map { table.steps(reaching: $0) } ?? .infinity, knowing: open)
      open = raised.open
      if table.units(raised.steps) > best.value {
        best = LowerBound(value: table.units(raised.steps), argument: .windows, scope: scope)
      }
      isWhole = graphs.isComplete && table.grid.isExact && !deadline.hasPassed
    }
    guard best.value < target ?? .infinity else { return (best, true) }
    guard !isWhole, let equal = problem.withSmallestScale() else { return (best, isWhole) }
    let smallest = best.raisedByPairs(of: equal, objective, until: target, deadline).bound
    guard smallest.value > best.value else { return (best, false) }
    return (LowerBound(value: smallest.value, argument: .smallestScale(smallest), scope: scope), false)
  }

  /// On more visits graphs with pairs would be too large.
  private static var mostVisitsWithPairs: Int { 20_000 }
}

/// What every schedule has in common although pairs overlap, device by device: pairs cannot begin before the first
/// whole backward arrives, nor end after the last forward, behind which there is still the way on and back.
struct PairRelaxation {
  /// What bounds the time of pairs on one device, and what else it has to do.
  private struct Window {
    /// The earliest arrival of work, of a whole backward, and the least time from the end of a forward to the end of
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
  private let steps: [Double]
  private var windows: [Window]
  private var longestRoundTrip: (time: Double, microbatch: Microbatch.ID) = (0, Microbatch.ID(0))

  /// Follows one microbatch of every class; `nil` unless pairs gain time. O(visits).
  ///
  /// - Parameter scope: the schedules that the bounds are to hold for.
  init?(_ problem: Problem, scope: Certificate.Scope) {
    guard let factor = problem.leastPairFactor else { return nil }
    self.problem = problem
    self.factor = factor
    self.scope = scope
    costs = PairedCosts(problem, factor: factor, scope: scope)
    steps = problem.timeAfterLast
    windows = Array(repeating: Window(), count: problem.deviceCount)
    let links = problem.routes.map { RouteLinks(of: $0.visits, stages: problem.stages) }
    for (microbatch, _) in problem.classRepresentatives {
      add(microbatch, links[Int(problem.routeIndexes[microbatch.index])])
    }
  }

  private mutating func add(_ microbatch: Microbatch.ID, _ links: RouteLinks) {
    let visits = problem.route(of: microbatch).visits
    let alone = visits.map {
      problem.costs(at: $0, of: microbatch)
        .leastPasses(isFused: scope.isFused, step: steps[$0.device.index])
    }
    let least = zip(visits, alone).map { costs.inPair($1, on: $0.device) }
    let times = PassTimes(problem, along: visits, links, passes: least)
    for (position, visit) in visits.enumerated() {
      let device = visit.device.index
      windows[device].head = min(windows[device].head, times.arrivals[position])
      // Around the pairs of a device its operations are alone.
      if let wait = times.untilGradient[position] {
        let own = alone[position].forward + wait
        windows[device].ownOpens = min(windows[device].ownOpens, own)
        windows[device].opens = min(windows[device].opens, times.arrivals[position] + own)
      }
      windows[device].closes = min(
        windows[device].closes, after(position, of: times, alone: alone[position], on: device))
      windows[device].ownCloses = min(
        windows[device].ownCloses, ownAfter(position, of: times, alone: alone[position], on: device))
    }
    if times.roundTrip > longestRoundTrip.time { longestRoundTrip = (times.roundTrip, microbatch) }
  }

  /// From the end of an `F` behind which the device runs no pairs to the end of the schedule.
  private func after(
    _ position: Int, of times: PassTimes, alone: PassTimes.Passes, on device: Int
  ) -> Double {
    guard let wait = times.untilGradient[position], let rest = times.afterGradient[position],
      let gradient = alone.gradient, let whole = alone.backward
    else { return times.afterForward[position] }
    return wait + max(gradient + rest, whole + steps[device])
  }

  /// The same to the end of the device's own last operation.
  private func ownAfter(
    _ position: Int, of times: PassTimes, alone: PassTimes.Passes, on device: Int
  ) -> Double {
    let step = problem.devices[device].optimizerStep + problem.tail
    guard let wait = times.untilGradient[position], let whole = alone.backward else { return step }
    return wait + whole + step
  }

  /// One bound per device, and for the makespan that of the longest round trip.
  func bounds(on objective: Objective) -> [LowerBound] {
    let isMakespan = !objective.countsFromOwnStart
    let work = problem.deviceWork
    let loads = windows.indices.filter { windows[$0].head.isFinite }.map { device in
      let window = windows[device]
      let head = isMakespan ? window.head : 0
      let opens = isMakespan ? window.opens : window.ownOpens
      let closes = isMakespan ? window.closes : window.ownCloses
      let after = isMakespan ? steps[device] : problem.devices[device].optimizerStep + problem.tail
      let all = work[device] - problem.devices[device].optimizerStep + after
      let withPairs = factor * (head + all) + (1 - factor) * (opens + closes)
      // Where even the first pair would have to begin after the last one's end there are none.
      return LowerBound(
        value: min(withPairs, head + all),
        argument: .pairs(
          Device.ID(device), head: head, work: all, opens: opens, closes: closes, factor: factor),
        scope: scope)
    }
    let roundTrip = LowerBound(
      value: longestRoundTrip.time, argument: .roundTrip(longestRoundTrip.microbatch), scope: scope)
    return isMakespan ? loads + [roundTrip] : loads
  }
}

/// The least time from the start of an operation to its output in any pair that its device may form.
private struct PairedCosts {
  private let factor: Double
  /// Per device, over all its visits; infinite where there is no partner.
  private var leastForward: [Double]
  private var leastBackward: [Double]

  init(_ problem: Problem, factor: Double, scope: Certificate.Scope) {
    self.factor = factor
    leastForward = Array(repeating: .infinity, count: problem.deviceCount)
    leastBackward = leastForward
    // With one microbatch there are no pairs.
    guard problem.microbatchCount > 1 else { return }
    for (microbatch, _) in problem.classRepresentatives {
      for visit in problem.route(of: microbatch).visits {
        let passes = problem.costs(at: visit, of: microbatch).leastPasses(isFused: true)
        let device = visit.device.index
        leastForward[device] = min(leastForward[device], passes.forward)
        leastBackward[device] = min(leastBackward[device], passes.backward ?? .infinity)
      }
    }
  }

  /// The passes of a visit, each alone or in the shortest pair.
  func inPair(_ alone: PassTimes.Passes, on device: Device.ID) -> PassTimes.Passes {
    var least = alone
    least.forward = min(alone.forward, factor * (alone.forward + leastBackward[device.index]))
    guard let gradient = alone.gradient, let backward = alone.backward else { return least }
    let inPair = factor * (backward + leastForward[device.index])
    least.gradient = min(gradient, inPair)
    least.rest = min(backward, inPair) - min(gradient, inPair)
    return least
  }
}
