/// A step between two lines in one row: where times are read, for which lags of the filler, and the operation.
struct RowRun<Time: RowTime> {
  /// The time at lag 0 of the line at which the run is added up.
  var source: UnsafeMutablePointer<Time>
  /// The lags there.
  var lags: ClosedRange<Int>
  /// Counted on the device.
  var operation: Int

  /// The least time read.
  var least: Time {
    // Eight at a time, none of which waits for the others.
    var least = SIMD8<Time>(repeating: .infinity)
    var lag = lags.lowerBound
    while lag &+ 7 <= lags.upperBound {
      let next = UnsafeRawPointer(source + lag).loadUnaligned(as: SIMD8<Time>.self)
      least = Time.least(least, next)
      lag &+= 8
    }
    var rest = Time.infinity
    for lane in 0..<8 { rest = min(rest, least[lane]) }
    while lag <= lags.upperBound {
      rest = min(rest, source[lag])
      lag &+= 1
    }
    return rest
  }

  /// Lets the operation follow each time, no earlier than its gate, and keeps what is less in the line's own times.
  @inline(__always)
  func lower(_ times: UnsafeMutablePointer<Time>, gate: Time, duration: Time) {
    // Without checks for overflow, and with comparisons instead of `min` and `max`: so that several run at once.
    var lag = lags.lowerBound
    while lag <= lags.upperBound {
      let (start, known) = (source[lag], times[lag])
      let end = (start < gate ? gate : start) + duration
      times[lag] = end < known ? end : known
      lag &+= 1
    }
  }
}

/// The filler's operations along a line: each time follows the one before by the duration of the operation between.
struct FillerRun<Time: RowTime> {
  /// The first time, and how far apart the following ones stand.
  var times: UnsafeMutablePointer<Time>
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
  private func time(_ index: Int) -> Time { times[index &* stride] }
  @inline(__always)
  private func set(_ index: Int, _ time: Time) { times[index &* stride] = time }
  @inline(__always)
  private func duration(_ index: Int) -> Time { Time(durations[index &* durationStride]) }
}

extension PrefixRows {
  /// The times of a line in a row, from lag 0 on.
  @inline(__always)
  func times(_ line: RowLine, ofRow row: Int, in times: RowTimes<Time>) -> UnsafeMutablePointer<Time> {
    times.rows.base + (row & 1) * size + Int(line.origin)
  }

  /// The largest lag of the filler in a row: what it has in whole microbatches.
  @inline(__always)
  func mostFillers(inRow row: Int) -> Int { row * fillersPerMicrobatch }

  /// The largest lag of the filler that a line has in a row; earlier rows lack the others.
  @inline(__always)
  func high(of line: RowLine, ofRow row: Int) -> Int { min(Int(line.high), mostFillers(inRow: row)) }

  /// The step that leads to a line of a row along a chain; `nil` where there is none.
  @inline(__always)
  func run(to line: Int, by chain: Int, ofRow row: Int, in times: RowTimes<Time>) -> RowRun<Time>? {
    let (step, own) = (heads.steps[line * chainCount + chain], chains[chain])
    let done = row * own.perMicrobatch - Int(step.lag)
    return done > 0 ? run(step, own.operation(after: done - 1), ofRow: row, in: times) : nil
  }

  /// The step that leads on from a line of a row along a chain; `nil` where there is none. Times stand by the
  /// microbatch of the first gate that is lacking.
  @inline(__always)
  func run(from line: Int, by chain: Int, ofRow row: Int, in times: RowTimes<Time>) -> RowRun<Time>? {
    let (step, own) = (tails.steps[line * chainCount + chain], chains[chain])
    let done = row * own.perMicrobatch - Int(step.lag)
    return done < own.count ? run(step, own.operation(after: done), ofRow: row, in: times) : nil
  }

  @inline(__always)
  private func run(
    _ step: RowStep, _ operation: Int, ofRow row: Int, in times: RowTimes<Time>
  ) -> RowRun<Time>? {
    // Earlier rows lack the others.
    let (low, high) = (Int(step.low), min(Int(step.high), mostFillers(inRow: row)))
    guard low <= high else { return nil }
    let source = times.rows.base + ((row - Int(step.rowsBack)) & 1) * size + Int(step.origin)
    return RowRun(source: source, lags: low...high, operation: operation)
  }
}
