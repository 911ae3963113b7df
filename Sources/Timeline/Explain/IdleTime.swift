import PipelineModel

/// All idle time of a schedule, stretch by stretch, with what each waits for: the makespan of every device less its work.
///
/// A stretch belongs to the one thing that ends it, of all that its operation needs what comes last; the order of the
/// device where that comes last as well. Until the operation that it waits for has ended that is data, from then on
/// the link.
public struct IdleTime: Sendable {
  /// The stretches, device by device in the order of time; none is empty.
  public let stretches: [IdleStretch]
  /// By device and cause, in grid steps.
  private let steps: [[IdleStretch.Cause: Double]]
  private let stepsPerUnit: Double

  init(_ stretches: [IdleStretchSteps], of timeline: Timeline) {
    let orders = timeline.schedule.orders
    var steps = [[IdleStretch.Cause: Double]](repeating: [:], count: orders.deviceCount)
    for stretch in stretches {
      steps[stretch.device][stretch.cause, default: 0] += stretch.end - stretch.start
    }
    self.steps = steps
    stepsPerUnit = timeline.grid.stepsPerUnit
    self.stretches = stretches.map { stretch in
      IdleStretch(
        device: Device.ID(stretch.device), start: timeline.grid.units(stretch.start),
        end: timeline.grid.units(stretch.end), cause: stretch.cause,
        waiting: stretch.waiting.map { orders.operations[$0] },
        awaited: stretch.awaited.map {
          IdleStretch.Awaited(operation: orders.operations[$0], device: orders.device(at: $0))
        })
    }
  }

  /// The idle time of one device, or of all, by what it waits for, in the problem's time unit; causes without any are
  /// left out. O(devices).
  public func byCause(on device: Device.ID? = nil) -> [IdleStretch.Cause: Double] {
    summed(device).mapValues { $0 / stepsPerUnit }
  }

  /// The idle time of one device, or of all, in the problem's time unit. O(devices).
  public func total(on device: Device.ID? = nil) -> Double {
    let steps = summed(device)
    // In a fixed order: off the decimal grid sums depend on it.
    return IdleStretch.Cause.allCases.reduce(0) { $0 + (steps[$1] ?? 0) } / stepsPerUnit
  }

  private func summed(_ device: Device.ID?) -> [IdleStretch.Cause: Double] {
    guard let device else { return steps.reduce(into: [:]) { $0.merge($1, uniquingKeysWith: +) } }
    return steps[device.index]
  }
}

/// A stretch on the grid of times, its operations by position.
struct IdleStretchSteps {
  var device: Int
  var start: Double
  var end: Double
  var cause: IdleStretch.Cause
  var waiting: Int?
  var awaited: Int?
}
