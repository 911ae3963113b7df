/// The rounding that sums of decimal numbers are allowed, relative to their size.
///
/// A number such as 0.43 has no exact binary form, so that sums of the same terms in another order differ
/// (docs/semantics.md, arithmetic).
package enum Rounding {
  /// The largest difference that counts as none, as a share.
  @inlinable
  package static var share: Double { 1e-9 }

  /// Whether a number lies below another by more than rounding; both are finite.
  @inlinable
  package static func isClearly(_ number: Double, below other: Double) -> Bool {
    other - number > share * max(abs(number), abs(other))
  }
}
