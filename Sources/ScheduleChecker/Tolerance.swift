/// The rounding that sums of decimal numbers are allowed, relative to their size.
///
/// A number such as 0.43 has no exact binary form, so sums of the same terms in another order differ.
enum Tolerance {
  /// The largest difference that counts as none between numbers of a given size.
  static func around(_ magnitude: Double) -> Double { 1e-9 * abs(magnitude) }
}

extension Double {
  /// Whether the number lies below another by more than rounding; both are finite.
  func isClearlyBelow(_ other: Double) -> Bool {
    other - self > Tolerance.around(max(abs(self), abs(other)))
  }

  /// Whether a recorded number is another one up to the rounding of numbers of a size, by default its own;
  /// false for anything not finite.
  func agrees(with expected: Double, size: Double? = nil) -> Bool {
    isFinite && abs(self - expected) <= Tolerance.around(size ?? expected)
  }
}
