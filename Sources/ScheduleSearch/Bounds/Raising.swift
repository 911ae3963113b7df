/// Raises a bound by refuting lengths above it.
///
/// Lengths are tried on a grid fine enough to tell all possible values apart: whole steps for the makespan, and
/// means of up to so many paths for the period, which are fractions with denominators up to that number.
struct Raising {
  /// The largest denominator of a possible value.
  let denominator: Int
  /// The goal, at which raising ends.
  let goal: Double

  /// How many lengths to a step are tried: no two possible values lie between neighbours.
  private var resolution: Double {
    var power = 1.0
    while denominator > 1, power <= 2 * Double(denominator * denominator) { power *= 2 }
    return power
  }

  /// The least possible value above a length.
  private func possibleValue(above length: Double) -> Double {
    (1...denominator).map { ((length * Double($0)).rounded(.down) + 1) / Double($0) }.min() ?? length
  }

  /// The largest length to try below the goal: no possible value lies between them.
  var lengthBelowGoal: Double { ((goal * resolution).rounded(.up) - 1) / resolution }

  /// The bound that refutations prove from a proved one.
  func raise(_ proved: Double, refuting isTooShort: (Double) -> Bool) -> Double {
    let resolution = resolution
    var low = proved
    var high = Double.infinity
    if goal.isFinite {
      // First the only question that matters to a search: whether the goal is best.
      let below = lengthBelowGoal
      if below < low || isTooShort(below) { return max(low, possibleValue(above: below)) }
      high = below
    }
    var stride = 0.0
    while true {
      let middle = high.isFinite && low + stride >= high ? (low + high) / 2 : low + stride
      let least = (low * resolution).rounded(.up) / resolution
      let length = max(least, (middle * resolution).rounded(.down) / resolution)
      guard length < high else { return low }
      if isTooShort(length) {
        low = possibleValue(above: length)
        stride = max(1, 2 * stride)
      } else {
        high = length
      }
    }
  }
}
