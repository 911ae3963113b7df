/// How one order differs from another with elements in common, each element at most once in either.
struct OrderDifference {
  /// The first position at which the two differ; `nil` where they are equal.
  let firstDifference: Int?
  /// The elements of both that do not keep their place: that are not in all of the largest sets of elements that
  /// stand in both orders in one sequence. By their positions in the two orders, in the sequence of the first one.
  ///
  /// Of two neighbours that change places both are moved, of one element taken elsewhere that one alone.
  let moved: [(first: Int, second: Int)]

  /// Compares two orders. O(n log n).
  init<Element: Hashable>(_ first: some Collection<Element>, _ second: some Collection<Element>) {
    firstDifference = Self.firstDifference(first, second)
    let places = Dictionary(second.enumerated().map { ($1, $0) }) { place, _ in place }
    let common = first.enumerated().compactMap { index, element in
      places[element].map { (first: index, second: $0) }
    }
    let sequence = common.map(\.second)
    // The longest rising subsequences that end with an element and that begin with it.
    let endings = Self.lengths(sequence)
    let beginnings: [Int] = Self.lengths(sequence.reversed().map { -$0 }).reversed()
    let longest = endings.max() ?? 0
    let isKept = zip(endings, beginnings).map { $0 + $1 - 1 == longest }
    var choices = [Int](repeating: 0, count: longest + 1)
    for (index, ending) in endings.enumerated() where isKept[index] { choices[ending] += 1 }
    // An element is in all of them where no other can have its rank.
    moved = common.indices.filter { !isKept[$0] || choices[endings[$0]] > 1 }.map { common[$0] }
  }

  private static func firstDifference<Element: Equatable>(
    _ first: some Collection<Element>, _ second: some Collection<Element>
  ) -> Int? {
    let common = zip(first, second).prefix { $0 == $1 }.reduce(0) { count, _ in count + 1 }
    return common == first.count && common == second.count ? nil : common
  }

  /// By position, the length of the longest rising subsequence that ends there.
  private static func lengths(_ sequence: [Int]) -> [Int] {
    // By length, less one, the least value with which such a subsequence ends.
    var least: [Int] = []
    return sequence.map { value in
      var (low, high) = (0, least.count)
      while low < high {
        let middle = (low + high) / 2
        if least[middle] < value { low = middle + 1 } else { high = middle }
      }
      if low == least.count { least.append(value) } else { least[low] = value }
      return low + 1
    }
  }
}
