import TestSupport
import Testing

@testable import ScheduleSearch

@Suite("Windows on one device")
struct DeviceWindowTests {
  @Test("keep every order of its tasks")
  func oneAtATime() {
    var random = SeededGenerator(seed: 13)
    var (refuted, narrowed) = (0, 0)
    for _ in 0..<400 {
      let tasks = (0..<Int.random(in: 2...5, using: &random)).map { _ in
        let start = Double(Int.random(in: 0...8, using: &random))
        let duration = Double(Int.random(in: 1...4, using: &random))
        return (
          start: start, end: start + duration + Double(Int.random(in: 0...9, using: &random)),
          duration: duration
        )
      }
      var windows = OneAtATime(capacity: tasks.count)
      for task in tasks { windows.add(earliest: task.start, latest: task.end, duration: task.duration) }
      let isPossible = windows.orderPairs(slip: 1e-9) && windows.orderSets(slip: 1e-9)
      var (first, last) = (tasks.map { _ in Double.infinity }, tasks.map { _ in -Double.infinity })
      for order in permutations(Array(tasks.indices)) {
        var time = 0.0
        let starts = order.map { task in
          let start = max(time, tasks[task].start)
          time = start + tasks[task].duration
          return start
        }
        guard zip(order, starts).allSatisfy({ $1 + tasks[$0].duration <= tasks[$0].end }) else { continue }
        time = .infinity
        for (task, start) in zip(order, starts).reversed() {
          time = min(time, tasks[task].end)
          first[task] = min(first[task], start)
          last[task] = max(last[task], time)
          time -= tasks[task].duration
        }
      }
      guard first[0].isFinite else {
        refuted += isPossible ? 0 : 1
        continue
      }
      #expect(isPossible)
      for task in tasks.indices {
        #expect(windows.earliest[task] <= first[task] && windows.latest[task] >= last[task])
        narrowed += windows.earliest[task] > tasks[task].start ? 1 : 0
      }
    }
    #expect(refuted > 40 && narrowed > 40, "\(refuted) \(narrowed)")
  }

  @Test("keep every schedule of its stays in memory")
  func heldTogether() {
    var random = SeededGenerator(seed: 14)
    var (refuted, narrowed) = (0, 0)
    for _ in 0..<150 {
      let stays = (0..<3).map { _ in
        let start = Int.random(in: 0...3, using: &random)
        let length = Int.random(in: 1...4, using: &random)
        return (
          start: start, end: start + length + Int.random(in: 0...4, using: &random), length: length,
          amount: Double(Int.random(in: 1...2, using: &random))
        )
      }
      let capacity = Double(Int.random(in: 2...3, using: &random))
      var windows = HeldTogether(capacity: stays.count)
      for stay in stays {
        windows.add(
          HeldTogether.Stay(
            forward: 0, backward: 1, earliest: Double(stay.start), latest: Double(stay.end),
            lastStart: Double(stay.end - stay.length),
            firstEnd: Double(stay.start + stay.length), length: Double(stay.length), amount: stay.amount))
      }
      let isPossible = windows.narrow(capacity: capacity, slip: 1e-9)
      // All whole starts and ends, one by one.
      let choices = stays.map { stay in
        (stay.start...stay.end - stay.length).flatMap { start in
          (start + stay.length...stay.end).map { (start: start, end: $0) }
        }
      }
      var (first, last) = ([Int.max, .max, .max], [-1, -1, -1])
      for one in choices[0] {
        for two in choices[1] {
          for three in choices[2] {
            let all = [one, two, three]
            let fits = (0..<16).allSatisfy { time in
              zip(all, stays).reduce(0) { $0 + ($1.0.start <= time && time < $1.0.end ? $1.1.amount : 0) }
                <= capacity
            }
            guard fits else { continue }
            for stay in 0..<3 {
              first[stay] = min(first[stay], all[stay].start)
              last[stay] = max(last[stay], all[stay].end)
            }
          }
        }
      }
      guard last[0] >= 0 else {
        refuted += isPossible ? 0 : 1
        continue
      }
      #expect(isPossible)
      for stay in 0..<3 where isPossible {
        let window = windows.window(of: stay)
        #expect(window.earliest <= Double(first[stay]) && window.latest >= Double(last[stay]))
        narrowed += window.earliest > Double(stays[stay].start) ? 1 : 0
      }
    }
    #expect(refuted > 5 && narrowed > 5, "\(refuted) \(narrowed)")
  }

  /// A task or a stay from the start or, in negative times, from the end of a schedule.
  private struct Piece {
    var start: Double
    var end: Double
    var length: Double
    var amount = 1.0
    var energy: Double { length * amount }
    var mirrored: Piece { Piece(start: -end, end: -start, length: length, amount: amount) }
  }

  /// When a set is done at the earliest if it is done one by one.
  private func end(of set: [Piece]) -> Double {
    set.sorted { $0.start < $1.start }.reduce(-.infinity) { max($0, $1.start) + $1.length }
  }

