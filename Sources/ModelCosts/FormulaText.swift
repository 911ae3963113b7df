/// Numbers as formulas have them.
extension Double {
  /// A number in full; whole ones without decimals.
  var formulaText: String {
    let text = description
    return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
  }

  /// A rate or a size as data sheets write it: `989e12`.
  var rateText: String {
    for (power, name) in [(1e12, "e12"), (1e9, "e9")] where self >= power {
      return "\((self / power).formulaText)\(name)"
    }
    return formulaText
  }

  /// A time in milliseconds to the nanosecond, so that sums of times lie on a grid of decimals.
  var roundedToGrid: Double { (self * 1e6).rounded() / 1e6 }
}
