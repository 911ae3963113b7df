extension Relaxation {
  /// Passes over microbatches in the steady state of a sweep, and tells over how many.
  ///
  /// Once all that is known after a microbatch is later by the same time than it was after the one before, so is all that
  /// follows, as long as microbatches are alike: a sweep only adds times to what is known, and takes the least or the
  /// most of it. So a batch of any length takes as long as one that fills the pipeline, settles and drains it.
  /// docs/proofs.md has the argument. O(operations and prefixes of a microbatch) where it does not hold.
  ///
  /// - Parameter microbatch: one whose operations are all timed.
  func skip(
    after microbatch: Int, _ sweep: Sweep, in bounds: TimeBounds<Prefixes.Times>, _ work: PredecessorWork?
  ) -> Int {
    defer { work?.endMicrobatch() }
    guard let length = table.microbatchLength else { return 0 }
    let alike = prefixes.lazy.compactMap { $0?.alikeCount(after: microbatch, sweep) }.min() ?? 0
    // Rows take turns in two places, and stay where they are.
    let count = alike - alike % 2
    guard count > 0, let time = lateness(of: microbatch, sweep, in: bounds, length),
      work?.isLater(by: time) ?? true,
      zip(prefixes, bounds.nodes).allSatisfy({ own, times in
        own?.isLater(by: time, after: microbatch, over: count, sweep, in: times) ?? true
      })
    else { return 0 }
    for (device, own) in prefixes.enumerated() {
      own?.skip(
        count, after: microbatch, by: time, sweep, gates: bounds.gates(from: table.bounds[device]),
        durations: table.durations(of: device), in: bounds.nodes[device])
    }
    work?.skip(by: Double(count) * time)
    for place in 0..<length {
      let known = Int(table.order[microbatch * length + place])
      let before = Int(table.order[(microbatch - sweep.step) * length + place])
      let own = bounds.operations[known]
      // A `W` has its own pace.
      let pace = own.isInfinite ? 0 : own - bounds.operations[before]
      for ahead in 1...count {
        let next = Int(table.order[(microbatch + ahead * sweep.step) * length + place])
        bounds.operations[next] = own + Double(ahead) * pace
        if table.facts[next].contains(.gate) {
          bounds.gates[next] = bounds.gates[known] + Double(ahead) * pace
        }
      }
    }
    return count
  }

  /// By how much a microbatch's gates are later than those of the one before it in a sweep; `nil` where not all are by
  /// the same time.
  ///
  /// Nobody waits for a `W`: it may also follow the `W` before it at once, which only keeps it from being later.
  private func lateness(
    of microbatch: Int, _ sweep: Sweep, in bounds: TimeBounds<Prefixes.Times>, _ length: Int
  ) -> Double? {
    var lateness: Double?
    for place in 0..<length {
      let operation = Int(table.order[microbatch * length + place])
      let own = bounds.operations[operation]
      let before = bounds.operations[Int(table.order[(microbatch - sweep.step) * length + place])]
      if own == before, own.isInfinite { continue }
      let time = lateness ?? own - before
      let duration = table.duration[operation]
      let follows =
        !table.facts[operation].contains(.gate) && duration <= time && own == before + duration
      guard time.isFinite, time >= 0, own == before + time || follows else { return nil }
      lateness = time
    }
    return lateness
  }
}
