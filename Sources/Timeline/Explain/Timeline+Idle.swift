import OperationGraph
import PipelineModel

extension Timeline {
  /// All idle time, and why: read off the starts of the operations and what each of them waits for. Of devices with
  /// streams it is that of the compute streams. O(operations).
  public var idleTime: IdleTime {
    var walk = IdleWalk(self)
    for device in schedule.problem.computeDevices { walk.walk(device) }
    return IdleTime(walk.stretches, of: self)
  }
}

/// Goes along the orders and writes down where their devices stand idle.
private struct IdleWalk {
  private let timeline: Timeline
  private let arrivals: Arrivals
  private let stepStarts: [(time: Double, device: Int)?]
  /// The start and the end of all.
  private let window: (start: Double, end: Double)
  private(set) var stretches: [IdleStretchSteps] = []

  private var lowered: LoweredOrders { timeline.lowered }

  init(_ timeline: Timeline) {
    self.timeline = timeline
    arrivals = Arrivals(timeline.lowered, ends: timeline.ends)
    stepStarts = timeline.lowered.problem.end.stepStarts(after: timeline.lastEnds)
    let start = timeline.spans.compactMap { $0?.first }.min() ?? 0
    window = (start, start + timeline.makespanSteps)
  }

  mutating func walk(_ device: Int) {
    var free = window.start
    var position = lowered.bounds[device]
    while position < lowered.bounds[device + 1] {
      let together = lowered.startingTogether(with: position)
      if timeline.starts[position] > free { explain(together, on: device, since: free) }
      free = timeline.ends[position]
      position = together.upperBound + 1
    }
    finish(device, since: free)
  }

  /// What the operations at positions that start together have waited for.
  private mutating func explain(_ together: ClosedRange<Int>, on device: Int, since free: Double) {
    let first = together.lowerBound
    let start = timeline.starts[first]
    var stretch = IdleStretchSteps(
      device: device, start: free, end: start, cause: .gap, waiting: first, awaited: nil)
    if first > lowered.bounds[device], free + lowered.gap(before: first) >= start {
      stretch.awaited = first - 1
      stretches.append(stretch)
      return
    }
    let inputs = together.flatMap { position in
      arrivals.inputs(of: position).map { (arrival: $0, position: position) }
    }
    guard
      let last = inputs.first.map({ first in
        inputs.dropFirst().reduce(first) { $1.arrival.time > $0.arrival.time ? $1 : $0 }
      }), last.arrival.sender >= 0
    else { return }
    (stretch.waiting, stretch.awaited) = (last.position, last.arrival.sender)
    if last.arrival.isRoom {
      stretch.cause = .memory
      stretches.append(stretch)
      return
    }
    let computed = min(max(timeline.ends[last.arrival.sender], free), start)
    append(stretch, .data, until: computed)
    stretch.start = computed
    append(stretch, .link, until: start)
  }

  /// What a device waits for after its last operation.
  private mutating func finish(_ device: Int, since last: Double) {
    var stretch = IdleStretchSteps(
      device: device, start: last, end: window.end, cause: .nothingLeft, waiting: nil, awaited: nil)
    guard let step = stepStarts[device], let end = timeline.spans[device]?.last else {
      return append(stretch, .nothingLeft, until: window.end)
    }
    stretch.awaited = lowered.bounds[step.device + 1] - 1
    append(stretch, .barrier, until: step.time)
    (stretch.start, stretch.awaited) = (end, nil)
    append(stretch, .nothingLeft, until: window.end)
  }

  private mutating func append(_ stretch: IdleStretchSteps, _ cause: IdleStretch.Cause, until end: Double) {
    guard end > stretch.start else { return }
    var stretch = stretch
    (stretch.cause, stretch.end) = (cause, end)
    stretches.append(stretch)
  }
}
