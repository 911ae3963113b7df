/// The tasks of one device, which runs one at a time: what their earliest starts and latest ends force.
///
/// Reused for many devices. Two tasks of which one order is impossible are put in the other; and where a set of tasks
/// with one more cannot all end by the latest end of the set, that one comes last (edge finding: Carlier and Pinson,
/// Management Science 35, 1989). Times that differ by less than a slip are one.
struct OneAtATime {
  private(set) var earliest: [Double] = []
  private(set) var latest: [Double] = []
  private var durations: [Double] = []
  private var byStart: [Int] = []
  private var byEnd: [Int] = []
  private var raised: [Double] = []
  private var lowered: [Double] = []

  /// Of more tasks only pairs are looked at: sets of them take the third power of their number.
  private static let mostInSets = 40

  var count: Int { durations.count }

  mutating func removeAll() {
    earliest.removeAll(keepingCapacity: true)
    latest.removeAll(keepingCapacity: true)
    durations.removeAll(keepingCapacity: true)
  }

  mutating func add(earliest start: Double, latest end: Double, duration: Double) {
    earliest.append(start)
    latest.append(end)
    durations.append(duration)
  }

  /// Narrows all windows once; `false` where the tasks have no order. O(tasks³).
  mutating func narrow(slip: Double) -> Bool {
    guard orderPairs(slip) else { return false }
    guard count <= Self.mostInSets else { return true }
    raised = earliest
    lowered = latest
    guard raiseLast(slip), lowerFirst(slip) else { return false }
    swap(&earliest, &raised)
    swap(&latest, &lowered)
    return true
  }

  private mutating func orderPairs(_ slip: Double) -> Bool {
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
  private mutating func raiseLast(_ slip: Double) -> Bool {
    Self.sort(&byStart, count) { earliest[$0] < earliest[$1] }
    for limit in latest {
      var end = -Double.infinity
      for task in byStart where latest[task] <= limit { end = max(end, earliest[task]) + durations[task] }
      if end > limit + slip { return false }
      for last in 0..<count where latest[last] > limit && raised[last] < end {
        var withLast = -Double.infinity
        for task in byStart where latest[task] <= limit || task == last {
          withLast = max(withLast, earliest[task]) + durations[task]
        }
        if withLast > limit + slip { raised[last] = end }
      }
    }
    return true
  }

  /// Lowers what has to come before all tasks that start at some moment or later.
  private mutating func lowerFirst(_ slip: Double) -> Bool {
    Self.sort(&byEnd, count) { latest[$0] > latest[$1] }
    for limit in earliest {
      var start = Double.infinity
      for task in byEnd where earliest[task] >= limit { start = min(start, latest[task]) - durations[task] }
      if start < limit - slip { return false }
      for first in 0..<count where earliest[first] < limit && lowered[first] > start {
        var withFirst = Double.infinity
        for task in byEnd where earliest[task] >= limit || task == first {
          withFirst = min(withFirst, latest[task]) - durations[task]
        }
        if withFirst < limit - slip { lowered[first] = start }
      }
    }
    return true
  }

  /// Sorts the first numbers by insertion: they are few, and often in order already.
  static func sort(_ order: inout [Int], _ count: Int, _ precedes: (Int, Int) -> Bool) {
    if order.count != count { order = Array(0..<count) }
    for place in 1..<max(1, count) {
      let moved = order[place]
      var free = place
      while free > 0, precedes(moved, order[free - 1]) {
        order[free] = order[free - 1]
        free -= 1
      }
      order[free] = moved
    }
  }
}
