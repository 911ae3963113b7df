/// A linear programme: the most of some columns together, of which each row has room for 1.
///
/// Solved by the primal simplex method, which goes on as columns are added. Nothing here has to be exact: what is proved
/// is computed from the prices of rows alone (`WindowRefutation`).
struct PackingProgram {
  private var columns: [[Double]] = []
  /// The column in each place of the basis; `nil` for a row's room that is left.
  private var basis: [Int?]
  /// How much is taken of the column or room in each place of the basis.
  private var shares: [Double]
  /// The price of each row.
  private var duals: [Double]
  /// The inverse of the basis, row by row.
  private var inverse: [Double]
  private let size: Int
  /// Multiplications done so far.
  private(set) var work = 0

  private static let tolerance = 1e-9
  /// Steps for one column; more are signs of rounding.
  private static let mostSteps = 1_000

  init(rowCount: Int) {
    size = rowCount
    basis = Array(repeating: nil, count: rowCount)
    shares = Array(repeating: 1, count: rowCount)
    duals = Array(repeating: 0, count: rowCount)
    inverse = Array(repeating: 0, count: rowCount * rowCount)
    for row in 0..<rowCount { inverse[row * rowCount + row] = 1 }
  }

  /// The most of all columns that there is room for.
  var value: Double { duals.reduce(0, +) }

  /// What room in each row is worth, at least 0.
  var prices: [Double] { duals.map { max(0, $0) } }

  /// How much is taken of each column.
  var amounts: [Double] {
    var amounts = [Double](repeating: 0, count: columns.count)
    for (column, share) in zip(basis, shares) {
      if let column { amounts[column] = max(0, share) }
    }
    return amounts
  }

  /// Adds a column and takes as much of it as pays. O(steps x (rows² + rows x columns)).
  mutating func add(_ column: [Double]) {
    columns.append(column)
    for _ in 0..<Self.mostSteps {
      work += size * (columns.count + 2 * size)
      var (gain, chosen): (Double, [Double]?) = (Self.tolerance, nil)
      var number: Int?
      for (index, column) in columns.enumerated() {
        let own = self.gain(of: column)
        if own > gain { (gain, chosen, number) = (own, column, index) }
      }
      // A row whose price is below 0 has room that nothing should take.
      for row in 0..<size where -duals[row] > gain {
        (gain, number) = (-duals[row], nil)
        chosen = (0..<size).map { $0 == row ? 1 : 0 }
      }
      guard let chosen, enter(chosen, number, gain: gain) else { return }
    }
  }

  private func gain(of column: [Double]) -> Double {
    var gain = 1.0
    duals.withUnsafeBufferPointer { duals in
      column.withUnsafeBufferPointer { column in
        for row in 0..<size { gain -= duals[row] * column[row] }
      }
    }
    return gain
  }

  /// Takes a column into the basis; `false` where rounding leaves no row for it.
  private mutating func enter(_ column: [Double], _ number: Int?, gain: Double) -> Bool {
    let solved = solved(column)
    var (room, leaving) = (Double.infinity, -1)
    for row in 0..<size where solved[row] > Self.tolerance {
      let own = max(0, shares[row]) / solved[row]
      if own < room - 1e-13 || (own < room + 1e-13 && leaving >= 0 && solved[row] > solved[leaving]) {
        (room, leaving) = (own, row)
      }
    }
    guard leaving >= 0 else { return false }
    let (size, pivot) = (size, solved[leaving])
    inverse.withUnsafeMutableBufferPointer { inverse in
      let own = leaving * size
      for index in 0..<size { inverse[own + index] /= pivot }
      for row in 0..<size where row != leaving && solved[row] != 0 {
        let (factor, base) = (solved[row], row * size)
        for index in 0..<size { inverse[base + index] -= factor * inverse[own + index] }
      }
      for index in 0..<size { duals[index] += gain * inverse[own + index] }
    }
    for row in 0..<size { shares[row] -= room * solved[row] }
    (basis[leaving], shares[leaving]) = (number, room)
    return true
  }

  /// A column, solved for the basis.
  private func solved(_ column: [Double]) -> [Double] {
    var solved = [Double](repeating: 0, count: size)
    inverse.withUnsafeBufferPointer { inverse in
      column.withUnsafeBufferPointer { column in
        for row in 0..<size {
          var sum = 0.0
          for index in 0..<size { sum += inverse[row * size + index] * column[index] }
          solved[row] = sum
        }
      }
    }
    return solved
  }
}
