import OperationGraph
import PipelineModel

extension Timeline {
  /// The steady-state iteration time in grid steps.
  var periodSteps: Double {
    var kernel = TimingKernel(lowered)
    let end = lowered.problem.end
    return kernel.period(lowerBound: workSteps.max() ?? 0, end: end) + end.tail
  }
}

extension TimingKernel {
  /// The steady-state iteration time when each device starts its next iteration as soon as it can, in grid
  /// steps: the maximum cycle mean of L, where L(d, e) is the longest path from the first start on device d to
  /// the last end on device e.
  ///
  /// What an iteration hands over to the next takes part like a device: it is released when it has arrived, and done when
  /// it has been sent again.
  ///
  /// A period T is possible exactly if shifts x exist with x(e) >= x(d) + L(d, e) - T for all d and e. One pass
  /// of the kernel with devices released at x gives max over d of x(d) + L(d, e), and which d attains it,
  /// without L itself. T starts at a lower bound; shifts rise until they hold, or until the attaining devices
  /// form a cycle, whose mean is the next T. Every T is a lower bound, so the last one is the maximum.
  ///
  /// - Parameters:
  ///   - lowerBound: at most the period, such as the largest work of a device, in grid steps.
  ///   - end: what follows the last operations; its tail is not counted.
  /// - Precondition: the orders can run.
  /// - Complexity: O(operations) a pass; the devices' number of passes at worst, seldom more than four.
  package mutating func period(lowerBound: Double, end: IterationEnd) -> Double {
    var graph = ShiftGraph(lowerBound: lowerBound, count: deviceCount + handovers.count)
    var recorder = SourceRecorder(
      deviceCount: deviceCount, endCount: endCount, queueCount: queueCount, handovers: handovers)
    while true {
      recorder.restart()
      _ = run(from: graph.shifts, recording: &recorder)
      let lastEnds = (0..<deviceCount).map { bounds[$0] < bounds[$0 + 1] ? clocks[$0] : nil }
      let arrivals = end.stepStarts(after: lastEnds).enumerated().compactMap { device, start in
        start.map {
          ShiftGraph.Arrival(
            device: device, end: $0.time + end.optimizerSteps[device],
            source: Int(recorder.sources[$0.device]))
        }
      }
      guard graph.raise(by: arrivals + handedOver(recorder)) else { return graph.period }
    }
  }

  /// When what the next iteration waits for arrives, after a run.
  private func handedOver(_ recorder: SourceRecorder) -> [ShiftGraph.Arrival] {
    handovers.enumerated().compactMap { number, handover in
      func arrival(_ input: Handover.Input) -> Double { time(at: Int(input.place)) + input.latency }
      return handover.inputs.max { arrival($0) < arrival($1) }.map { last in
        ShiftGraph.Arrival(
          device: deviceCount + number, end: arrival(last),
          source: Int(recorder.sourceOfEnd[Int(last.place)]))
      }
    }
  }
}

/// Shifts of the devices, and of what is handed over, against each other and the period that they are tried for.
private struct ShiftGraph {
  /// Where the longest path to a device's last end comes from.
  struct Arrival {
    var device: Int
    var end: Double
    var source: Int
  }

  /// A lower bound on the period, in grid steps.
  private(set) var period: Double
  /// When each device begins its iteration, in grid steps.
  private(set) var shifts: [Double]
  /// The device that a device's shift follows from, and the length of the path between them.
  private var parents: [(device: Int, path: Double)?]

  init(lowerBound: Double, count: Int) {
    period = lowerBound
    shifts = Array(repeating: 0, count: count)
    parents = Array(repeating: nil, count: count)
  }

  /// Raises every shift to one period before the device's end, and the period where shifts follow from each
  /// other in a cycle; tells whether a shift rose.
  mutating func raise(by arrivals: [Arrival]) -> Bool {
    // Shifts are no whole numbers once a cycle's mean is none: differences of rounding are not followed.
    let rising = arrivals.filter { $0.end - period > shifts[$0.device] + 1e-12 * $0.end }
    for arrival in rising {
      parents[arrival.device] = (arrival.source, arrival.end - shifts[arrival.source])
    }
    for arrival in rising { shifts[arrival.device] = arrival.end - period }
    if let mean = largestCycleMean() {
      period = max(period, mean)
      parents = Array(repeating: nil, count: parents.count)
    }
    return !rising.isEmpty
  }

  /// The largest mean path over the cycles that parents form; `nil` without a cycle. O(devices).
  private func largestCycleMean() -> Double? {
    var walkOf = [Int](repeating: -1, count: parents.count)
    var largest: Double?
    for walk in parents.indices where walkOf[walk] < 0 {
      var device = walk
      while walkOf[device] < 0, let parent = parents[device] {
        walkOf[device] = walk
        device = parent.device
      }
      guard walkOf[device] == walk, let mean = cycleMean(through: device) else { continue }
      largest = max(largest ?? mean, mean)
    }
    return largest
  }

  private func cycleMean(through start: Int) -> Double? {
    var length = 0.0
    var count = 0
    var device = start
    repeat {
      guard let parent = parents[device] else { return nil }
      length += parent.path
      count += 1
      device = parent.device
    } while device != start
    return length / Double(count)
  }
}

/// Keeps, per device, from which device's first start the longest path to its latest operation comes.
private struct SourceRecorder: SweepRecorder {
  /// Per device.
  var sources: [Int32]
  private(set) var sourceOfEnd: [Int32]
  /// Where the path to the moment when each queue is free comes from.
  private var sourceOfQueue: [Int32]

  init(deviceCount: Int, endCount: Int, queueCount: Int, handovers: [Handover]) {
    sources = Array(repeating: 0, count: deviceCount)
    sourceOfEnd = Array(repeating: 0, count: endCount)
    for (number, handover) in handovers.enumerated() {
      sourceOfEnd[Int(handover.place)] = Int32(deviceCount + number)
    }
    sourceOfQueue = Array(repeating: 0, count: queueCount)
  }

  mutating func restart() {
    for device in sources.indices { sources[device] = Int32(device) }
  }

  @inline(__always)
  mutating func record(_ times: OperationTimes) {
    if times.isHeldUp { sources[times.device] = sourceOfEnd[times.input] }
    if times.supplies { sourceOfEnd[times.end] = sources[times.device] }
  }

  @inline(__always)
  mutating func record(_ departure: MessageDeparture) {
    let source = departure.isQueued ? sourceOfQueue[departure.queue] : sources[departure.device]
    sourceOfEnd[departure.end] = source
    sourceOfQueue[departure.queue] = source
  }
}
