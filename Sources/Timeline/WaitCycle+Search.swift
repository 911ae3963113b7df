import OperationGraph
import PipelineModel

/// Finds the shortest circle among the operations that a kernel could not time.
///
/// An operation waits for its input's producer and for every earlier operation of its order. A breadth-first
/// search from one operation is linear, because the operations before a position of an order are reached once.
/// An overlapped pair is one place, named by its first position, that waits for the inputs of both operations.
/// Searches start at every operation, those at the heads of the stuck orders first, and give up beyond the best
/// circle found. After `effort` visits the best circle so far is taken.
struct WaitCycleSearch {
  private static let effort = 50_000_000

  private let schedule: Schedule
  private let lowered: LoweredOrders
  /// The first untimed position of each order.
  private let heads: [Int]
  private let deviceOf: [Int32]
  /// The position that writes each end, as far as it is waited for; -1 elsewhere.
  private let positionOfEnd: [Int32]

  init(_ schedule: Schedule, lowered: LoweredOrders, heads: [Int]) {
    let bounds = lowered.bounds
    var deviceOf = [Int32](repeating: 0, count: lowered.codes.count)
    var positionOfEnd = [Int32](repeating: -1, count: lowered.problem.endCount)
    for device in heads.indices {
      for position in bounds[device]..<bounds[device + 1] {
        deviceOf[position] = Int32(device)
        let code = lowered.codes[position]
        if position >= heads[device] {
          if lowered.rows[Int(code.row)].supplies { positionOfEnd[Int(code.end)] = Int32(position) }
          for message in lowered.problem.queues.messages[lowered.traits[Int(code.row)].messages.indices] {
            positionOfEnd[Int(code.end &+ message.offset)] = Int32(position)
          }
        }
      }
    }
    self.positionOfEnd = positionOfEnd
    self.schedule = schedule
    self.lowered = lowered
    self.heads = heads
    self.deviceOf = deviceOf
  }

  /// The shortest circle. There is one, because every stuck order waits for another.
  func shortest() -> WaitCycle {
    let untimed = heads.indices.flatMap { (heads[$0]..<lowered.bounds[$0 + 1]).filter(isPlace) }
    let stuck = heads.indices.filter { heads[$0] < lowered.bounds[$0 + 1] }.map { heads[$0] }
    var best: [Int] = []
    var visits = 0
    for source in stuck + untimed {
      // Two operations are the fewest that can wait for each other.
      if best.count == 2 || (visits > Self.effort && !best.isEmpty) { break }
      if let circle = circle(through: source, shorterThan: best.isEmpty ? Int.max : best.count, &visits) {
        best = circle
      }
    }
    return WaitCycle(waits: waits(along: best))
  }

  /// The place of a position: its own or, for the `BW` of a pair, that of the `F`.
  private func place(of position: Int) -> Int { lowered.startingTogether(with: position).lowerBound }

  /// The positions of the producers that the operation at a position waits for.
  private func producers(of position: Int) -> [Int] {
    lowered.inputs(of: position).map { Int(positionOfEnd[$0.end]) }.filter { $0 >= 0 && $0 != position }
  }

  private func isPlace(_ position: Int) -> Bool { place(of: position) == position }

  /// The operations that make each place wait for the next one; of a pair, one may be waited for and the other
  /// be the one that waits.
  private func waits(along circle: [Int]) -> [WaitCycle.Wait] {
    let waiting = circle.indices.map { index in
      let next = circle[(index + 1) % circle.count]
      return lowered.startingTogether(with: circle[index]).lazy.compactMap { position in
        producers(of: position).first { place(of: $0) == next }.map { (waiter: position, producer: $0) }
      }.first
    }
    return circle.indices.flatMap { index in
      let before = waiting[index == 0 ? circle.count - 1 : index - 1]
      let entered = before?.producer ?? waiting[index]?.waiter ?? circle[index]
      guard let waiter = waiting[index]?.waiter else { return [wait(entered, .order)] }
      return entered == waiter ? [wait(waiter, .input)] : [wait(entered, .pair), wait(waiter, .input)]
    }
  }

  private func wait(_ position: Int, _ reason: WaitCycle.Wait.Reason) -> WaitCycle.Wait {
    WaitCycle.Wait(
      operation: schedule.orders.operations[position], device: Device.ID(Int(deviceOf[position])),
      reason: reason)
  }

  /// The shortest circle of places through one of them, in waiting order.
  private func circle(through source: Int, shorterThan limit: Int, _ visits: inout Int) -> [Int]? {
    var previous: [Int: Int] = [:]
    var reached = heads
    var level = [source]
    var length = 0
    while !level.isEmpty, length + 1 < limit {
      length += 1
      var next: [Int] = []
      for position in level {
        let device = Int(deviceOf[position])
        let earlier = reached[device]..<max(reached[device], position)
        reached[device] = earlier.upperBound
        let inputs = lowered.startingTogether(with: position).flatMap(producers)
        for other in inputs.map(place) + earlier.filter(isPlace) {
          if other == source { return path(to: position, previous) }
          if previous.updateValue(previous[other] ?? position, forKey: other) == nil { next.append(other) }
        }
      }
      visits += next.count + 1
      level = next
    }
    return nil
  }

  private func path(to last: Int, _ previous: [Int: Int]) -> [Int] {
    var path = [last]
    while let before = previous[path[path.count - 1]] { path.append(before) }
    return path.reversed()
  }
}
