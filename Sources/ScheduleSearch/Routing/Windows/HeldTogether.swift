/// What microbatches hold of one device's memory, and when: what the limit forces on their stays.
///
/// A stay starts no earlier and ends no later than some moments, and is at least so long; it may be longer. Sets of stays
/// are looked at as in `OneAtATime`, by memory times time (energetic edge finding: Baptiste, Le Pape and Nuijten,
/// Constraint-Based Scheduling, 2001), and so are the times at which stays are sure to be there.
struct HeldTogether {
  struct Stay {
    var earliest: Double
    /// The latest end.
    var latest: Double
    /// At the latest it has started, and at the earliest it ends.
    var lastStart: Double
    var firstEnd: Double
    var length: Double
    var amount: Double
  }

  private(set) var stays: [Stay] = []
  private var byStart: [Int] = []
  private var byEnd: [Int] = []
  private var raised: [Double] = []
  private var lowered: [Double] = []
  private var events: [(time: Double, amount: Double)] = []

  /// The earliest start and latest end that are known now of a stay.
  func window(of stay: Int) -> (earliest: Double, latest: Double) { (raised[stay], lowered[stay]) }

  mutating func removeAll() { stays.removeAll(keepingCapacity: true) }

  mutating func add(_ stay: Stay) {
    var stay = stay
    stay.length = max(stay.length, stay.firstEnd - stay.lastStart)
    stays.append(stay)
  }

  /// Narrows all windows once; `false` where the memory cannot hold the stays. O(stays³).
  mutating func narrow(capacity: Double, slip: Double) -> Bool {
    raised = stays.map(\.earliest)
    lowered = stays.map(\.latest)
    guard stays.reduce(0, { $0 + $1.amount }) > capacity else { return true }
    OneAtATime.sort(&byStart, stays.count) { stays[$0].earliest < stays[$1].earliest }
    OneAtATime.sort(&byEnd, stays.count) { stays[$0].latest > stays[$1].latest }
    return raiseLast(capacity, slip) && lowerFirst(capacity, slip) && keepOut(capacity, slip)
  }

  private mutating func raiseLast(_ capacity: Double, _ slip: Double) -> Bool {
    for limit in stays.map(\.latest) {
      var energy = 0.0
      for index in byStart.reversed() where stays[index].latest <= limit {
        energy += stays[index].length * stays[index].amount
        if energy > capacity * (limit - stays[index].earliest + slip) { return false }
      }
      for last in stays.indices where stays[last].latest > limit {
        let amount = stays[last].amount
        var (energy, isLast) = (0.0, false)
        for index in byStart.reversed() where stays[index].latest <= limit || index == last {
          energy += stays[index].length * stays[index].amount
          if energy > capacity * (limit - stays[index].earliest + slip) { isLast = true }
        }
        guard isLast else { continue }
        // What the others need beyond what is left beside it is over before it starts.
        energy = 0
        for index in byStart.reversed() where stays[index].latest <= limit {
          energy += stays[index].length * stays[index].amount
          let rest = energy - (capacity - amount) * (limit - stays[index].earliest)
          if rest > 0 { raised[last] = max(raised[last], stays[index].earliest + rest / amount) }
        }
      }
    }
    return true
  }

  private mutating func lowerFirst(_ capacity: Double, _ slip: Double) -> Bool {
    for limit in stays.map(\.earliest) {
      for first in stays.indices where stays[first].earliest < limit {
        let amount = stays[first].amount
        var (energy, isFirst) = (0.0, false)
        for index in byEnd.reversed() where stays[index].earliest >= limit || index == first {
          energy += stays[index].length * stays[index].amount
          if energy > capacity * (stays[index].latest - limit + slip) { isFirst = true }
        }
        guard isFirst else { continue }
        energy = 0
        for index in byEnd.reversed() where stays[index].earliest >= limit {
          energy += stays[index].length * stays[index].amount
          let rest = energy - (capacity - amount) * (stays[index].latest - limit)
          if rest > 0 { lowered[first] = min(lowered[first], stays[index].latest - rest / amount) }
        }
      }
    }
    return true
  }

  /// Keeps stays out of times at which others are sure to leave them no room.
  private mutating func keepOut(_ capacity: Double, _ slip: Double) -> Bool {
    events.removeAll(keepingCapacity: true)
    for stay in stays where stay.lastStart < stay.firstEnd - slip {
      events.append((stay.lastStart, stay.amount))
      events.append((stay.firstEnd, -stay.amount))
    }
    events.sort { ($0.time, $0.amount) < ($1.time, $1.amount) }
    var held = 0.0
    for (place, event) in events.enumerated().dropLast() {
      held += event.amount
      let (from, to) = (event.time, events[place + 1].time)
      guard to - from > slip else { continue }
      if held > capacity { return false }
      for (index, stay) in stays.enumerated() where held + stay.amount > capacity {
        // Those that are sure to be there are what is held.
        if stay.lastStart < stay.firstEnd - slip, stay.lastStart <= from, stay.firstEnd >= to { continue }
        if stay.earliest + stay.length > from + slip { raised[index] = max(raised[index], to) }
        if stay.latest - stay.length < to - slip { lowered[index] = min(lowered[index], from) }
      }
    }
    return true
  }
}
