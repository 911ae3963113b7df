/// The tasks of one device, which runs one at a time: what their earliest starts and latest ends force.
///
/// Reused for many devices. Two tasks of which one order is impossible are put in the other; and where a set of tasks
/// with one more cannot all end by the latest end of the set, that one comes last (edge finding: Carlier and Pinson,
/// Management Science 35, 1989). Times that differ by less than a slip are one.
struct OneAtATime: ~Copyable {
  private struct Task: BitwiseCopyable {
    var start: Double
    var end: Double
    var duration: Double
  }

  let earliest: FlatArray<Double>
  let latest: FlatArray<Double>
  private let durations: FlatArray<Double>
  private(set) var count = 0
  private let raised: FlatArray<Double>
  /// Latest ends and earliest starts seen from the end of the schedule.
  private let mirroredStarts: FlatArray<Double>
  private let mirroredEnds: FlatArray<Double>
  private let lowered: FlatArray<Double>
  /// The tasks by their starts.
  private let order: FlatArray<Int32>
  private let sorted: FlatArray<Task>

  /// Makes room for so many tasks.
  init(capacity: Int) {
    func times() -> FlatArray<Double> { FlatArray(repeating: 0, count: capacity) }
    (earliest, latest, durations, raised) = (times(), times(), times(), times())
    (mirroredStarts, mirroredEnds, lowered) = (times(), times(), times())
    order = FlatArray(repeating: 0, count: capacity)
    sorted = FlatArray(repeating: Task(start: 0, end: 0, duration: 0), count: capacity)
  }

  mutating func removeAll() { count = 0 }

  mutating func add(earliest start: Double, latest end: Double, duration: Double) {
    earliest[count] = start
    latest[count] = end
    durations[count] = duration
    count += 1
  }

  /// Narrows all windows once by what must come first or last in a set; `false` where a set has no order. O(tasks²).
  func orderSets(slip: Double) -> Bool {
    for task in 0..<count {
      raised[task] = earliest[task]
      (mirroredStarts[task], mirroredEnds[task]) = (-latest[task], -earliest[task])
      lowered[task] = -latest[task]
    }
    guard raiseLast(earliest, latest, to: raised, slip),
      raiseLast(mirroredStarts, mirroredEnds, to: lowered, slip)
    else { return false }
    for task in 0..<count { (earliest[task], latest[task]) = (raised[task], -lowered[task]) }
    return true
  }

  /// Narrows all windows once by pairs of which one order is impossible; `false` where both are. O(tasks²).
  func orderPairs(slip: Double) -> Bool {
    for first in 0..<count {
      for second in first + 1..<max(first + 1, count) {
        let both = durations[first] + durations[second] - slip
        let mayLead = earliest[first] + both <= latest[second]
        let mayFollow = earliest[second] + both <= latest[first]
        if mayLead && mayFollow { continue }
        guard mayLead || mayFollow else { return false }
        let (one, other) = mayLead ? (first, second) : (second, first)
        earliest[other] = max(earliest[other], earliest[one] + durations[one])
        latest[one] = min(latest[one], latest[other] - durations[other])
      }
    }
    return true
  }

  /// Raises what has to come after all tasks that end by some moment.
  private func raiseLast(
    _ starts: FlatArray<Double>, _ ends: FlatArray<Double>, to raised: FlatArray<Double>, _ slip: Double
  ) -> Bool {
    order.sort(count, by: starts)
    var longest = 0.0
    for place in 0..<count {
      let task = Int(order[place])
      sorted[place] = Task(start: starts[task], end: ends[task], duration: durations[task])
      longest = max(longest, durations[task])
    }
    for limit in 0..<count {
      let limit = sorted[limit].end
      // From the start of any task of the set, it and all that start later have to be done.
      var (all, end) = (0.0, -Double.infinity)
      for place in (0..<count).reversed() where sorted[place].end <= limit {
        all += sorted[place].duration
        end = max(end, sorted[place].start + all)
      }
      if end > limit + slip { return false }
      if end + longest > limit + slip { raise(behind: limit, end: end, all: all, raised, slip) }
    }
    return true
  }

  /// Raises to the end of a set what cannot be done with it by a limit.
  private func raise(
    behind limit: Double, end: Double, all: Double, _ raised: FlatArray<Double>, _ slip: Double
  ) {
    var (rest, endOfEarlier) = (all, -Double.infinity)
    for place in 0..<count {
      let task = sorted[place]
      if task.end <= limit {
        endOfEarlier = max(endOfEarlier, task.start + rest)
        rest -= task.duration
      } else if max(endOfEarlier, task.start + rest) + task.duration > limit + slip {
        let number = Int(order[place])
        raised[number] = max(raised[number], end)
      }
    }
  }
}

extension FlatArray<Int32> {
  /// Sets the first elements to the first numbers in the order of their keys: by insertion, as they are few.
  func sort(_ count: Int, by keys: FlatArray<Double>) {
    for number in 0..<count {
      var free = number
      while free > 0, keys[number] < keys[Int(self[free - 1])] {
        self[free] = self[free - 1]
        free -= 1
      }
      self[free] = Int32(number)
    }
  }
}
