/// A search for the least length that cannot be refuted, by refuting shorter ones.
struct LengthSearch {
  let values: PossibleValues
  /// Lengths closer than this share are not told apart.
  let resolution: Double
  /// The share by which the first length tried is longer than what is known.
  let firstStep: Double
  let deadline: Deadline

  /// A bound that is raised by more than this factor is good enough.
  private static let longest = 64.0

  /// The greatest value found that no schedule is below; at least `known`.
  ///
  /// - Parameters:
  ///   - target: the value of a known schedule; refuting anything shorter proves it best.
  ///   - isRefuted: whether no schedule has a length, as far as can be told.
  func value(above known: Double, until target: Double?, refuting isRefuted: (Double) -> Bool) -> Double {
    var (low, high) = (known, target ?? .infinity)
    func take(_ length: Double) { low = max(low, values.least(above: length)) }
    if let target {
      let length = values.below(target)
      if isRefuted(length) { return values.least(above: length) }
    } else {
      var step = firstStep * known
      // Where there are no schedules, all lengths are refuted.
      while low < Self.longest * known, isRefuted(low + step) {
        take(low + step)
        step *= 2
      }
      high = low + step
    }
    while high - low > resolution * high, !deadline.hasPassed {
      let middle = (low + high) / 2
      if isRefuted(middle) { take(middle) } else { high = middle }
    }
    return low
  }
}
