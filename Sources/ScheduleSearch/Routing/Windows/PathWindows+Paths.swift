/// Which paths a node leaves to microbatches.
extension PathWindows {
  /// Takes away the paths that break a limit of visits, or have a pass that finds no time on its device; tells whether there
  /// were any, `nil` where a microbatch has none left.
  mutating func dropPaths() -> Bool? {
    guard var isFewer = payWhatIsOwed() else { return nil }
    for microbatch in 0..<layout.microbatchCount where known.chosen[microbatch] < 0 {
      let (known, layout) = (known, layout)
      var looks = known.leftCount(of: microbatch) * layout.passCount
      let dropped = drop(from: microbatch) { path in
        for place in layout.raises(of: path) {
          let counter = Int(layout.raises[place])
          if known.visits[counter] >= layout.mostVisits[counter] { return false }
        }
        return hasTime(for: path, of: microbatch, counting: &looks)
      }
      work += looks
      if known.leftCount(of: microbatch) == 0 { return nil }
      if dropped { isFewer = true }
    }
    uncheckedMicrobatches.fill(false)
    uncheckedDevices.fill(false)
    return isFewer
  }

  /// Leaves a microbatch the paths for which something is true, and takes note where it then has fewer.
  @inline(__always)
  private func drop(from microbatch: Int, unless isKept: (Int32) -> Bool) -> Bool {
    let dropped = known.keepPaths(of: microbatch, where: isKept)
    if dropped {
      movedMicrobatches[microbatch] = true
      movedDevices[Int(known.devices[microbatch * layout.tasksPerMicrobatch])] = true
    }
    return dropped
  }

  /// Leaves microbatches the paths through stages and devices that need all of them; tells whether some are taken away, `nil`
  /// where they are too few.
  private mutating func payWhatIsOwed() -> Bool? {
    let counters = 0..<layout.leastVisits.count
    guard counters.contains(where: { owed(to: $0) > 0 }) else { return false }
    payable.fill(0)
    for microbatch in 0..<layout.microbatchCount where known.chosen[microbatch] < 0 {
      listMostVisits(by: microbatch)
      for counter in counters { payable[counter] += mostVisits[counter] }
    }
    var isFewer = false
    for counter in counters where owed(to: counter) > 0 && payable[counter] <= owed(to: counter) {
      guard payable[counter] == owed(to: counter) else { return nil }
      for microbatch in 0..<layout.microbatchCount where known.chosen[microbatch] < 0 {
        listMostVisits(by: microbatch)
        let most = mostVisits[counter]
        if drop(from: microbatch, unless: { visits(to: counter, along: $0) == most }) { isFewer = true }
      }
    }
    return isFewer
  }

  /// The visits that a stage or device still has to have.
  private func owed(to counter: Int) -> Int32 { layout.leastVisits[counter] - known.visits[counter] }

  /// Lists how often a microbatch may visit each stage and device at most.
  private mutating func listMostVisits(by microbatch: Int) {
    mostVisits.fill(0)
    work += known.leftCount(of: microbatch) * layout.raisesPerPath
    for place in 0..<known.leftCount(of: microbatch) {
      for raise in layout.raises(of: known.left(place, of: microbatch)) {
        let counter = Int(layout.raises[raise])
        mostVisits[counter] = max(mostVisits[counter], layout.repeats[raise])
      }
    }
  }

  private func visits(to counter: Int, along path: Int32) -> Int32 {
    layout.raises(of: path).first { Int(layout.raises[$0]) == counter }.map { layout.repeats[$0] } ?? 0
  }

  /// Whether each pass of a path can run before or after each task that is known of its device. Where nothing has moved since
  /// that was asked, the answer is the same.
  private func hasTime(for path: Int32, of microbatch: Int, counting looks: inout Int) -> Bool {
    let base = microbatch * layout.tasksPerMicrobatch
    let isMoved = uncheckedMicrobatches[microbatch]
    var place = 1
    for pass in 1..<layout.passCount - 1 {
      let (before, after) = (layout.anchors[place - 1], layout.anchors[place])
      if pass == after {
        place += 1
        continue
      }
      let timed = layout.pass(pass, of: path)
      guard timed.duration > 0, isMoved || uncheckedDevices[timed.device] else { continue }
      let start = known.earliest[base + before] + layout.time(from: before, to: pass, along: path)
      let behind =
        layout.time(from: pass, to: after, along: path) - timed.duration + known.durations[base + after]
      let end = min(length - timed.tail, known.latest[base + after] - behind)
      if start + timed.duration > end + slip { return false }
      let places = places(of: timed.device)
      looks += places.count
      for place in places {
        let task = Int(tasks[place])
        let both = timed.duration + known.durations[task] - slip
        if known.earliest[task] + both > end, start + both > known.latest[task],
          Int(layout.microbatchOf[task]) != microbatch
        {
          return false
        }
      }
    }
    return true
  }
}
