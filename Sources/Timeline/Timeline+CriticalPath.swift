import OperationGraph
import PipelineModel

/// A chain of operations, each starting the moment the one before lets it, that fills the whole makespan.
public struct CriticalPath: Hashable, Sendable {
  /// One operation of the chain.
  public struct Link: Hashable, Sendable {
    /// The operation.
    public var operation: Operation
    /// The device it runs on.
    public var device: Device.ID
    /// When it starts, in the problem's time unit.
    public var start: Double
    /// When it ends, in the problem's time unit.
    public var end: Double
  }

  /// The operations from the first start to the last end.
  public let links: [Link]
  /// The time spent in the chain's operations, in the problem's time unit.
  public let work: Double
  /// The time spent in messages between them, in the problem's time unit.
  public let communication: Double
  /// The time spent in gaps between operations of one device, in the problem's time unit.
  public let gaps: Double
  /// The time spent in transfers to and from hosts between them, in the problem's time unit.
  public let hostTransfers: Double
  /// The optimizer step after the last operation, in the problem's time unit.
  public let optimizerStep: Double
  /// The tail after that, in the problem's time unit.
  public let tail: Double
}

extension Timeline {
  /// The critical path; where an operation is held up by its order and by its input at once, the order is
  /// followed. Empty for an empty timeline. O(operations).
  public var criticalPath: CriticalPath {
    let positions = criticalPositions
    let links = positions.map { position in
      CriticalPath.Link(
        operation: schedule.orders.operations[position], device: schedule.orders.device(at: position),
        start: start(at: position), end: end(at: position))
    }
    let pairs = zip(positions, positions.dropFirst())
    var (gaps, transfers, communication) = (0.0, 0.0, 0.0)
    for (before, position) in pairs {
      let waiting = starts[position] - ends[before]
      if deviceOf(before) != deviceOf(position) {
        communication += waiting
      } else {
        // What is more than the gap, only what is with a host can bring.
        let first = lowered.startingTogether(with: position).lowerBound
        let gap = before == first - 1 ? min(waiting, lowered.gap(before: first)) : 0
        gaps += gap
        transfers += waiting - gap
      }
    }
    return CriticalPath(
      links: links, work: grid.units(positions.reduce(0) { $0 + ends[$1] - starts[$1] }),
      communication: grid.units(communication), gaps: grid.units(gaps), hostTransfers: grid.units(transfers),
      optimizerStep: grid.units(lastDevice.map { lowered.problem.end.optimizerSteps[$0] } ?? 0),
      tail: schedule.problem.tail)
  }

  private func deviceOf(_ position: Int) -> Device.ID { schedule.orders.device(at: position) }

  /// The device that is done last.
  private var lastDevice: Int? {
    spans.indices.filter { spans[$0] != nil }.max {
      (spans[$0]?.last ?? 0, -$0) < (spans[$1]?.last ?? 0, -$1)
    }
  }

  /// The operations of the path: its last one is what the device that is done last waits for before its step.
  private var criticalPositions: [Int] {
    guard let lastDevice, let held = lowered.problem.end.stepStarts(after: lastEnds)[lastDevice] else {
      return []
    }
    var positions = [lowered.bounds[held.device + 1] - 1]
    let arrivals = Arrivals(lowered, ends: ends)
    while let position = positions.last, let before = predecessor(of: position, arrivals) {
      positions.append(before)
    }
    return positions.reversed()
  }

  /// The operation whose end lets the one at `position` start; `nil` where nothing holds it up.
  private func predecessor(of position: Int, _ arrivals: Arrivals) -> Int? {
    let together = lowered.startingTogether(with: position)
    let first = together.lowerBound
    let isFirst = lowered.bounds[schedule.orders.device(at: position).index] == first
    if !isFirst, ends[first - 1] + lowered.gap(before: first) >= starts[position] { return first - 1 }
    let inputs = together.flatMap { arrivals.inputs(of: $0) }
    guard let last = inputs.first.map({ inputs.dropFirst().reduce($0) { $1.time > $0.time ? $1 : $0 } })
    else { return nil }
    return last.producer < 0 ? nil : last.producer
  }
}

/// Where the inputs of operations come from and when they arrive.
struct Arrivals {
  /// The output of one operation, or the room that its offload makes, as another waits for it.
  struct Arrival {
    /// The position of the operation whose end let the message leave when it did; negative for an origin.
    var producer: Int
    /// The position of the operation that sends it; negative for an origin.
    var sender: Int
    /// In grid steps.
    var time: Double
    /// Whether it is room.
    var isRoom = false
  }

  private let lowered: LoweredOrders
  /// The position that writes each end; of messages that leave one after the other without a break, that of the first
  /// one's producer, which is what the last one waited for. -1 for an origin.
  private var producers: [Int32]
  /// The position that writes each end, or sends what leaves then. -1 for an origin.
  private var senders: [Int32]
  /// When each end is written.
  private var times: [Double]

  /// O(operations).
  init(_ lowered: LoweredOrders, ends: [Double]) {
    self.lowered = lowered
    producers = Array(repeating: -1, count: lowered.problem.endCount)
    senders = producers
    times = Array(repeating: 0, count: lowered.problem.endCount)
    var queues = [(free: Double, head: Int32)](repeating: (0, -1), count: lowered.problem.queues.count)
    for (position, code) in lowered.codes.enumerated() {
      if lowered.rows[Int(code.row)].supplies {
        producers[Int(code.end)] = Int32(position)
        senders[Int(code.end)] = Int32(position)
        times[Int(code.end)] = ends[position]
      }
      for message in lowered.problem.queues.messages[lowered.traits[Int(code.row)].messages.indices] {
        let queue = Int(message.queue)
        let isQueued = queues[queue].free > ends[position]
        let departure = isQueued ? queues[queue].free : ends[position]
        let head = isQueued ? queues[queue].head : Int32(position)
        let end = Int(code.end &+ message.offset)
        (times[end], producers[end], senders[end]) = (departure, head, Int32(position))
        queues[queue] = (departure + message.transfer, head)
      }
    }
  }

  /// What an operation waits for.
  func inputs(of position: Int) -> [Arrival] {
    let inputs = lowered.inputs(of: position)
    var arrivals = inputs.map { end, latency in
      Arrival(
        producer: Int(producers[end]), sender: Int(senders[end]),
        time: producers[end] < 0 ? 0 : times[end] + latency)
    }
    if lowered.rooms[position] != nil { arrivals[arrivals.count - 1].isRoom = true }
    return arrivals
  }
}
