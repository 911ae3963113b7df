import PipelineModel

/// Finds the shortest circle among the operations that a kernel could not time.
///
/// An operation waits for its input's producer and for every earlier operation of its word. A breadth-first
/// search from one operation is linear, because the operations before a position of a word are reached once.
/// Searches start at every operation, those at the heads of the stuck words first, and give up beyond the best
/// circle found. After `effort` visits the best circle so far is taken.
struct WaitCycleSearch {
  private static let effort = 50_000_000

  private let schedule: Schedule
  private let lowered: LoweredWords
  /// The first untimed position of each word.
  private let heads: [Int]
  private let deviceOf: [Int32]
  /// The position of the producer of each position's input; -1 where it is not waited for.
  private let producers: [Int32]

  init(_ schedule: Schedule, lowered: LoweredWords, heads: [Int]) {
    let bounds = lowered.bounds
    var deviceOf = [Int32](repeating: 0, count: lowered.codes.count)
    var positionOfEnd = [Int32](repeating: -1, count: lowered.table.endCount)
    for device in heads.indices {
      for position in bounds[device]..<bounds[device + 1] {
        deviceOf[position] = Int32(device)
        let code = lowered.codes[position]
        if position >= heads[device], lowered.table.rows[Int(code.row)].supplies {
          positionOfEnd[Int(code.end)] = Int32(position)
        }
      }
    }
    producers = lowered.codes.map { code in
      positionOfEnd[Int(code.end &+ lowered.table.rows[Int(code.row)].offset)]
    }
    self.schedule = schedule
    self.lowered = lowered
    self.heads = heads
    self.deviceOf = deviceOf
  }

  /// The shortest circle. There is one, because every stuck word waits for another.
  func shortest() -> WaitCycle {
    let untimed = heads.indices.flatMap { Array(heads[$0]..<lowered.bounds[$0 + 1]) }
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
    return WaitCycle(waits: best.indices.map { wait(best, $0) })
  }

  private func wait(_ circle: [Int], _ index: Int) -> WaitCycle.Wait {
    let position = circle[index]
    let next = circle[(index + 1) % circle.count]
    return WaitCycle.Wait(
      operation: schedule.words.operations[position], device: Device.ID(Int(deviceOf[position])),
      reason: Int(producers[position]) == next ? .input : .order)
  }

  /// The positions of the shortest circle through one operation, in waiting order.
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
        let producer = Int(producers[position])
        for other in (producer < 0 ? [] : [producer]) + Array(earlier) {
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
