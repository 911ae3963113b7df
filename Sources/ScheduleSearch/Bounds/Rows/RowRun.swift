/// A step between two lines in one row: where times are read, for which lags of the filler, and the operation.
struct RowRun {
  /// The time at lag 0 of the line at which the run is added up.
  var source: UnsafeMutablePointer<Double>
  /// The lags there.
  var lags: ClosedRange<Int>
  /// Counted on the device.
  var operation: Int

  /// The least time read.
  var least: Double {
    // Four at a time, none of which waits for the others.
    var least = SIMD4<Double>(repeating: .infinity)
    var lag = lags.lowerBound
    while lag + 3 <= lags.upperBound {
      let next = UnsafeRawPointer(source + lag).loadUnaligned(as: SIMD4<Double>.self)
      least = pointwiseMin(least, next)
      lag += 4
    }
    var rest = least.min()
    while lag <= lags.upperBound {
      rest = min(rest, source[lag])
      lag += 1
    }
    return rest
  }

  /// Lets the operation follow each time, no earlier than its gate, and keeps what is less in the line's own times.
  @inline(__always)
  func lower(_ times: UnsafeMutablePointer<Double>, gate: Double, duration: Double) {
    for lag in lags { times[lag] = min(times[lag], max(source[lag], gate) + duration) }
  }
}

/// The filler's operations along a line: each time follows the one before by the duration of the operation between.
struct FillerRun {
  /// The first time, and how far apart the following ones stand.
  var times: UnsafeMutablePointer<Double>
  var stride: Int
  /// The first duration, and how far apart the following ones stand.
  var durations: UnsafePointer<Double>
  var durationStride: Int
  /// The number of operations.
  var count: Int

  /// Lowers each time to what follows from the ones before.
  ///
  /// Four at a time: what follows from within does not wait for what follows from before, which is all that the next
  /// four wait for.
  func lower() {
    var index = 0
    var before = times[0]
    while index + 4 <= count {
      let (first, second, third, fourth) = (
        duration(index), duration(index + 1), duration(index + 2), duration(index + 3)
      )
      let own1 = time(index + 1)
      let own2 = min(time(index + 2), own1 + second)
      let own3 = min(time(index + 3), own2 + third)
      let own4 = min(time(index + 4), own3 + fourth)
      set(index + 1, min(own1, before + first))
      set(index + 2, min(own2, before + (first + second)))
      set(index + 3, min(own3, before + (first + second + third)))
      before = min(own4, before + (first + second + third + fourth))
      set(index + 4, before)
      index += 4
    }
    while index < count {
      before = min(time(index + 1), before + duration(index))
      set(index + 1, before)
      index += 1
    }
  }

  @inline(__always)
  private func time(_ index: Int) -> Double { times[index * stride] }
  @inline(__always)
  private func set(_ index: Int, _ time: Double) { times[index * stride] = time }
  @inline(__always)
  private func duration(_ index: Int) -> Double { durations[index * durationStride] }
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
