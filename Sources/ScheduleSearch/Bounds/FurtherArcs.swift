/// The producers and consumers of operations besides the first ones: empty where visits form chains.
struct FurtherArcs {
  /// One arc, in the list of one of its ends.
  struct Arc: BitwiseCopyable {
    /// The other end.
    var operation: Int32
    /// From the producer's end until the consumer can start.
    var latency: Double
  }

  /// Where the producers of each operation begin, and behind them its consumers.
  private let starts: FlatArray<Int32>
  private let arcs: FlatArray<Arc>

  init(_ layout: TableLayout, _ precedences: PrecedenceArcs, operationCount: Int) {
    var counts: [Int: Int] = [:]
    for index in layout.classIndices {
      layout.forEachFurtherArc(inClass: index) { list, _, isProducer, _ in
        counts[2 * list + (isProducer ? 0 : 1), default: 0] += 1
      }
    }
    for arc in precedences.arcs {
      counts[2 * arc.target, default: 0] += 1
      counts[2 * arc.source + 1, default: 0] += 1
    }
    guard !counts.isEmpty else {
      (starts, arcs) = (
        FlatArray(repeating: 0, count: 0), FlatArray(repeating: Arc(operation: 0, latency: 0), count: 0)
      )
      return
    }
    starts = FlatArray(repeating: 0, count: 2 * operationCount + 1)
    for index in 0..<2 * operationCount { starts[index + 1] = starts[index] + Int32(counts[index] ?? 0) }
    arcs = FlatArray(repeating: Arc(operation: -1, latency: 0), count: Int(starts[2 * operationCount]))
  }

  /// Enters the arcs of a class.
  func fill(
    _ index: Int, _ layout: TableLayout, latency: (_ source: Int, _ target: Int, _ latency: Double) -> Double
  ) {
    layout.forEachFurtherArc(inClass: index) { list, other, isProducer, time in
      enter(
        other, in: 2 * list + (isProducer ? 0 : 1),
        isProducer ? latency(other, list, time) : latency(list, other, time))
    }
  }

  /// Enters an arc at both of its ends.
  func fill(_ source: Int, _ target: Int, latency: Double) {
    enter(source, in: 2 * target, latency)
    enter(target, in: 2 * source + 1, latency)
  }

  private func enter(_ other: Int, in list: Int, _ latency: Double) {
    var place = Int(starts[list])
    while arcs[place].operation >= 0 { place += 1 }
    arcs[place] = Arc(operation: Int32(other), latency: latency)
  }

  func producers(of operation: Int) -> UnsafeBufferPointer<Arc> { list(2 * operation) }
  func consumers(of operation: Int) -> UnsafeBufferPointer<Arc> { list(2 * operation + 1) }

  private func list(_ index: Int) -> UnsafeBufferPointer<Arc> {
    UnsafeBufferPointer(
      start: arcs.base + Int(starts[index]), count: Int(starts[index + 1] - starts[index]))
  }
}
