import OperationGraph

/// The values that a makespan can have: those of a decimal grid where there is one.
struct PossibleValues {
  /// `nil` where they may lie anywhere.
  private let grid: DecimalGrid?

  init(on grid: DecimalGrid?) { self.grid = grid }

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
