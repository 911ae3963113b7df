import OperationGraph

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

/// The values that a makespan can have: those of a decimal grid where there is one.
struct PossibleValues {
  /// `nil` where they may lie anywhere.
  private let grid: DecimalGrid?

  init(on grid: DecimalGrid?) { self.grid = grid }

  /// Whatever the routes are.
  init(_ model: RoutingModel) { grid = LoweredProblem(model.ground).grid }

  /// How far values are apart near one of them; 0 where they may lie anywhere.
  private func step(at value: Double) -> Double {
    guard let grid, grid.isExact, value * grid.stepsPerUnit < 1e15 else { return 0 }
    return 1 / grid.stepsPerUnit
  }

  /// A length between a value and the next smaller one, and below the value by more than sums are rounded by.
  func below(_ value: Double) -> Double { value - max(step(at: value) / 2, 1e-8 * value) }

  /// What every schedule takes where none is as short as a length.
  func least(above length: Double) -> Double {
    let step = step(at: length)
    guard let grid, step > 1e-8 * length else { return length * (1 - 1e-12) }
    return grid.units((length * grid.stepsPerUnit * (1 - 1e-15)).rounded(.down) + 1)
  }
}
