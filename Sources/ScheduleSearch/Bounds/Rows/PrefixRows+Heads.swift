extension PrefixRows {
  func earliestStart(of operation: Int, after times: RowTimes<Time>) -> Double {
    guard let (chain, microbatch) = place(of: operation) else { return -.infinity }
    let row = microbatch + 1
    var earliest = Time.infinity
    for index in heads.groups[chain] where heads.lines[index].firstRow <= row {
      if let run = run(to: index, by: chain, ofRow: row, in: times) { earliest = min(earliest, run.least) }
    }
    return Double(earliest)
  }

  func timeForward(
    to operation: Int, gates: UnsafePointer<Double>, durations: UnsafePointer<Double>,
    in times: RowTimes<Time>
  ) {
    guard let (chain, microbatch) = place(of: operation) else { return }
    let row = microbatch + 1
    for index in heads.groups[chain] {
      timeForward(line: index, ofRow: row, gates: gates, durations: durations, in: times)
    }
    if chain == 0, cuts.contains(row) {
      times.kept[row] = entering(row, gates: gates, durations: durations, in: times)
    }
    if row == microbatches, heads.groups[chain].contains(heads.places[0]) {
      times.end = Double(self.times(heads.whole, ofRow: row, in: times)[0])
    }
  }

  /// The earliest end of a line's prefixes: by any chain to them, and along the line.
  private func timeForward(
    line index: Int, ofRow row: Int, gates: UnsafePointer<Double>, durations: UnsafePointer<Double>,
    in times: RowTimes<Time>
  ) {
    let line = heads.lines[index]
    let own = self.times(line, ofRow: row, in: times)
    (own + Int(line.low)).update(repeating: .infinity, count: Int(line.high - line.low) + 1)
    guard line.firstRow <= row else { return }
    for chain in 0..<chainCount {
      guard let run = run(to: index, by: chain, ofRow: row, in: times) else { continue }
      run.lower(own, gate: Time(gate: gates[run.operation]), duration: Time(durations[run.operation]))
    }
    guard let filler else { return }
    // Nobody waits for a `W`, nor has it a head but its place on the line.
    let high = high(of: line, ofRow: row)
    guard high > Int(line.low) else { return }
    FillerRun(
      times: own + high, stride: -1,
      durations: durations + filler.operation(after: mostFillers(inRow: row) - high),
      durationStride: filler.stride, count: high - Int(line.low)
    ).lower()
  }

  /// The ways that enter a row, to join them with tails.
  func entering(
    _ row: Int, gates: UnsafePointer<Double>, durations: UnsafePointer<Double>, in times: RowTimes<Time>
  ) -> FlatArray<Time> {
    let entered = FlatArray<Time>(repeating: .infinity, count: size)
    for index in 0..<heads.lines.count where heads.lines[index].firstRow <= row {
      guard let run = run(to: index, by: 0, ofRow: row, in: times) else { continue }
      run.lower(
        entered.base + Int(heads.lines[index].origin), gate: Time(gate: gates[run.operation]),
        duration: Time(durations[run.operation]))
    }
    return entered
  }
}
