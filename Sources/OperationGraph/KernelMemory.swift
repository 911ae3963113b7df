/// Memory of a fixed length that hot loops read and write: debug builds check every index, release builds none.
package typealias KernelMemory<Element> = UnsafeMutableBufferPointer<Element>

extension UnsafeMutableBufferPointer where Element: BitwiseCopyable {
  /// Allocates a copy of an array; whoever holds it deallocates it.
  package init(copying array: [Element]) {
    self = .allocate(capacity: array.count)
    _ = initialize(fromContentsOf: array)
  }

  /// Allocates equal elements; whoever holds them deallocates them.
  package init(repeating element: Element, count: Int) {
    self = .allocate(capacity: count)
    initialize(repeating: element)
  }
}
