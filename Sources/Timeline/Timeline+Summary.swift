import PipelineModel

extension Timeline {
  /// Last end minus first start, over all devices, and the tail, in the problem's time unit. O(1).
  public var makespan: Double { grid.units(makespanSteps) }

  /// Last end minus first start on one device; 0 for a device without operations. O(1).
  public func span(of device: Device.ID) -> Double {
    grid.units(spans[device.index].map { $0.last - $0.first } ?? 0)
  }

  /// From the start of the schedule to the first start on a device, and from its last end to the end of all, its tail
  /// included; both 0 where it has no operations.
  public func window(of device: Device.ID) -> (before: Double, after: Double) {
    guard let span = spans[device.index] else { return (0, 0) }
    return (grid.units(span.first), grid.units(makespanSteps - span.last))
  }

  /// The share of the makespan in which one device does not work; 0 for an empty timeline.
  /// O(operations of the device).
  public func idle(of device: Device.ID) -> Double {
    Self.bubble(work: workSteps(of: device.index), of: makespanSteps)
  }

  /// The schedule's figures; docs/semantics.md defines each. The certificate is left out.
  ///
  /// - Complexity: O(operations), times the passes that the period takes: seldom more than four.
  public var summary: Summary {
    let computing = schedule.problem.computeDevices
    let work = Array(workSteps[computing])
    let total = work.reduce(0, +)
    let largest = work.max() ?? 0
    let devices = Double(work.count)
    let period = periodSteps
    let hosts = hostTransfers.isEmpty ? nil : hostFigures
    let span = spans[computing].reduce(0) { max($0, $1.map { $0.last - $0.first } ?? 0) }
    return Summary(
      makespan: makespan,
      period: grid.units(period),
      longestDeviceSpan: grid.units(span),
      makespanBubble: Self.bubble(work: total, of: devices * makespanSteps),
      periodBubble: Self.bubble(work: total, of: devices * period),
      spanBubble: Self.bubble(work: largest, of: span),
      imbalance: Self.bubble(work: total, of: devices * largest),
      peakMemory: Array(peakMemory[computing]),
      recomputeShare: recomputeShare(ofWork: total), peakHostMemory: hosts?.peaks, hostBusy: hosts?.busy)
  }

  private func recomputeShare(ofWork total: Double) -> Double? {
    let added = schedule.problem.addedWork
    return added == 0 || total == 0 ? nil : added / grid.units(total)
  }

  /// What devices have on their hosts, and how busy the ways to these are.
  private var hostFigures: (peaks: [Double], busy: [Double]) {
    let computing = schedule.problem.computeDevices
    return (Array(peakHostMemory[computing]), computing.map { hostBusy(of: Device.ID($0)) })
  }

  /// The figure that an objective asks for, in the problem's time unit. O(1) for the makespan; O(operations), times the
  /// passes that it takes, for the period.
  public func value(of objective: Objective) -> Double {
    switch objective {
    case .makespan: makespan
    case .period: grid.units(periodSteps)
    }
  }

  /// The time each device is busy in this schedule, its optimizer step included, in grid steps: an overlapped
  /// pair counts once.
  var workSteps: [Double] { schedule.problem.devices.indices.map(workSteps(of:)) }

  private func workSteps(of device: Int) -> Double {
    let range = lowered.bounds[device]..<lowered.bounds[device + 1]
    guard !range.isEmpty else { return 0 }
    return range.reduce(lowered.problem.end.optimizerSteps[device]) {
      $0 + lowered.rows[Int(lowered.codes[$1].row)].duration
    }
  }

  /// The time one device is busy in this schedule, its optimizer step included, in the problem's time unit: an
  /// overlapped pair counts as long as it lasts. O(operations of the device).
  public func work(of device: Device.ID) -> Double {
    grid.units(workSteps(of: device.index))
  }

  /// The idle share of an available time; nothing is idle where no time passes.
  private static func bubble(work: Double, of available: Double) -> Double {
    available > 0 ? (available - work) / available : 0
  }
}
