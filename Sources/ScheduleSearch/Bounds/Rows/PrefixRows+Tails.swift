extension PrefixRows {
  func begin(
    _ times: RowTimes<Time>, withRest rest: Double, gates: UnsafePointer<Double>,
    durations: UnsafePointer<Double>
  ) {
    times.start = rest
    self.times(tails.whole, ofRow: microbatches, in: times)[0] = Time(rest)
    // Prefixes that lack no gate wait for none.
    for index in tails.groups[0] where tails.lines[index].gateLag == 0 {
      time(index, ofRow: microbatches, gates: gates, durations: durations, in: times)
    }
  }

  func leastRest(after operation: Int, before times: RowTimes<Time>) -> Double {
    guard let (chain, microbatch) = place(of: operation) else { return -.infinity }
    var least = Time.infinity
    for index in tails.groups[chain] {
      let row = microbatch + Int(tails.lines[index].gateLag)
      guard row <= microbatches, tails.lines[index].firstRow <= row else { continue }
      // Lacking another `W` leaves no less: without it any order of the rest is shorter and holds less.
      if let run = run(from: index, by: chain, ofRow: row, in: times) {
        least = min(least, run.source[run.lags.lowerBound])
      }
    }
    return Double(least)
  }

  func timeBackward(
    from operation: Int, gates: UnsafePointer<Double>, durations: UnsafePointer<Double>,
    in times: RowTimes<Time>
  ) {
    guard let (chain, microbatch) = place(of: operation) else { return }
    for index in tails.groups[chain] {
      let line = tails.lines[index]
      let own = self.times(line, ofRow: microbatch, in: times)
      (own + Int(line.low)).update(repeating: .infinity, count: Int(line.high - line.low) + 1)
      time(index, ofRow: microbatch + Int(line.gateLag), gates: gates, durations: durations, in: times)
    }
    guard chain == 0 else { return }
    keep(after: microbatch, in: times)
    if microbatch == 0 { times.end = Double(self.times(tails.whole, ofRow: 0, in: times)[0]) }
  }

  /// The least time to the end from a line's prefixes: by any chain on from them, and along the line.
  private func time(
    _ index: Int, ofRow row: Int, gates: UnsafePointer<Double>, durations: UnsafePointer<Double>,
    in times: RowTimes<Time>
  ) {
    let line = tails.lines[index]
    guard row <= microbatches, line.firstRow <= row else { return }
    let own = self.times(line, ofRow: row - Int(line.gateLag), in: times)
    for chain in 0..<chainCount {
      guard let run = run(from: index, by: chain, ofRow: row, in: times) else { continue }
      run.lower(own, gate: Time(gate: gates[run.operation]), duration: Time(durations[run.operation]))
    }
    guard let filler else { return }
    let (low, high) = (Int(line.low), high(of: line, ofRow: row))
    guard low < high else { return }
    let last = filler.operation(after: mostFillers(inRow: row) - low - 1)
    // Only behind all operations may less be left than behind a `W`: behind any other nothing is left that has a gap.
    let end = own[low]
    own[low] = max(end, Time(gate: gates[last]))
    FillerRun(
      times: own + low, stride: 1, durations: durations + last,
      durationStride: -filler.stride, count: high - low
    ).lower()
    own[low] = end
  }

  /// Keeps what follows a microbatch's prefixes, to join it with heads: as much later than what follows those of another
  /// one.
  func keep(after microbatch: Int, in times: RowTimes<Time>, as other: Int? = nil, later: Time = 0) {
    for lag in 1..<max(1, linesByLag.count) {
      let row = microbatch + lag
      guard cuts.contains(row) else { continue }
      let left = times.kept[row] ?? FlatArray<Time>(repeating: .infinity, count: size)
      for index in linesByLag[lag] where tails.lines[index].firstRow <= row {
        let (line, origin) = (tails.lines[index], headOrigins[index])
        let own = self.times(line, ofRow: other ?? microbatch, in: times)
        for filler in line.low...line.high { left[Int(origin + filler)] = own[Int(filler)] + later }
      }
      times.kept[row] = left
    }
  }
}
