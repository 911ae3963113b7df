import PipelineModel
import ScheduleSearch
import Timeline

/// A schedule whose placement was chosen among several, with what was found under each of them.
public struct ChosenPlacement: Sendable {
  /// The best schedule; its problem states where the stages are. The bound is one on all placements, each with its devices
  /// in the order that was chosen.
  public let schedule: CertifiedSchedule
  /// How its layers were cut, where they were to be.
  public let partition: PartitionedSchedule?
  /// The best found under each placement, in the order in which they were named.
  public let values: [PlacementValue]
  /// Which of them it is.
  public let chosen: Int
}

/// A placement with the best that a search found under it.
public struct PlacementValue: Hashable, Sendable {
  /// Where the stages are.
  public let placement: Placement
  /// The objective, in the problem's time unit; `nil` where nothing fits.
  public let value: Double?
  /// For each place the device that stands there, where that was to be chosen.
  public let deviceOrder: [Device.ID]?
}

extension SearchPlan {
  /// Searches under every placement, each for its share of the time, and keeps the best: the bound is the least of theirs.
  ///
  /// - Parameters:
  ///   - deadline: as for a problem with its placement, and `progress` too.
  /// - Throws: `SearchError` where the problem is out of the scope of a search or a proof; `ProblemError` where nothing fits
  ///   under any placement; `TimelineError`, which no orders of a search do.
  public func certified(
    _ choice: PlacementChoice, until deadline: Deadline = .never, progress: (PlanProgress) -> Void = { _ in }
  ) throws -> ChosenPlacement {
    var plan = self
    plan.timeLimit = totalTime / choice.alternatives.count
    var found: [FoundAlternative] = []
    var values: [PlacementValue] = []
    var last: ProblemError?
    for (index, alternative) in choice.alternatives.enumerated() {
      let order = choice.ordersDevices ? plan.deviceOrder(of: alternative, until: deadline) : nil
      var own = plan
      if order != nil { own.timeLimit = plan.totalTime * Self.shareAfterPlacement }
      var value: Double?
      do {
        let dealt = try order.map { try alternative.dealt($0) } ?? alternative
        var next = try own.found(dealt, until: deadline, progress: progress)
        (next.alternative, value) = (index, next.value(of: objective))
        found.append(next)
      } catch let error as ProblemError { last = error }
      values.append(PlacementValue(placement: alternative.placement, value: value, deviceOrder: order))
    }
    guard let best = found.min(by: { $0.value(of: objective) < $1.value(of: objective) }) else {
      throw last ?? ProblemError(["placement"], .empty("placement"))
    }
    let schedule = CertifiedSchedule(
      best.schedule.timeline,
      proof: Proof(ofAnyPlacement: found.map(\.schedule), best: best.schedule, objective),
      slopePerMicrobatch: best.schedule.slopePerMicrobatch)
    return ChosenPlacement(
      schedule: schedule, partition: best.partition, values: values, chosen: best.alternative)
  }

  /// The order of devices that a search chooses; `nil` where nothing is known of the stages.
  private func deviceOrder(
    of alternative: PlacementChoice.Alternative, until deadline: Deadline
  ) -> [Device.ID]? {
    let problem: Problem? =
      switch alternative {
      case .problem(let problem): problem
      case .partitioning(let open): try? open.withoutMemoryLimits.cut(open.balancedCounts)
      }
    return problem.map {
      DeviceOrderSearch($0, options: options(visits: $0.visitCount, timePerVisit: Self.writing)).run(
        until: deadline)
    }
  }

  private func found(
    _ alternative: PlacementChoice.Alternative, until deadline: Deadline, progress: (PlanProgress) -> Void
  ) throws -> FoundAlternative {
    switch alternative {
    case .problem(let problem):
      try Search.checkScope(of: problem, proving: proves)
      return FoundAlternative(schedule: try certified(problem, until: deadline, progress: progress))
    case .partitioning(let problem):
      let partition = try certified(problem, until: deadline, progress: progress)
      return FoundAlternative(schedule: partition.schedule, partition: partition)
    }
  }
}

/// What a search found under one placement.
private struct FoundAlternative {
  var schedule: CertifiedSchedule
  var partition: PartitionedSchedule?
  /// Which placement it is.
  var alternative = 0

  func value(of objective: Objective) -> Double { schedule.timeline.value(of: objective) }
}

extension Proof {
  /// What is proved of all placements: the least of their bounds. A bound that cannot hold under one placement takes the
  /// others' away with it.
  fileprivate init(ofAnyPlacement all: [CertifiedSchedule], best: CertifiedSchedule, _ objective: Objective) {
    if let withdrawn = all.first(where: { $0.proof.withdrawal != nil }) {
      self = withdrawn.proof
      return
    }
    let certificates = all.compactMap(\.certificate)
    guard all.count > 1, let bound = LowerBound.least(ofPlacements: certificates) else {
      self = best.proof
      return
    }
    self.init(bound, objective: objective, value: best.timeline.value(of: objective))
    exactRun = best.proof.exactRun.map { run in
      let runs = all.compactMap(\.proof.exactRun)
      var result = run.result
      result.lowerBound = bound.value
      result.nodes = runs.reduce(0) { $0 + $1.result.nodes }
      return ExactRun(result: result, time: runs.reduce(.zero) { $0 + $1.time })
    }
  }
}
