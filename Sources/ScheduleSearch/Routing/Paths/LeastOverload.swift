/// A linear programme: shares of columns, block by block, that break limits least.
///
/// Minimises s over y >= 0 such that the shares y of each block add up to its size, and the sum of every row is at most
/// its limit plus s. Solved by the dual simplex method, whose multipliers are at hand at any moment; rows may be added
/// and the solution goes on. Costs a little above 0 keep it from going in circles. Nothing here has to be exact:
/// what is proved is computed from the multipliers alone (`PathProgram.excess`).
struct LeastOverload {
  /// A row's coefficient of a column, or a column's in a row.
  struct Entry {
    var index: Int32
    var value: Double
  }

  private let blockOfColumn: [Int32]
  private let blockCount: Int
  /// Row by row, what columns count in it.
  private(set) var rows: [[Entry]] = []
  private var limits: [Double] = []
  private var entriesOfColumn: [[Entry]]
  /// By variable - columns, then s, then the rows' slacks -, what raising it costs now.
  private var reducedCosts: [Double]
  private var isBasic: [Bool]
  private var basis: [Int] = []
  private var values: [Double] = []
  /// The inverse of the basis, row by row in rows of `stride`.
  private var inverse: [Double] = []
  private var stride = 0
  private(set) var pivots = 0

  private static let tolerance = 1e-9

  private var columnCount: Int { blockOfColumn.count }
  private var size: Int { basis.count }

  /// Begins with one column of each block.
  ///
  /// - Parameter costs: small, at least 0; the cheapest column of each block is taken first.
  init(blockOfColumn: [Int32], sizes: [Double], costs: [Double]) {
    self.blockOfColumn = blockOfColumn
    blockCount = sizes.count
    entriesOfColumn = Array(repeating: [], count: blockOfColumn.count)
    isBasic = Array(repeating: false, count: blockOfColumn.count + 1)
    var first = [Int](repeating: -1, count: sizes.count)
    for (column, block) in blockOfColumn.enumerated() {
      let known = first[Int(block)]
      if known < 0 || costs[column] < costs[known] { first[Int(block)] = column }
    }
    reducedCosts = costs + [1]
    for (column, block) in blockOfColumn.enumerated() { reducedCosts[column] -= costs[first[Int(block)]] }
    basis = first
    values = sizes
    for column in first { isBasic[column] = true }
    stride = sizes.count + 64
    inverse = Array(repeating: 0, count: stride * stride)
    for row in sizes.indices { inverse[row * stride + row] = 1 }
  }

  /// The multiplier of each row, at least 0; they add up to 1 at most.
  var multipliers: [Double] { rows.indices.map { max(0, reducedCosts[columnCount + 1 + $0]) } }

  /// The share of each column.
  var shares: [Double] {
    var shares = [Double](repeating: 0, count: columnCount)
    for (row, variable) in basis.enumerated() where variable < columnCount {
      shares[variable] = max(0, values[row])
    }
    return shares
  }

  /// The least s; 0 where all limits are kept.
  var overload: Double { basis.firstIndex(of: columnCount).map { max(0, values[$0]) } ?? 0 }

  /// Adds a row: the sum of its entries is at most a limit. O(rows²).
  mutating func add(_ row: [Entry], atMost limit: Double) {
    let index = rows.count
    rows.append(row)
    limits.append(limit)
    for entry in row {
      entriesOfColumn[Int(entry.index)].append(Entry(index: Int32(index), value: entry.value))
    }
    if size + 1 > stride { grow() }
    let place = size
    let variable = columnCount + 1 + index
    reducedCosts.append(0)
    isBasic.append(true)
    // Each basic variable counts in the new row with its own coefficient.
    var coefficients = [Double](repeating: 0, count: columnCount + 1)
    for entry in row { coefficients[Int(entry.index)] = entry.value }
    coefficients[columnCount] = -1
    var value = limit
    for row in 0..<place where basis[row] <= columnCount {
      let coefficient = coefficients[basis[row]]
      guard coefficient != 0 else { continue }
      value -= coefficient * values[row]
      for column in 0..<place {
        inverse[place * stride + column] -= coefficient * inverse[row * stride + column]
      }
    }
    inverse[place * stride + place] = 1
    basis.append(variable)
    values.append(value)
  }

  private mutating func grow() {
    let larger = stride + stride / 2 + 16
    var inverse = [Double](repeating: 0, count: larger * larger)
    for row in 0..<size {
      for column in 0..<size { inverse[row * larger + column] = self.inverse[row * stride + column] }
    }
    self.inverse = inverse
    stride = larger
  }

