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
    var found = try PartitionSearch(problem, options: options, starts: starts(for: problem, until: end))
      .run(until: end) {
        progress(.searching($0))
        return !deadline.hasPassed
      }
    let usual = [problem.equalCounts, problem.balancedCounts].map {
      lookAt($0, of: problem, &found, until: deadline)
    }
    goOnAlone(with: &found, until: deadline)
    var schedule = CertifiedSchedule(
      try Timeline(found.search.schedule(of: found.problem)), proof: Proof(found.search),
      slopePerMicrobatch: found.search.slopePerMicrobatch)
    if proves, !deadline.hasPassed {
      schedule =
        try proved(problem, found, until: deadline.orAt(begin + totalTime), progress: progress) ?? schedule
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

  /// What the search found for a partition, or a search of its own where that is better: which the result then knows.
  private func lookAt(
    _ counts: [Int], of problem: PartitionProblem, _ found: inout PartitionResult, until deadline: Deadline
  ) -> PartitionValue? {
    if found.problem.partition?.counts != counts, let closed = try? problem.cut(counts).ifInScope {
      found.take(
        search(
          closed, lowerBound: found.search.bound.value, share: Self.shareOfOtherPartition, until: deadline),
        of: closed)
    }
    return found.values[counts].map { PartitionValue(counts: counts, value: $0) }
  }

  /// Searches the best partition alone, as one that a file gives is searched: the others took most of the time before.
  private func goOnAlone(with found: inout PartitionResult, until deadline: Deadline) {
    let bound = found.search.bound.value
    guard !LowerBound.isMet(bound, by: found.search.value), !deadline.hasPassed else { return }
    found.take(
      search(
        found.problem, starts: [found.search.orders], lowerBound: bound, share: Self.shareOfBestPartition,
        until: deadline),
      of: found.problem)
  }

  /// The shares of the time for the search, for each of the usual partitions by itself, and for the best one.
  private static let shareOfPartitions = 0.66
  private static let shareOfOtherPartition = 0.06
  private static let shareOfBestPartition = 0.2
}
