import PipelineModel
import ScheduleSearch
import Timeline

/// A schedule whose partition was searched for, with what the usual partitions would have cost.
public struct PartitionedSchedule: Sendable {
  /// The schedule; its problem states the layers and how they are cut.
  public let schedule: CertifiedSchedule
  /// The value of the schedule, in the problem's time unit.
  public let value: Double
  /// The best found with as many layers on every stage; `nil` where that does not fit.
  public let equal: PartitionValue?
  /// The best found with the least largest work of a device; `nil` where that does not fit.
  public let balanced: PartitionValue?
}

/// A partition with the best that a search found for it.
public struct PartitionValue: Hashable, Sendable, Codable {
  /// How many layers each stage has.
  public let counts: [Int]
  /// The objective, in the problem's time unit.
  public let value: Double
}

extension SearchPlan {
  /// Chooses how layers are cut, their modes and orders. The bound is one on all partitions.
  ///
  /// - Parameters:
  ///   - deadline: as for a problem with stages, and `progress` too.
  /// - Throws: `ProblemError` where no partition fits the memory of the devices; `TimelineError`, which no orders of a
  ///   search do.
  public func certified(
    _ problem: PartitionProblem, until deadline: Deadline = .never,
    progress: (PlanProgress) -> Void = { _ in }
  ) throws -> PartitionedSchedule {
    let begin = ContinuousClock.now
    let visits = problem.stageCount * problem.microbatches.count
    let options = options(share: Self.shareOfPartitions, visits: visits, timePerVisit: Self.writing)
    let end = Deadline(at: iterations == nil ? .now + options.timeLimit : nil) { deadline.hasPassed }
    let found = try PartitionSearch(problem, options: options, starts: starts(for: problem, until: end))
      .run(until: end) {
        progress(.searching($0))
        return !deadline.hasPassed
      }
    var schedule = CertifiedSchedule(
      try Timeline(found.search.schedule(of: found.problem)), proof: Proof(found.search),
      slopePerMicrobatch: found.search.slopePerMicrobatch)
    if proves, !deadline.hasPassed {
      schedule =
        try proved(problem, found, until: deadline.orAt(begin + totalTime), progress: progress) ?? schedule
    }
    var usual: [PartitionValue?] = []
    for counts in [problem.equalCounts, problem.balancedCounts] {
      let other = try value(of: counts, of: problem, found, until: deadline)
      usual.append(other?.value)
      // What a longer look finds is not left to be told as worse than it is.
      if let better = other?.schedule,
        better.timeline.value(of: objective) < schedule.timeline.value(of: objective)
      {
        schedule = CertifiedSchedule(
          better.timeline,
          proof: Proof(
            found.search.bound, objective: objective, value: better.timeline.value(of: objective)))
      }
    }
    return PartitionedSchedule(
      schedule: schedule, value: schedule.timeline.value(of: objective), equal: usual[0], balanced: usual[1])
  }

  /// Goes through the partitions that may be better, each with a proof of its own; `nil` where there are none to go through.
  private func proved(
    _ problem: PartitionProblem, _ found: PartitionResult, until deadline: Deadline,
    progress: (PlanProgress) -> Void
  ) throws -> CertifiedSchedule? {
    let begin = ContinuousClock.now
    guard found.open?.isEmpty == false else { return nil }
    let exact = try ExactPartitionSearch(problem, known: found).run(until: deadline) { closed in
      var plan = self
      plan.timeLimit = max(.zero, totalTime - (ContinuousClock.now - begin))
      let schedule = try plan.certified(closed, until: deadline, progress: progress)
      guard let certificate = schedule.certificate else { return nil }
      return ExactPartitionResult(
        problem: schedule.problem, orders: schedule.orders, value: schedule.timeline.value(of: objective),
        lowerBound: certificate.lowerBound)
    }
    let timeline = try Timeline(Schedule(problem: exact.problem, orders: exact.orders))
    return CertifiedSchedule(
      timeline,
      proof: Proof(
        exact.result(of: objective, scope: found.search.bound.scope), bound: found.search.bound,
        time: ContinuousClock.now - begin, choice: .partitionsAndOrders))
  }

  /// The orders of families for some partition that fits: they know nothing of durations.
  private func starts(for problem: PartitionProblem, until deadline: Deadline) -> [Orders] {
    let closed = [problem.balancedCounts, problem.equalCounts].lazy.compactMap { try? problem.cut($0) }.first
    return closed.map { FamilyStarts.orders(for: $0, until: deadline) } ?? []
  }

  /// What the search found for a partition, or a search of its own where that is better; with its schedule then.
  private func value(
    of counts: [Int], of problem: PartitionProblem, _ found: PartitionResult, until deadline: Deadline
  ) throws -> (value: PartitionValue, schedule: CertifiedSchedule?)? {
    let known = found.values[counts]
    let isBest = found.problem.partition?.counts == counts
    guard !isBest, let closed = try? problem.cut(counts).ifInScope else {
      return known.map { (PartitionValue(counts: counts, value: $0), nil) }
    }
    let result = search(
      closed, lowerBound: found.search.bound.value, share: Self.shareOfOtherPartition, until: deadline)
    if let known, known <= result.value { return (PartitionValue(counts: counts, value: known), nil) }
    let timeline = try Timeline(result.schedule(of: closed))
    return (
      PartitionValue(counts: counts, value: result.value), CertifiedSchedule(timeline, proof: Proof(result))
    )
  }

  /// The share of the time for the search, and for each of the usual partitions by itself.
  private static let shareOfPartitions = 0.86
  private static let shareOfOtherPartition = 0.06
}
