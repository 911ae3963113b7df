/// What operations that come before another one in every order take on its own device, where prefixes are too many to be
/// told apart; in a sweep for tails, those that come behind it.
///
/// Of equal microbatches, first in first out, what precedes an operation are all operations of its microbatch and of those
/// before it that lead to it. They are taken in as the sweep times them; the device works them off in the order in which
/// they arrive, which is soonest. Work that arrived before the device last waited may have been done then: it is left out.
/// docs/proofs.md has the argument.
struct PredecessorWork {
  /// Work without a pause: from when, and until when.
  private struct Busy: BitwiseCopyable {
    var opens = -Double.infinity
    var ends = -Double.infinity
  }

  /// Per operation of a microbatch, in the sweep's order, what precedes it.
  private let busy: FlatArray<Busy>
  /// The same one microbatch before.
  private let before: FlatArray<Busy>
  /// Per operation the ones that it precedes, itself as that of the next microbatch among them; none of a `W`, nor on a
  /// device with prefixes.
  private let followers: [[Int]]

  /// `nil` where microbatches differ, operations may run together, or all devices that have operations have prefixes.
  ///
  /// - Parameter isKnown: whether a device has prefixes.
  init?(_ table: OperationTable, _ sweep: Sweep, isKnown: (Int) -> Bool) {
    guard let length = table.microbatchLength, table.pairs == .shares else { return nil }
    let operations = (0..<length).map { Int(table.order[$0]) }
    let steps = operations.map { table.place(of: $0).step }
    let way = table.ways[table.classes[0].way]
    let places = (0..<length).filter {
      !isKnown(Int(table.device[operations[$0]])) && table.facts[operations[$0]].contains(.gate)
    }
    guard !places.isEmpty else { return nil }
    let byDevice = Dictionary(grouping: places) { table.device[operations[$0]] }
    var followers = [[Int]](repeating: [], count: length)
    for place in places {
      followers[place] = (byDevice[table.device[operations[place]]] ?? []).filter { other in
        let (earlier, later) = sweep == .heads ? (place, other) : (other, place)
        return other == place || way.precedes(steps[earlier], steps[later])
      }
    }
    self.followers = followers
    busy = FlatArray(repeating: Busy(), count: length)
    before = FlatArray(repeating: Busy(), count: length)
  }

  /// The time of the operation at a place of the sweep's order, not before all that precedes it can be done, and takes it in.
  func time(of place: Int, atLeast known: Double, for duration: Double) -> Double {
    let step = place % busy.count
    let time = max(known, busy[step].ends)
    guard time > -.infinity else { return time }
    for follower in followers[step] {
      var work = busy[follower]
      if time > work.ends {
        work = Busy(opens: time, ends: time + duration)
      } else if time >= work.opens {
        work.ends += duration
      }
      busy[follower] = work
    }
    return time
  }

  /// Remembers what is known behind a microbatch.
  func endMicrobatch() { before.base.update(from: busy.base, count: busy.count) }

  /// Whether all is later by a time than one microbatch before.
  func isLater(by time: Double) -> Bool {
    (0..<busy.count).allSatisfy { place in
      let (now, last) = (busy[place], before[place])
      return now.opens == last.opens + time && now.ends == last.ends + time
    }
  }

  /// Passes over microbatches that add so much in all.
  func skip(by time: Double) {
    for place in 0..<busy.count {
      busy[place].opens += time
      busy[place].ends += time
    }
  }
}
