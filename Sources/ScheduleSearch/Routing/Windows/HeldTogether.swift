/// What microbatches hold of one device's memory, and when: what the limit forces on their stays.
///
/// A stay starts no earlier and ends no later than some moments, and is at least so long; it may be longer. Sets of stays
/// are looked at as in `OneAtATime`, by memory times time (energetic edge finding: Baptiste, Le Pape and Nuijten,
/// Constraint-Based Scheduling, 2001), and so are the times at which stays are sure to be there.
struct HeldTogether: ~Copyable {
  struct Stay: BitwiseCopyable {
    /// The tasks that begin and end it.
    var forward: Int32
    var backward: Int32
    var earliest: Double
    /// The latest end.
    var latest: Double
    /// At the latest it has started, and at the earliest it ends.
    var lastStart: Double
    var firstEnd: Double
    var length: Double
    var amount: Double

    var energy: Double { length * amount }
  }

  private struct Event: BitwiseCopyable {
    var time: Double
    var amount: Double
  }

  let stays: FlatArray<Stay>
  private(set) var count = 0
  private var amount = 0.0
  private let starts: FlatArray<Double>
  private let ends: FlatArray<Double>
  private let raised: FlatArray<Double>
  /// Latest ends and earliest starts seen from the end of the schedule.
  private let mirroredStarts: FlatArray<Double>
  private let mirroredEnds: FlatArray<Double>
  private let lowered: FlatArray<Double>
  private let order: FlatArray<Int32>
  private let events: FlatArray<Event>

  /// Makes room for so many stays.
  init(capacity: Int) {
    func times() -> FlatArray<Double> { FlatArray(repeating: 0, count: capacity) }
    stays = FlatArray(
      repeating: Stay(
        forward: 0, backward: 0, earliest: 0, latest: 0, lastStart: 0, firstEnd: 0, length: 0, amount: 0),
      count: capacity)
    (starts, ends, raised) = (times(), times(), times())
    (mirroredStarts, mirroredEnds, lowered) = (times(), times(), times())
    order = FlatArray(repeating: 0, count: capacity)
    events = FlatArray(repeating: Event(time: 0, amount: 0), count: 2 * capacity)
  }

  /// The earliest start and latest end that are known now of a stay.
  func window(of stay: Int) -> (earliest: Double, latest: Double) { (raised[stay], -lowered[stay]) }

  mutating func removeAll() { (count, amount) = (0, 0) }

  mutating func add(_ stay: Stay) {
    var stay = stay
    stay.length = max(stay.length, stay.firstEnd - stay.lastStart)
    stays[count] = stay
    count += 1
    amount += stay.amount
  }

  /// Narrows all windows once; `false` where the memory cannot hold the stays. O(stays²), and as much again for each stay
  /// that is put behind or before a set.
  mutating func narrow(capacity: Double, slip: Double) -> Bool {
    for index in 0..<count {
      let stay = stays[index]
      (starts[index], ends[index], raised[index]) = (stay.earliest, stay.latest, stay.earliest)
      (mirroredStarts[index], mirroredEnds[index]) = (-stay.latest, -stay.earliest)
      lowered[index] = -stay.latest
    }
    guard amount > capacity else { return true }
    return raiseLast(starts, ends, to: raised, capacity, slip)
      && raiseLast(mirroredStarts, mirroredEnds, to: lowered, capacity, slip) && keepOut(capacity, slip)
  }

  /// Raises what has to end behind all stays that end by some moment.
  private func raiseLast(
    _ starts: FlatArray<Double>, _ ends: FlatArray<Double>, to raised: FlatArray<Double>,
    _ capacity: Double, _ slip: Double
  ) -> Bool {
    order.sort(count, by: starts)
    for limit in 0..<count {
      let limit = ends[limit]
      var rest = 0.0
      for stay in 0..<count where ends[stay] <= limit { rest += stays[stay].energy }
      // By how much the stays of the set that start at some moment or later exceed the memory until the limit: the most so far.
      var excess = -Double.infinity
      for place in 0..<count {
        let stay = Int(order[place])
        let own = rest - capacity * (limit - starts[stay])
        if ends[stay] <= limit {
          excess = max(excess, own)
          rest -= stays[stay].energy
        } else if max(excess, own) + stays[stay].energy > capacity * slip {
          putLast(stay, behind: limit, starts, ends, raised, capacity)
        }
      }
      if excess > capacity * slip { return false }
    }
    return true
  }

  /// What the others of a set need beyond what is left beside a stay that ends behind them is over before it starts.
  private func putLast(
    _ last: Int, behind limit: Double, _ starts: FlatArray<Double>, _ ends: FlatArray<Double>,
    _ raised: FlatArray<Double>, _ capacity: Double
  ) {
    let amount = stays[last].amount
    var energy = 0.0
    for place in (0..<count).reversed() {
      let stay = Int(order[place])
      guard ends[stay] <= limit else { continue }
      energy += stays[stay].energy
      let rest = energy - (capacity - amount) * (limit - starts[stay])
      if rest > 0 { raised[last] = max(raised[last], starts[stay] + rest / amount) }
    }
  }

  /// Keeps stays out of times at which others are sure to leave them no room.
  private func keepOut(_ capacity: Double, _ slip: Double) -> Bool {
    let eventCount = listEvents(slip)
    var held = 0.0
    for place in 0..<max(0, eventCount - 1) {
      held += events[place].amount
      let (from, to) = (events[place].time, events[place + 1].time)
      guard to - from > slip else { continue }
      if held > capacity { return false }
      for index in 0..<count where held + stays[index].amount > capacity {
        let stay = stays[index]
        // Those that are sure to be there are what is held.
        if stay.lastStart < stay.firstEnd - slip, stay.lastStart <= from, stay.firstEnd >= to { continue }
        if stay.earliest + stay.length > from + slip { raised[index] = max(raised[index], to) }
        if stay.latest - stay.length < to - slip { lowered[index] = max(lowered[index], -from) }
      }
    }
    return true
  }

  /// Lists when stays are sure to have begun and may end, in order, what is given back first; tells how many there are.
  private func listEvents(_ slip: Double) -> Int {
    var listed = 0
    func insert(_ time: Double, _ amount: Double) {
      var free = listed
      while free > 0, (time, amount) < (events[free - 1].time, events[free - 1].amount) {
        events[free] = events[free - 1]
        free -= 1
      }
      events[free] = Event(time: time, amount: amount)
      listed += 1
    }
    for index in 0..<count where stays[index].lastStart < stays[index].firstEnd - slip {
      insert(stays[index].lastStart, stays[index].amount)
      insert(stays[index].firstEnd, -stays[index].amount)
    }
    return listed
  }
}
