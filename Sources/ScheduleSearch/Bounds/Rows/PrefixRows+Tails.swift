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
    keep(after: microbatch, in: times)
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

  /// Keeps what follows a microbatch's prefixes, to join it with heads.
  private func keep(after microbatch: Int, in times: RowTimes) {
    for lag in 1..<max(1, linesByLag.count) {
      let row = microbatch + lag
      guard cuts.contains(row) else { continue }
      let left = times.kept[row] ?? FlatArray<Double>(repeating: .infinity, count: size)
      for index in linesByLag[lag].lazy.map({ Int($0) }) where lines[index].firstRow <= row {
        let line = lines[index]
        let (own, count) = (self.times(line, ofRow: microbatch, in: times), Int(line.high - line.low) + 1)
        (left.base + Int(line.origin + line.low)).update(from: own + Int(line.low), count: count)
      }
      times.kept[row] = left
    }
  }
}
