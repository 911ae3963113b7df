/// A zero-based index that cannot be taken for an index of another kind.
///
/// Devices, stages and microbatches are all counted from zero; a typed index keeps one from standing where
/// another belongs. It is stored in 32 bits, which bounds every problem to `Int32.max` of each kind.
public protocol TypedIndex: RawRepresentable, Hashable, Comparable, Sendable, CustomStringConvertible
where RawValue == Int32 {
  /// Wraps a position; negative and unknown positions are representable so that a checker can name them.
  init(rawValue: Int32)
}

extension TypedIndex {
  /// Wraps a zero-based position, which must fit 32 bits.
  @inlinable
  public init(_ index: Int) {
    self.init(rawValue: Int32(truncatingIfNeeded: index))
  }

  /// The position as an `Int`, ready to subscript an array.
  @inlinable
  public var index: Int { Int(rawValue) }

  /// The bare number.
  public var description: String { String(rawValue) }

  /// Orders indices by position.
  @inlinable
  public static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }
}
