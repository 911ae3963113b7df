extension PrefixRows {
  func earliestStart(of operation: Int, after times: RowTimes) -> Double {
    guard let (chain, microbatch) = place(of: operation) else { return -.infinity }
    let row = microbatch + 1
    var earliest = Double.infinity
    for index in forwardGroups[chain] where lines[index].firstRow <= row {
      if let run = run(to: index, by: chain, ofRow: row, in: times) { earliest = min(earliest, run.least) }
    }
    return earliest
  }

  func timeForward(
    to operation: Int, gates: UnsafePointer<Double>, durations: UnsafePointer<Double>, in times: RowTimes
  ) {
    guard let (chain, microbatch) = place(of: operation) else { return }
    let row = microbatch + 1
    for index in forwardGroups[chain] {
      timeForward(line: index, ofRow: row, gates: gates, durations: durations, in: times)
    }
    if chain == 0, cuts.contains(row) { keep(row, gates: gates, durations: durations, in: times) }
    if row == microbatches, forwardGroups[chain].contains(lines.count - 1) {
      times.end = self.times(lines[lines.count - 1], ofRow: row, in: times)[0]
    }
  }

  /// The earliest end of a line's prefixes: by any chain to them, and along the line.
  private func timeForward(
    line index: Int, ofRow row: Int, gates: UnsafePointer<Double>, durations: UnsafePointer<Double>,
    in times: RowTimes
  ) {
    let line = lines[index]
    let own = self.times(line, ofRow: row, in: times)
    (own + Int(line.low)).update(repeating: .infinity, count: Int(line.high - line.low) + 1)
    guard line.firstRow <= row else { return }
    for chain in 0..<chainCount {
      guard let run = run(to: index, by: chain, ofRow: row, in: times) else { continue }
      run.lower(own, gate: gates[run.operation], duration: durations[run.operation])
    }
    guard let filler else { return }
    // Nobody waits for a `W`, nor has it a head but its place on the line.
    let (high, done) = (high(of: line, ofRow: row), row * perMicrobatch[filler])
    guard high > Int(line.low) else { return }
    FillerRun(
      times: own + high, stride: -1, durations: durations + rules.operation(of: filler, after: done - high),
      durationStride: Int(rules.chains[filler].stride), count: high - Int(line.low)
    ).lower()
  }

  /// Keeps the ways that enter a row, to join them with tails.
  private func keep(
    _ row: Int, gates: UnsafePointer<Double>, durations: UnsafePointer<Double>, in times: RowTimes
  ) {
    let entered = FlatArray<Double>(repeating: .infinity, count: size)
    for index in 0..<lines.count where lines[index].firstRow <= row {
      guard let run = run(to: index, by: 0, ofRow: row, in: times) else { continue }
      run.lower(
        entered.base + Int(lines[index].origin), gate: gates[run.operation],
        duration: durations[run.operation])
    }
    times.kept[row] = entered
  }
}
