import PipelineModel

/// Verifies a schedule, and whatever was recorded for it, from the semantics alone.
///
/// Nothing here is shared with the code that makes or times schedules: only the orders are believed, and
/// everything else is worked out again from them. Wrong orders never stop the check; what they leave open,
/// such as the arrival of an input that nobody produces, is skipped.
public struct ScheduleChecker: Sendable {
  private let record: RecordedSchedule

  /// Takes the schedule to verify; its orders, times and summary may hold anything.
  public init(_ record: RecordedSchedule) { self.record = record }

  /// Every violation of the semantics, by device and by position in its order; the summary's come last.
  ///
  /// Times and memory agree when they differ by at most 1e-9 of their size, rates when they differ by 1e-9.
  /// The summary is checked only when the orders contain every operation once and can run.
  ///
  /// - Complexity: O(n + v log v) for n operations, with what they need, and v violations. A recorded summary adds the period, which
  ///   takes few runs of all operations as a rule and at most twice as many as there are devices. O(n) memory.
  public func violations() -> [Violation] {
    let schedule = record.schedule
    let visits = VisitNumbers(schedule.problem)
    let coverage = Coverage(of: schedule, visits: visits)
    let starts = PairedStarts(of: schedule)
    let memory = MemoryProfile(of: schedule, coverage: coverage, starts: starts, visits: visits)
    let graph = OrderGraph(
      schedule, coverage: coverage, visits: visits, starts: starts, rooms: memory.rooms)
    let execution = Execution(of: graph)

    var found = coverage.violations
    found += schedule.orders.pairViolations
    found += PieceOrder(of: schedule, coverage: coverage).violations
    found += execution.violations(in: schedule.orders)
    if let times = record.times {
      found += TimeRules(orders: schedule.orders, graph: graph).violations(times)
      found += StreamRules(of: schedule, times: times)?.violations ?? []
    }
    found += memory.violations
    let timed =
      coverage.violations.isEmpty && execution.isComplete
      ? HeldByTime(memory, of: schedule, coverage: coverage, graph, executionOrder: execution.executionOrder)
      : nil
    found += timed?.violations ?? []
    found += ModeRules(of: schedule.problem).violations
    found += PartitionRules(of: schedule.problem)?.violations ?? []
    found += RouteRules(schedule.problem)?.violations() ?? []
    if let summary = record.summary, coverage.violations.isEmpty, execution.isComplete {
      let figures = Figures(
        of: schedule, graph: graph, executionOrder: execution.executionOrder, memory: memory,
        timed)
      found += figures.violations(summary)
    }
    return found.inReadingOrder()
  }
}
