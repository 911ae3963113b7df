/// A schedule with the times and figures that somebody recorded for it, which may be wrong.
public struct RecordedSchedule: Hashable, Sendable {
  /// The start and end of every operation, in the order of `Orders.operations`, in the problem's time unit.
  public struct Times: Hashable, Sendable {
    /// When each operation starts; of an `L`, its transfer.
    public var starts: [Double]
    /// When each operation ends; of an `L`, its transfer.
    public var ends: [Double]
    /// The start and end of the offload behind an `F`, by position.
    public var offloads: [Int: ClosedRange<Double>] = [:]

    /// Joins starts and ends.
    ///
    /// - Precondition: there are as many starts as ends.
    public init(starts: [Double], ends: [Double]) {
      precondition(starts.count == ends.count)
      self.starts = starts
      self.ends = ends
    }
  }

  /// The problem and its orders.
  public var schedule: Schedule
  /// The recorded times, where there are any.
  public var times: Times?
  /// The recorded figures, where there are any.
  public var summary: Summary?

  /// Joins a schedule to what was recorded for it.
  ///
  /// - Precondition: recorded times cover every operation.
  public init(schedule: Schedule, times: Times? = nil, summary: Summary? = nil) {
    precondition(times.map { $0.starts.count == schedule.orders.operations.count } ?? true)
    self.schedule = schedule
    self.times = times
    self.summary = summary
  }
}
