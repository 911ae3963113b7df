import OperationGraph
import PipelineModel

/// The start and end of every operation of a schedule, each as early as its order and its inputs allow.
///
/// Times are computed on an exact decimal grid wherever the problem's numbers allow, so that they print as
/// they would be added by hand. O(operations) time and memory.
public struct Timeline: Sendable {
  /// The schedule that was timed.
  public let schedule: Schedule

  let lowered: LoweredOrders
  /// The start of every operation, in grid steps.
  let starts: [Double]
  /// The end of every operation, in grid steps.
  let ends: [Double]
  /// The transfers between devices and their hosts, device by device in the order of the operations that begin them.
  let hostTransfers: [HostTransferSteps]
  /// What is held by time and no order tells.
  let timedMemory: TimedMemory
  /// The start of each device's first operation and the end of its optimizer step, in grid steps; `nil` for a device without operations.
  let spans: [(first: Double, last: Double)?]
  /// Last end minus first start, over all devices, and the tail, in grid steps.
  let makespanSteps: Double

  /// Times a schedule.
  ///
  /// - Throws: `TimelineError` when an operation is unknown, misplaced, repeated or missing, or the orders can
  ///   never run.
  /// - Complexity: O(operations).
  public init(_ schedule: Schedule) throws(TimelineError) {
    let lowered = try LoweredOrders(schedule)
    var kernel = TimingKernel(lowered)
    guard let timeline = Timeline(schedule, lowered, in: &kernel) else {
      let heads = (0..<kernel.deviceCount).map { kernel.cursors[$0] }
      throw .deadlock(WaitCycleSearch(schedule, lowered: lowered, heads: heads).shortest())
    }
    self = timeline
  }

  /// Times a schedule; `nil` where that is not possible. What its operations wait for then is not looked for, which takes
  /// far longer than timing does.
  ///
  /// - Complexity: O(operations).
  public init?(ifItRuns schedule: Schedule) {
    guard let lowered = try? LoweredOrders(schedule) else { return nil }
    var kernel = TimingKernel(lowered)
    self.init(schedule, lowered, in: &kernel)
  }

  /// Times lowered orders; `nil` where they can never run.
  private init?(_ schedule: Schedule, _ lowered: LoweredOrders, in kernel: inout TimingKernel) {
    var recorder = TimesRecorder(count: lowered.codes.count)
    guard kernel.run(recording: &recorder) else { return nil }
    let ranges = (0..<kernel.deviceCount).map { lowered.bounds[$0]..<lowered.bounds[$0 + 1] }
    let lastEnds = ranges.map { $0.last.map { recorder.ends[$0] } }
    spans = zip(ranges, lowered.problem.end.ends(after: lastEnds)).map { range, last in
      last.flatMap { last in range.first.map { (recorder.starts[$0], last) } }
    }
    let active = spans.compactMap { $0 }
    makespanSteps =
      (active.map(\.last).max() ?? 0) - (active.map(\.first).min() ?? 0) + lowered.problem.end.tail
    hostTransfers = HostTransferSteps.all(of: lowered, in: kernel)
    timedMemory = TimedMemory(
      lowered.problem.timedOutputs, of: schedule.orders, starts: recorder.starts, ends: recorder.ends)
    self.schedule = schedule
    self.lowered = lowered
    starts = recorder.starts
    ends = recorder.ends
  }

  /// The grid of all times.
  var grid: DecimalGrid { lowered.problem.grid }

  /// When the operation at a position of `Orders.operations` starts, in the problem's time unit. O(1).
  public func start(at position: Int) -> Double { grid.units(starts[position]) }

  /// When the operation at a position of `Orders.operations` ends, in the problem's time unit. O(1).
  public func end(at position: Int) -> Double { grid.units(ends[position]) }

  /// The times in the form that schedule files record: of a launch, those of its transfer. O(operations).
  public var times: RecordedSchedule.Times {
    var times = RecordedSchedule.Times(starts: starts.map(grid.units), ends: ends.map(grid.units))
    for transfer in hostTransfers {
      let (start, end) = (grid.units(transfer.start), grid.units(transfer.end))
      switch transfer.way {
      case .offload: times.offloads[transfer.position] = start...max(start, end)
      case .reload: (times.starts[transfer.position], times.ends[transfer.position]) = (start, end)
      }
    }
    return times
  }

  /// The schedule with its times and figures, as schedule files record them. O(operations).
  public func record(certificate: Certificate? = nil) -> RecordedSchedule {
    var summary = summary
    summary.certificate = certificate
    return RecordedSchedule(schedule: schedule, times: times, summary: summary)
  }
}

/// Keeps the start and end of every operation, by position.
private struct TimesRecorder: SweepRecorder {
  var starts: [Double]
  var ends: [Double]

  init(count: Int) {
    starts = Array(repeating: 0, count: count)
    ends = Array(repeating: 0, count: count)
  }

  @inline(__always)
  mutating func record(_ times: OperationTimes) {
    starts[times.position] = times.start
    ends[times.position] = times.finish
  }
}
