/// A step between two lines in one row: where times are read, for which lags of the filler, and the operation.
struct RowRun {
  /// The time at lag 0 of the line at which the run is added up.
  var source: UnsafeMutablePointer<Double>
  /// The lags there.
  var lags: ClosedRange<Int>
  /// Counted on the device.
  var operation: Int

  /// The least time read; infinity where there is none.
  var least: Double {
    var least = Double.infinity
    for lag in lags { least = min(least, source[lag]) }
    return least
  }

  /// Lets the operation follow each time, no earlier than its gate, and keeps what is less in the line's own times.
  @inline(__always)
  func lower(_ times: UnsafeMutablePointer<Double>, gate: Double, duration: Double) {
    for lag in lags { times[lag] = min(times[lag], max(source[lag], gate) + duration) }
  }
}

extension PrefixRows {
  /// The times of a line in a row, from lag 0 on.
  @inline(__always)
  func times(_ line: RowLine, ofRow row: Int, in times: RowTimes) -> UnsafeMutablePointer<Double> {
    times.rows.base + (row & 1) * size + Int(line.origin)
  }

  /// How far the filler's lag grows in a step along a chain: the first one leads to the next row.
  @inline(__always)
  private func growth(by chain: Int) -> Int { chain == 0 ? (filler.map { perMicrobatch[$0] } ?? 0) : 0 }

  /// How many operations of a chain are done on a line.
  @inline(__always)
  private func count(of chain: Int, on line: Int, ofRow row: Int) -> Int {
    row * perMicrobatch[chain] - Int(lags[line * chainCount + chain])
  }

  /// The largest lag of the filler that a line has in a row; earlier rows lack the others.
  @inline(__always)
  func high(of line: RowLine, ofRow row: Int) -> Int {
    filler.map { min(Int(line.high), row * perMicrobatch[$0]) } ?? 0
  }

  /// The step that leads to a line of a row along a chain; `nil` where there is none.
  @inline(__always)
  func run(to index: Int, by chain: Int, ofRow row: Int, in times: RowTimes) -> RowRun? {
    let step = stepsTo[index * chainCount + chain]
    guard step.line >= 0 else { return nil }
    let count = count(of: chain, on: index, ofRow: row)
    let (line, source, growth) = (lines[index], lines[Int(step.line)], growth(by: chain))
    let low = max(Int(line.low), Int(source.low) + growth)
    let high = min(high(of: line, ofRow: row), Int(step.room) + growth)
    guard count > 0, low <= high else { return nil }
    return RowRun(
      source: self.times(source, ofRow: chain == 0 ? row - 1 : row, in: times) - growth, lags: low...high,
      operation: rules.operation(of: chain, after: count - 1))
  }

  /// The step that leads on from a line of a row along a chain; `nil` where there is none. Times stand by the
  /// microbatch of the first gate that is lacking.
  @inline(__always)
  func run(from index: Int, by chain: Int, ofRow row: Int, in times: RowTimes) -> RowRun? {
    let step = stepsFrom[index * chainCount + chain]
    guard step.line >= 0 else { return nil }
    let count = count(of: chain, on: index, ofRow: row)
    let (line, target, growth) = (lines[index], lines[Int(step.line)], growth(by: chain))
    let low = max(Int(line.low), Int(target.low) - growth)
    let high = min(high(of: line, ofRow: row), Int(step.room), Int(target.high) - growth)
    guard count < microbatches * perMicrobatch[chain], low <= high else { return nil }
    let next = (chain == 0 ? row + 1 : row) - Int(target.gateLag)
    return RowRun(
      source: self.times(target, ofRow: next, in: times) + growth, lags: low...high,
      operation: rules.operation(of: chain, after: count))
  }
}
