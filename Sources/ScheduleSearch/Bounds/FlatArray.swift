/// Memory of a fixed length that kernels read and write; only debug builds check the bounds.
///
/// A class, so that no kernel copies it by accident; indices come from tables that this module builds itself.
final class FlatArray<Element: BitwiseCopyable> {
  /// The first element.
  let base: UnsafeMutablePointer<Element>
  /// The number of elements.
  let count: Int

  init(repeating element: Element, count: Int) {
    base = .allocate(capacity: max(count, 1))
    base.initialize(repeating: element, count: max(count, 1))
    self.count = count
  }

  convenience init(_ elements: some Collection<Element>) {
    guard let first = elements.first else {
      self.init(uninitialized: 0)
      return
    }
    self.init(repeating: first, count: elements.count)
    for (index, element) in elements.enumerated() { base[index] = element }
  }

  private init(uninitialized count: Int) {
    base = .allocate(capacity: 1)
    self.count = count
  }

  deinit { base.deallocate() }

  /// The element at an index.
  @inline(__always)
  subscript(index: Int) -> Element {
    get {
      assert(index >= 0 && index < count)
      return base[index]
    }
    set {
      assert(index >= 0 && index < count)
      base[index] = newValue
    }
  }

  /// Another array with the same elements.
  func copy() -> FlatArray {
    let copy = FlatArray(uninitialized: count, capacity: count)
    copy.base.update(from: base, count: count)
    return copy
  }

  private init(uninitialized count: Int, capacity: Int) {
    base = .allocate(capacity: max(capacity, 1))
    self.count = count
  }

  /// Takes the elements of another array of the same length.
  func update(from other: FlatArray) {
    assert(count == other.count)
    base.update(from: other.base, count: count)
  }

  /// Sets every element.
  func fill(_ element: Element) { base.update(repeating: element, count: count) }
}

extension FlatArray where Element: AdditiveArithmetic {
  /// Adds to an element.
  ///
  /// Swift 6.3 crashes where `+=` on an array that a value without copies holds is to be built for the thread sanitizer.
  @inline(__always)
  func add(_ amount: Element, at index: Int) { self[index] = self[index] + amount }

  /// Subtracts from an element.
  @inline(__always)
  func subtract(_ amount: Element, at index: Int) { self[index] = self[index] - amount }
}
