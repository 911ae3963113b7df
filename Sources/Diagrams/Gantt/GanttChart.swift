import PipelineModel
import Timeline

/// A timed schedule as a picture shows it: what to draw, in the schedule's own time and memory.
///
/// Up to 5,000 operations inside the window each is an element with a tooltip, up to 50,000 an element without one;
/// more are drawn as bare rectangles, merged where they are narrower than a point.
public struct GanttChart: Chart {
  /// The first line above the picture, such as `ZB-H1 · p = 8, m = 24`.
  public var title: String
  /// The lines under the title: costs, then figures, so that the picture explains itself.
  public var subtitle: [String]
  /// What a screen reader says instead of the picture.
  public var description: String
  /// The unit of every time, such as `ms`; empty for abstract time.
  public var timeUnit: String
  /// The unit of every memory figure, such as `GiB`; empty for abstract memory.
  public var memoryUnit: String
  /// One lane per device, in the order drawn.
  public var lanes: [Lane]
  /// What the time axis leaves out; `nil` for nothing.
  public var fold: TimeFold?

  /// Joins the parts of a chart.
  public init(
    title: String, subtitle: [String] = [], description: String = "", timeUnit: String = "",
    memoryUnit: String = "", lanes: [Lane]
  ) {
    self.title = title
    self.subtitle = subtitle
    self.description = description
    self.timeUnit = timeUnit
    self.memoryUnit = memoryUnit
    self.lanes = lanes
  }

  /// The chart as plain shapes. O(operations + memory steps).
  ///
  /// - Throws: `DiagramError` for times, a window or a width that cannot be drawn.
  public func drawing(style: DiagramStyle) throws(DiagramError) -> Drawing {
    try checkTimes()
    return try GanttPainter.drawing(of: dressed(for: style), title: title, style: style)
  }
}

extension GanttChart {
  /// What one device does over time.
  public struct Lane: Hashable, Sendable {
    /// The number of the lane's device; `nil` where it is the lane's own position.
    public var device: Device.ID?
    /// What neighbouring lanes have in common, such as `Stage 2`: written once left of all their labels; empty for
    /// nothing.
    public var group: String
    /// The label left of the lane, such as `Device 0`.
    public var name: String
    /// The remark right of the lane, such as `peak 8 · idle 11.1 %`.
    public var note: String
    /// The device's operations, each starting no earlier than the one before it ends, but for the two of an
    /// overlapped pair. Launches are left out: they take no time, and the transfers that they launch show them.
    public var bars: [Bar]
    /// When the device is busy with its optimizer step, where it has one.
    public var optimizerStep: ClosedRange<Double>?
    /// What goes between the device and its host; empty to draw no lane for it.
    public var transfers: [HostTransfer]
    /// The memory the device holds, as a step curve in time order; empty to draw no strip.
    public var memory: [MemoryStep]
    /// The most memory the device may hold; `nil` when nothing limits it.
    public var memoryLimit: Double?
    /// Whether lanes between it and the one above are left out.
    public var followsBreak = false
    /// Whether it is a stream beside the compute stream of its device, whose lane is lower.
    public var isThin = false

    /// Joins the parts of a lane.
    public init(
      device: Device.ID? = nil, group: String = "", name: String, note: String = "", bars: [Bar],
      optimizerStep: ClosedRange<Double>? = nil, transfers: [HostTransfer] = [], memory: [MemoryStep] = [],
      memoryLimit: Double? = nil
    ) {
      self.device = device
      self.group = group
      self.name = name
      self.note = note
      self.bars = bars
      self.optimizerStep = optimizerStep
      self.transfers = transfers
      self.memory = memory
      self.memoryLimit = memoryLimit
    }
  }

  /// What neighbouring lanes have in common, and which they are; lanes of no group among them, with an empty name.
  var groups: [(name: String, lanes: Range<Int>)] {
    lanes.indices.reduce(into: []) { groups, index in
      if let last = groups.indices.last, groups[last].name == lanes[index].group {
        groups[last].lanes = groups[last].lanes.lowerBound..<index + 1
      } else {
        groups.append((lanes[index].group, index..<index + 1))
      }
    }
  }

  /// One operation with its times.
  @frozen
  public struct Bar: Hashable, Sendable {
    /// When the operation starts.
    public var start: Double
    /// When it ends; no earlier than it starts.
    public var end: Double
    /// What runs.
    public var operation: Operation
    /// Which of its device's stages the operation belongs to, counted from zero in the model's order.
    public var chunk: Int
    /// Which way its microbatch travels; `nil` where all travel alike, or some in no order.
    public var direction: Direction?
    /// Which half of its box the operation has, where it shares one with the other of an overlapped pair.
    public var half: Half?
    /// When it was observed to start, where the difference is to be marked.
    public var observedStart: Double?
    /// Whether it is marked as one that another schedule has elsewhere, or not at all.
    public var isMoved: Bool
    /// What the operation is for a reader, where it stands for something else: a phase, or a task.
    public var work: Work?

    /// Gives an operation its times.
    @inlinable
    public init(
      start: Double, end: Double, operation: Operation, chunk: Int = 0, direction: Direction? = nil,
      half: Half? = nil, observedStart: Double? = nil, isMoved: Bool = false, work: Work? = nil
    ) {
      self.start = start
      self.end = end
      self.operation = operation
      self.chunk = chunk
      self.direction = direction
      self.half = half
      self.observedStart = observedStart
      self.isMoved = isMoved
      self.work = work
    }
  }
}

extension GanttChart {
  /// Which way the forward passes of a microbatch go through the devices of a bidirectional pipeline.
  public enum Direction: Hashable, Sendable {
    /// From lower devices to higher ones: down the picture.
    case ascending
    /// From higher devices to lower ones: up the picture.
    case descending
  }

  /// A half of the box of an overlapped pair.
  public enum Half: Hashable, Sendable {
    /// Where the first of the two stands: the `F`.
    case upper
    /// Where the second stands: the `BW`.
    case lower
  }

  /// From the first start to the last end, optimizer steps included; `nil` when nothing runs. O(operations).
  public var timeRange: ClosedRange<Double>? {
    var low = Double.infinity
    var high = -Double.infinity
    for lane in lanes {
      for bar in lane.bars {
        low = min(low, bar.start)
        high = max(high, bar.end)
      }
      if let step = lane.optimizerStep {
        low = min(low, step.lowerBound)
        high = max(high, step.upperBound)
      }
    }
    return low <= high ? low...high : nil
  }

  /// Checks that every time can be drawn.
  ///
  /// - Throws: `DiagramError.badTimes` for the first operation whose times are not finite or run backwards.
  func checkTimes() throws(DiagramError) {
    for (index, lane) in lanes.enumerated() {
      for bar in lane.bars {
        guard bar.start.isFinite, bar.end.isFinite, bar.start <= bar.end else {
          throw .badTimes(bar.operation, device: index, start: bar.start, end: bar.end)
        }
      }
      for transfer in lane.transfers {
        guard transfer.start.isFinite, transfer.end.isFinite, transfer.start <= transfer.end else {
          throw .badTimes(transfer.operation, device: index, start: transfer.start, end: transfer.end)
        }
      }
    }
  }
}
