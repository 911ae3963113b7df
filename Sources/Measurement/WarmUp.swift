import PipelineModel

/// Which of the first iterations are left out.
struct WarmUp {
  /// How many.
  let count: Int

  /// Leaves out as many as asked for or, where nothing is asked for, those that took more than a tenth longer than
  /// the median of all after them: frameworks load kernels, choose algorithms and grow memory in their first
  /// iterations, which take two to four times as long, and iterations that run as usual scatter by 1 percent.
  ///
  /// - Parameters:
  ///   - times: of all iterations, in order.
  ///   - skip: how many are to be left out; `nil` where that is to be found.
  /// - Throws: `MeasurementError` where none would be left.
  init(_ times: [Double], skip: Int?) throws(MeasurementError) {
    if let skip {
      guard skip < times.count else {
        throw MeasurementError(.nothingLeft(skip: skip, steps: times.count))
      }
      count = skip
      return
    }
    var count = 0
    while let spread = Spread(times: Array(times.dropFirst(count + 1))), times[count] > 1.1 * spread.median {
      count += 1
    }
    self.count = count
  }
}
