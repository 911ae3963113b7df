/// A price per unit of time that changes from cell to cell.
struct PriceCurve {
  /// Where cells begin and, last, where the last one ends.
  let bounds: [Double]
  /// Per cell, at least 0.
  private let prices: [Double]
  /// From the first cell to the beginning of each and, last, to the end.
  private let sums: [Double]

  init(bounds: [Double], prices: [Double]) {
    self.bounds = bounds
    self.prices = prices
    var sums = [0.0]
    for cell in prices.indices { sums.append(sums[cell] + prices[cell] * (bounds[cell + 1] - bounds[cell])) }
    self.sums = sums
  }

  /// The price of all time.
  var total: Double { sums[sums.count - 1] }

  /// The price of the time before a moment.
  ///
  /// - Parameter cell: where to look first; moves on with moments that only grow.
  @inline(__always)
  func before(_ moment: Double, from cell: inout Int) -> Double {
    while cell < prices.count, bounds[cell + 1] <= moment { cell += 1 }
    if cell == prices.count { return total }
    return moment <= bounds[cell] ? sums[cell] : sums[cell] + (moment - bounds[cell]) * prices[cell]
  }

  /// Cells of a frame: half of them where it begins and ends, which is where prices change most.
  ///
  /// - Parameter ramp: how long beginning and end are at most.
  static func bounds(_ count: Int, of length: Double, ramp: Double) -> [Double] {
    let quarter = count / 4
    let ramp = quarter == 0 ? 0 : min(length / 4, ramp)
    return (0...count).map { cell in
      if cell < quarter { return ramp * Double(cell) / Double(quarter) }
      if cell > count - quarter { return length - ramp * Double(count - cell) / Double(quarter) }
      return ramp + (length - 2 * ramp) * Double(cell - quarter) / Double(max(1, count - 2 * quarter))
    }
  }

  /// The same cells with the nearest bounds moved to some moments, the first ones first where bounds are few: what may begin
  /// or must be over there changes prices at once. O(moments x bounds).
  static func bounds(_ bounds: [Double], meeting moments: [Double]) -> [Double] {
    var bounds = bounds
    let length = bounds[bounds.count - 1]
    var isMoved = bounds.map { $0 == 0 || $0 == length }
    for moment in moments where moment > 0 && moment < length {
      let isMet = bounds.indices.contains { isMoved[$0] && abs(bounds[$0] - moment) < narrowest * length }
      guard !isMet else { continue }
      let free = bounds.indices.lazy.filter { !isMoved[$0] }
      guard let nearest = free.min(by: { abs(bounds[$0] - moment) < abs(bounds[$1] - moment) }) else { break }
      bounds[nearest] = moment
      isMoved[nearest] = true
    }
    return bounds.sorted()
  }

  /// Moments closer than this share of the frame are taken for one.
  private static let narrowest = 1e-4
}