  /// Goes on until the least s is found, or `goesOn` says no, asked every few steps; `false` then, or where rounding has
  /// led astray.
  mutating func solve(while goesOn: (borrowing LeastOverload) -> Bool) -> Bool {
    var steps = 0
    while true {
      guard let leaving = leavingRow() else { return true }
      steps += 1
      if steps.isMultiple(of: 16), !goesOn(self) { return false }
      let slopes = slopes(ofRow: leaving)
      guard let entering = enteringVariable(slopes) else { return false }
      pivot(leaving, entering, slopes)
    }
  }

  private func leavingRow() -> Int? {
    var (least, row) = (-Self.tolerance, -1)
    for (index, value) in values.enumerated() where value < least { (least, row) = (value, index) }
    return row < 0 ? nil : row
  }

  /// What each variable counts in a row of the inverse.
  private func slopes(ofRow row: Int) -> [Double] {
    var slopes = [Double](repeating: 0, count: reducedCosts.count)
    let base = row * stride
    slopes.withUnsafeMutableBufferPointer { slopes in
      inverse.withUnsafeBufferPointer { inverse in
        for (column, block) in blockOfColumn.enumerated() { slopes[column] = inverse[base + Int(block)] }
        var sum = 0.0
        for (index, entries) in rows.enumerated() {
          let factor = inverse[base + blockCount + index]
          slopes[columnCount + 1 + index] = factor
          guard factor != 0 else { continue }
          sum += factor
          for entry in entries { slopes[Int(entry.index)] += factor * entry.value }
        }
        slopes[columnCount] = -sum
      }
    }
    return slopes
  }

  /// The variable whose reduced cost reaches 0 first; of about equal ones that with the steepest slope.
  private func enteringVariable(_ slopes: [Double]) -> Int? {
    var most = Double.infinity
    for (variable, slope) in slopes.enumerated() where slope < -Self.tolerance && !isBasic[variable] {
      most = min(most, (reducedCosts[variable] + Self.tolerance) / -slope)
    }
    var (steepest, chosen) = (0.0, -1)
    for (variable, slope) in slopes.enumerated() where slope < steepest && !isBasic[variable] {
      if slope < -Self.tolerance, reducedCosts[variable] <= most * -slope {
        (steepest, chosen) = (slope, variable)
      }
    }
    return chosen < 0 ? nil : chosen
  }

  private mutating func pivot(_ leaving: Int, _ entering: Int, _ slopes: [Double]) {
    pivots += 1
    let column = solved(entering)
    let pivot = column[leaving]
    let step = values[leaving] / pivot
    let change = max(0, reducedCosts[entering]) / slopes[entering]
    for variable in reducedCosts.indices where !isBasic[variable] {
      reducedCosts[variable] -= change * slopes[variable]
    }
    reducedCosts[basis[leaving]] = -change
    reducedCosts[entering] = 0
    isBasic[basis[leaving]] = false
    isBasic[entering] = true
    basis[leaving] = entering
    let (size, stride) = (size, stride)
    inverse.withUnsafeMutableBufferPointer { inverse in
      let base = leaving * stride
      for index in 0..<size { inverse[base + index] /= pivot }
      for row in 0..<size where row != leaving && column[row] != 0 {
        let factor = column[row]
        let own = row * stride
        for index in 0..<size { inverse[own + index] -= factor * inverse[base + index] }
      }
    }
    for row in 0..<size where row != leaving { values[row] -= step * column[row] }
    values[leaving] = step
  }

  /// A variable's column, solved for the basis.
  private func solved(_ variable: Int) -> [Double] {
    var column = [Double](repeating: 0, count: size)
    inverse.withUnsafeBufferPointer { inverse in
      if variable < columnCount {
        let block = Int(blockOfColumn[variable])
        for row in 0..<size {
          var sum = inverse[row * stride + block]
          for entry in entriesOfColumn[variable] {
            sum += entry.value * inverse[row * stride + blockCount + Int(entry.index)]
          }
          column[row] = sum
        }
      } else if variable == columnCount {
        for row in 0..<size {
          for index in rows.indices { column[row] -= inverse[row * stride + blockCount + index] }
        }
      } else {
        for row in 0..<size { column[row] = inverse[row * stride + blockCount + variable - columnCount - 1] }
      }
    }
    return column
  }
}
