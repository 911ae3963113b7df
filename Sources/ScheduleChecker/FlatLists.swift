/// Many short lists of numbers in one array.
struct FlatLists {
  private var bounds = [0]
  private var values: [Int32] = []

  /// Lists that hold nothing yet, `count` of them, with room for what `sizes` says of each.
  init(sizes: [Int]) {
    bounds.reserveCapacity(sizes.count + 1)
    for size in sizes { bounds.append(bounds[bounds.count - 1] + size) }
    values = Array(repeating: 0, count: bounds[bounds.count - 1])
  }

  /// No lists.
  init() {}

  /// The number of numbers in all lists.
  var valueCount: Int { values.count }

  /// Where a list stands among the numbers of all. O(1).
  func range(of list: Int) -> Range<Int> { bounds[list]..<bounds[list + 1] }

  /// One list. O(1).
  subscript(list: Int) -> ArraySlice<Int32> { values[range(of: list)] }

  /// The number at a place among those of all lists. O(1).
  subscript(value place: Int) -> Int32 {
    get { values[place] }
    set { values[place] = newValue }
  }

  /// Adds a number to the list that is written at the moment.
  mutating func append(_ value: Int32) { values.append(value) }

  /// Ends the list that is written at the moment.
  mutating func endList() { bounds.append(values.count) }
}
