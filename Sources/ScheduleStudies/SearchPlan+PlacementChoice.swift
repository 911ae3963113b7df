import PipelineModel
import ScheduleSearch
import Timeline

/// A schedule whose placement was chosen among several, with what was found under each of them.
public struct ChosenPlacement: Sendable {
  /// The best schedule; its problem states where the stages are. The bound is one on all placements.
  public let schedule: CertifiedSchedule
  /// How its layers were cut, where they were to be.
  public let partition: PartitionedSchedule?
  /// The best found under each placement, in the order in which they were named; `nil` where nothing fits.
  public let values: [PlacementValue]
}

/// A placement with the best that a search found under it.
public struct PlacementValue: Hashable, Sendable {
  /// Where the stages are.
  public let placement: Placement
  /// The objective, in the problem's time unit; `nil` where no partition fits.
  public let value: Double?
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
    for alternative in choice.alternatives {
      do {
        let next = try plan.found(alternative, until: deadline, progress: progress)
        found.append(next)
        values.append(PlacementValue(placement: alternative.placement, value: next.value(of: objective)))
      } catch let error as ProblemError {
        last = error
        values.append(PlacementValue(placement: alternative.placement, value: nil))
      }
    }
    guard let best = found.min(by: { $0.value(of: objective) < $1.value(of: objective) }) else {
      throw last ?? ProblemError(["placement"], .empty("placement"))
    }
    let schedule = CertifiedSchedule(
      best.schedule.timeline,
      proof: Proof(ofAnyPlacement: found.map(\.schedule), best: best.schedule, objective),
      slopePerMicrobatch: best.schedule.slopePerMicrobatch)
    return ChosenPlacement(schedule: schedule, partition: best.partition, values: values)
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
