/// Operations that wait for their devices, lane by lane, the earliest to arrive first.
struct ArrivalQueues {
  /// Every operation enters its queue once.
  private let slots: FlatArray<Int32>
  private let firsts: [Int]
  private var fronts: [Int]
  private var backs: [Int]
  /// Per slot the latest arrival of its inputs so far.
  private let times: FlatArray<Double>

  /// Makes room for the slots of each lane.
  init(_ sizes: [Int], slotCount: Int) {
    slots = FlatArray(repeating: 0, count: sizes.reduce(0, +))
    firsts = sizes.reduce(into: [0]) { $0.append($0[$0.count - 1] + $1) }.dropLast()
    fronts = firsts
    backs = firsts
    times = FlatArray(repeating: 0, count: slotCount)
  }

  /// Forgets all arrivals.
  mutating func clear() {
    fronts = firsts
    backs = firsts
    times.fill(0)
  }

  /// Notes that an input arrives.
  func raise(_ slot: Int32, to time: Double) { times[Int(slot)] = max(times[Int(slot)], time) }

  /// Lets an operation wait all of whose inputs are known to arrive.
  mutating func insert(_ slot: Int32, lane: Int) {
    let time = times[Int(slot)]
    var place = backs[lane]
    while place > fronts[lane] {
      let other = slots[place - 1]
      if times[Int(other)] < time || (times[Int(other)] == time && other < slot) { break }
      slots[place] = other
      place -= 1
    }
    slots[place] = slot
    backs[lane] += 1
  }

  /// The first operation of a lane that may run, and when it can.
  @inline(__always)
  func first(of lane: Int, where mayRun: (Int32) -> Bool) -> (slot: Int32, time: Double)? {
    for place in fronts[lane]..<backs[lane] where mayRun(slots[place]) {
      return (slots[place], times[Int(slots[place])])
    }
    return nil
  }

  /// Takes an operation out.
  mutating func remove(_ slot: Int32, lane: Int) {
    var place = fronts[lane]
    while slots[place] != slot { place += 1 }
    while place > fronts[lane] {
      slots[place] = slots[place - 1]
      place -= 1
    }
    fronts[lane] += 1
  }
}
