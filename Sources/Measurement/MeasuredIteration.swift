import PipelineModel

/// One iteration of one pipeline as it ran.
public struct MeasuredIteration: Sendable {
  /// Its number, as the recording has it, or counted from 0.
  public let number: Int
  /// Which pipeline ran it, among those that work side by side.
  public let pipeline: Int
  /// The operations of each device in the order in which they started; in milliseconds from the first of all where
  /// the clocks could be aligned, else from the first of the device.
  public let devices: [[MeasuredOperation]]
  /// Whether times of different devices can be compared.
  public let hasCommonClock: Bool
  /// How long the iteration took, in milliseconds: as it was marked, or else from the first start to the last end.
  public let time: Double
  /// What passed between the last end of all and the end of the iteration, and before the first start; `nil` where
  /// no mark tells.
  public let tail: Double?
  /// How long the optimizer worked on each device, where that was recorded.
  public let optimizerSteps: [Double?]

  /// Puts the steps of a pipeline's ranks on one clock.
  init(_ steps: [RankStep], pipeline: Int, stageCount: Int, sharesClock: Bool) {
    let dependencies = Dependencies(steps.map(\.operations), stageCount: stageCount)
    let alignment = ClockAlignment(steps.map(\.operations), dependencies, isShared: sharesClock)
    number = steps.first?.number ?? 0
    self.pipeline = pipeline
    hasCommonClock = alignment != nil
    let starts = steps.indices.map { steps[$0].start - (alignment?.offsets[$0] ?? 0) }
    let first = starts.min() ?? 0
    devices = steps.indices.map { device in
      // Without a common clock each device begins at its own first start.
      let origin = alignment.map { $0.offsets[device] + first } ?? steps[device].start
      return steps[device].operations.map { measured in
        MeasuredOperation(
          measured.operation,
          span: TimeSpan(start: measured.span.start - origin, duration: measured.span.duration))
      }
    }
    optimizerSteps = steps.map(\.optimizerStep)
    let ends = zip(devices, steps).map { operations, step in
      (operations.last?.span.end ?? 0) + (step.optimizerStep ?? 0)
    }
    let end = ends.max() ?? 0
    let marks = steps.compactMap(\.marked)
    let optimized = zip(steps, devices).compactMap { step, operations in
      step.optimizerEnd.map { $0 - step.end + (operations.last?.span.end ?? 0) }
    }
    if marks.count == steps.count, let longest = marks.max() {
      time = longest
      tail = hasCommonClock && longest >= end ? longest - end : nil
    } else if optimized.count == steps.count, let last = optimized.max() {
      time = max(last, end)
      tail = hasCommonClock ? max(last, end) - end : nil
    } else {
      time = end
      tail = nil
    }
  }

  /// How long each operation took, in milliseconds.
  public var durations: [Operation: Double] {
    devices.joined().reduce(into: [:]) { $0[$1.operation] = $1.span.duration.nanoseconds }
  }

  /// The order that ran on each device.
  public var orders: Orders { Orders(devices.map { $0.map(\.operation) }) }
}