  /// Earliest starts by the definition of edge finding, every set with every other task; `nil` where a set has no order.
  private func starts(ofTasks tasks: [Piece]) -> [Double]? {
    var starts = tasks.map(\.start)
    for limit in tasks.map(\.end) {
      let set = tasks.filter { $0.end <= limit }
      if end(of: set) > limit { return nil }
      for (index, task) in tasks.enumerated() where task.end > limit && end(of: set + [task]) > limit {
        starts[index] = max(starts[index], end(of: set))
      }
    }
    return starts
  }

  @Test("find what edge finding finds by its definition, from either end")
  func edgeFinding() {
    var random = SeededGenerator(seed: 15)
    var (refuted, narrowed) = (0, 0)
    for _ in 0..<1_000 {
      let tasks = (0..<Int.random(in: 2...12, using: &random)).map { _ in
        let start = Double(Int.random(in: 0...20, using: &random))
        let length = Double(Int.random(in: 1...6, using: &random))
        return Piece(
          start: start, end: start + length + Double(Int.random(in: 4...30, using: &random)), length: length)
      }
      var windows = OneAtATime(capacity: tasks.count)
      for task in tasks { windows.add(earliest: task.start, latest: task.end, duration: task.length) }
      let isPossible = windows.orderSets(slip: 1e-9)
      guard let first = starts(ofTasks: tasks), let last = starts(ofTasks: tasks.map(\.mirrored)) else {
        #expect(!isPossible)
        refuted += 1
        continue
      }
      #expect(isPossible)
      for task in tasks.indices {
        #expect(windows.earliest[task] == first[task] && windows.latest[task] == -last[task])
        narrowed += first[task] > tasks[task].start ? 1 : 0
      }
    }
    #expect(refuted > 100 && narrowed > 100, "\(refuted) \(narrowed)")
  }

  /// Earliest starts of stays by memory times time, every set with every other stay; `nil` where a set has no room.
  private func starts(ofStays stays: [Piece], _ capacity: Double) -> [Double]? {
    var starts = stays.map(\.start)
    func exceeds(_ set: [Piece], _ limit: Double) -> Bool {
      set.contains { first in
        let energy = set.filter { $0.start >= first.start }.reduce(0) { $0 + $1.energy }
        return energy > capacity * (limit - first.start)
      }
    }
    for limit in stays.map(\.end) {
      let set = stays.filter { $0.end <= limit }
      if exceeds(set, limit) { return nil }
      for (index, stay) in stays.enumerated() where stay.end > limit && exceeds(set + [stay], limit) {
        for first in set {
          let energy = set.filter { $0.start >= first.start }.reduce(0) { $0 + $1.energy }
          let rest = energy - (capacity - stay.amount) * (limit - first.start)
          if rest > 0 { starts[index] = max(starts[index], first.start + rest / stay.amount) }
        }
      }
    }
    return starts
  }

  @Test("find what sets of stays force by their definition, from either end")
  func energeticEdgeFinding() {
    var random = SeededGenerator(seed: 16)
    var (refuted, narrowed) = (0, 0)
    for _ in 0..<1_000 {
      let capacity = Double(Int.random(in: 2...4, using: &random))
      let stays = (0..<Int.random(in: 3...10, using: &random)).map { _ in
        let start = Double(Int.random(in: 0...24, using: &random))
        let length = Double(Int.random(in: 3...12, using: &random))
        return Piece(
          start: start, end: start + length + Double(Int.random(in: 0...20, using: &random)), length: length,
          amount: Double(Int.random(in: 1...2, using: &random)))
      }
      var windows = HeldTogether(capacity: stays.count)
      for stay in stays {
        windows.add(
          HeldTogether.Stay(
            forward: 0, backward: 1, earliest: stay.start, latest: stay.end,
            lastStart: stay.end - stay.length,
            firstEnd: stay.start + stay.length, length: stay.length, amount: stay.amount))
      }
      guard windows.narrow(capacity: capacity, slip: 1e-9) else {
        refuted += 1
        continue
      }
      guard let first = starts(ofStays: stays, capacity),
        let last = starts(ofStays: stays.map(\.mirrored), capacity)
      else {
        Issue.record("a set without room was not found")
        continue
      }
      for stay in stays.indices {
        // Times at which others leave no room may narrow further.
        let window = windows.window(of: stay)
        #expect(window.earliest >= first[stay] - 1e-9 && window.latest <= -last[stay] + 1e-9)
        narrowed += first[stay] > stays[stay].start ? 1 : 0
      }
    }
    #expect(refuted > 100 && narrowed > 100, "\(refuted) \(narrowed)")
  }

  private func permutations(_ items: [Int]) -> [[Int]] {
    guard let first = items.first else { return [[]] }
    return permutations(Array(items.dropFirst())).flatMap { rest in
      (0...rest.count).map { place in Array(rest[..<place]) + [first] + Array(rest[place...]) }
    }
  }
}
