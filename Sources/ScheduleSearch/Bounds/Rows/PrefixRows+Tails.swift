extension PrefixRows {
  func begin(
    _ times: RowTimes, withRest rest: Double, gates: UnsafePointer<Double>, durations: UnsafePointer<Double>
  ) {
    times.start = rest
    self.times(lines[lines.count - 1], ofRow: microbatches, in: times)[0] = rest
    // Prefixes that lack no gate wait for none.
    for index in backwardGroups[0].lazy.map({ Int($0) }) where lines[index].gateLag == 0 {
      time(index, ofRow: microbatches, gates: gates, durations: durations, in: times)
    }
  }

  func leastRest(after operation: Int, before times: RowTimes) -> Double {
    guard let (chain, microbatch) = place(of: operation) else { return -.infinity }
    var least = Double.infinity
    for index in backwardGroups[chain].lazy.map({ Int($0) }) {
      let row = microbatch + Int(lines[index].gateLag)
      guard row <= microbatches, lines[index].firstRow <= row else { continue }
      // Lacking another `W` leaves no less: without it any order of the rest is shorter and holds less.
      if let run = run(from: index, by: chain, ofRow: row, in: times) {
        least = min(least, run.source[run.lags.lowerBound])
      }
    }
    return least
  }

  func timeBackward(
    from operation: Int, gates: UnsafePointer<Double>, durations: UnsafePointer<Double>, in times: RowTimes
  ) {
    guard let (chain, microbatch) = place(of: operation) else { return }
    for index in backwardGroups[chain].lazy.map({ Int($0) }) {
      let line = lines[index]
      let own = self.times(line, ofRow: microbatch, in: times)
      (own + Int(line.low)).update(repeating: .infinity, count: Int(line.high - line.low) + 1)
      time(index, ofRow: microbatch + Int(line.gateLag), gates: gates, durations: durations, in: times)
    }
    guard chain == 0 else { return }
    join(after: microbatch, gates: gates, in: times)
    if microbatch == 0 { times.end = self.times(lines[lines.count - 1], ofRow: 0, in: times)[0] }
  }

  /// The least time to the end from a line's prefixes: by any chain on from them, and along the line.
  private func time(
    _ index: Int, ofRow row: Int, gates: UnsafePointer<Double>, durations: UnsafePointer<Double>,
    in times: RowTimes
  ) {
    let line = lines[index]
    guard row <= microbatches, line.firstRow <= row else { return }
    let own = self.times(line, ofRow: row - Int(line.gateLag), in: times)
    for chain in 0..<chainCount {
      guard let run = run(from: index, by: chain, ofRow: row, in: times) else { continue }
      run.lower(own, gate: gates[run.operation], duration: durations[run.operation])
    }
    guard let filler else { return }
    let (low, high, done) = (Int(line.low), high(of: line, ofRow: row), row * perMicrobatch[filler])
    guard low < high else { return }
    let last = rules.operation(of: filler, after: done - low - 1)
    // Only behind all operations may less be left than behind a `W`: behind any other nothing is left that has a gap.
    let end = own[low]
    own[low] = max(end, gates[last])
    FillerRun(
      times: own + low, stride: 1, durations: durations + last,
      durationStride: -Int(rules.chains[filler].stride), count: high - low
    ).lower()
    own[low] = end
  }

  /// Joins the tails of a microbatch's prefixes with the heads that have been kept: each order enters a row once.
  private func join(after microbatch: Int, gates: UnsafePointer<Double>, in times: RowTimes) {
    guard let heads = times.heads else { return }
    for lag in 1..<max(1, linesByLag.count) {
      let row = microbatch + lag
      guard let entered = heads.entered[row] else { continue }
      let gate = gates[rules.operation(of: 0, after: row - 1)]
      var least = times.least[row] ?? .infinity
      for index in linesByLag[lag].lazy.map({ Int($0) }) where lines[index].firstRow <= row {
        let line = lines[index]
        let (heads, own) = (
          entered.base + Int(line.origin), self.times(line, ofRow: microbatch, in: times)
        )
        let high = high(of: line, ofRow: row)
        guard Int(line.low) <= high else { continue }
        for lag in Int(line.low)...high { least = min(least, heads[lag] + max(own[lag], gate)) }
      }
      times.least[row] = least
      if microbatch == max(0, row + 1 - linesByLag.count) { heads.entered[row] = nil }
    }
  }
}
