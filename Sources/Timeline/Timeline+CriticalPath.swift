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
  /// The optimizer step after the last operation, in the problem's time unit.
  public let optimizerStep: Double
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
    let grid = lowered.table.grid
    let work = positions.reduce(0) { $0 + ends[$1] - starts[$1] }
    let waiting = zip(positions, positions.dropFirst()).reduce(0) { $0 + starts[$1.1] - ends[$1.0] }
    let step = links.last.map { schedule.problem.devices[$0.device.index].optimizerStep } ?? 0
    return CriticalPath(
      links: links, work: grid.units(work), communication: grid.units(waiting), optimizerStep: step)
  }

  private var criticalPositions: [Int] {
    let last = spans.indices.filter { spans[$0] != nil }.max {
      (spans[$0]?.last ?? 0, -$0) < (spans[$1]?.last ?? 0, -$1)
    }
    guard let last else { return [] }
    var positions = [lowered.bounds[last + 1] - 1]
    let producers = positionOfEnd
    let sendings = sendings
    while let position = positions.last, let before = predecessor(of: position, producers, sendings) {
      positions.append(before)
    }
    return positions.reversed()
  }

  /// The operation whose end lets the one at `position` start; `nil` where nothing holds it up.
  private func predecessor(of position: Int, _ producers: [Int32], _ sendings: Sendings?) -> Int? {
    let together = lowered.startingTogether(with: position)
    let first = together.lowerBound
    let isFirst = lowered.bounds[schedule.orders.device(at: position).index] == first
    if !isFirst, ends[first - 1] >= starts[position] { return first - 1 }
    let arrivals = together.map { part in
      let code = lowered.codes[part]
      let producer = producers[lowered.input(of: part)]
      return (
        producer: producer,
        time: producer < 0
          ? 0 : (sendings?.times ?? ends)[Int(producer)] + lowered.rows[Int(code.row)].latency
      )
    }
    let last = arrivals.dropFirst().reduce(arrivals[0]) { $1.time > $0.time ? $1 : $0 }
    guard last.producer >= 0 else { return nil }
    // Of messages that leave one after the other, the first one's producer is what the last one waited for.
    return Int(sendings?.heads[Int(last.producer)] ?? last.producer)
  }

  /// When messages begin to leave, by the positions of their producers.
  private typealias Sendings = (times: [Double], heads: [Int32])

  /// When messages begin to leave, and the producer whose end began the unbroken row of messages that each leaves
  /// in; `nil` where transfers are not serialised. O(operations).
  private var sendings: Sendings? {
    guard lowered.queues.count > 0 else { return nil }
    var (times, heads) = (ends, ends.indices.map { Int32($0) })
    var last = [(time: Double, head: Int32)](repeating: (0, 0), count: lowered.queues.count)
    for (position, code) in lowered.codes.enumerated() {
      let message = lowered.queues.messages[Int(code.row)]
      guard message.queue >= 0 else { continue }
      let before = last[Int(message.queue)]
      if before.time > times[position] { (times[position], heads[position]) = before }
      last[Int(message.queue)] = (times[position] + message.transfer, heads[position])
    }
    return (times, heads)
  }

  /// The position that writes each end of the visit table; -1 for an origin.
  private var positionOfEnd: [Int32] {
    var positions = [Int32](repeating: -1, count: lowered.table.endCount)
    for (position, code) in lowered.codes.enumerated() where lowered.rows[Int(code.row)].supplies {
      positions[Int(code.end)] = Int32(position)
    }
    return positions
  }
}
