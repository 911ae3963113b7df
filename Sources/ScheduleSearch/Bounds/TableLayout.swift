/// Where the operations of each class and step stand in an operation table, and which arc between two is the first.
struct TableLayout {
  private let classes: [OperationTable.ClassMembers]
  let ways: [RouteWay]
  private var firsts: [[Int]]
  private var strides: [[Int]]
  /// Per route and step, the consumer of which it is the first producer; -1 where there is none.
  private let firstConsumers: [[Int]]

  init(
    _ classes: [OperationTable.ClassMembers], _ ways: [RouteWay], _ blocks: [[OperationTable.Block]],
    _ bounds: [Int]
  ) {
    self.classes = classes
    self.ways = ways
    firsts = classes.map { Array(repeating: 0, count: ways[$0.route].steps.count) }
    strides = classes.map { Array(repeating: 1, count: ways[$0.route].steps.count) }
    firstConsumers = ways.map { way in
      way.steps.indices.map { step in
        way.consumers[step].first { way.producers[$0.step].first?.step == step }?.step ?? -1
      }
    }
    for (device, own) in blocks.enumerated() {
      for (index, block) in own.enumerated() {
        for (place, step) in block.forwards.enumerated() {
          firsts[index][step] = bounds[device] + block.forward(place)
        }
        for (place, step) in block.backwards.enumerated() {
          firsts[index][step] = bounds[device] + block.backward(place)
        }
        for (place, step) in block.weights.enumerated() {
          firsts[index][step] = bounds[device] + block.weight(place)
          strides[index][step] = block.weights.count
        }
      }
    }
  }

  /// The operation of the first member of a class, and how far apart those of the members are.
  func operations(of step: Int, inClass index: Int) -> (first: Int, stride: Int) {
    (firsts[index][step], strides[index][step])
  }

  /// The first consumer that has a step as its own first producer; -1 where there is none.
  func firstConsumer(of step: Int, along route: Int) -> Int { firstConsumers[route][step] }

  /// The consumers besides that one.
  func furtherConsumers(of step: Int, along route: Int) -> [RouteWay.Arc] {
    ways[route].consumers[step].filter { $0.step != firstConsumers[route][step] }
  }

  /// Tells all arcs of a class besides the first ones: whose list an arc is in and its other end.
  func forEachFurtherArc(
    inClass index: Int, _ body: (_ list: Int, _ other: Int, _ isProducer: Bool, _ latency: Double) -> Void
  ) {
    let route = classes[index].route
    for step in ways[route].steps.indices {
      let producers = ways[route].producers[step].dropFirst()
      let consumers = furtherConsumers(of: step, along: route)
      guard !producers.isEmpty || !consumers.isEmpty else { continue }
      for rank in classes[index].members.indices {
        func operation(_ step: Int) -> Int { firsts[index][step] + rank * strides[index][step] }
        for arc in producers { body(operation(step), operation(arc.step), true, arc.latency) }
        for arc in consumers { body(operation(step), operation(arc.step), false, arc.latency) }
      }
    }
  }

  var classIndices: Range<Int> { classes.indices }
}

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

  init(_ layout: TableLayout, operationCount: Int) {
    var counts: [Int: Int] = [:]
    for index in layout.classIndices {
      layout.forEachFurtherArc(inClass: index) { list, _, isProducer, _ in
        counts[2 * list + (isProducer ? 0 : 1), default: 0] += 1
      }
    }
    guard !counts.isEmpty else {
      (starts, arcs) = (FlatArray(repeating: 0, count: 0), FlatArray(repeating: Arc(operation: 0, latency: 0), count: 0))
      return
    }
    starts = FlatArray(repeating: 0, count: 2 * operationCount + 1)
    for index in 0..<2 * operationCount { starts[index + 1] = starts[index] + Int32(counts[index] ?? 0) }
    arcs = FlatArray(repeating: Arc(operation: -1, latency: 0), count: Int(starts[2 * operationCount]))
  }

  /// Enters the arcs of a class.
  func fill(_ index: Int, _ layout: TableLayout, latency: (_ source: Int, _ target: Int, _ latency: Double) -> Double) {
    layout.forEachFurtherArc(inClass: index) { list, other, isProducer, time in
      var place = Int(starts[2 * list + (isProducer ? 0 : 1)])
      while arcs[place].operation >= 0 { place += 1 }
      arcs[place] = Arc(
        operation: Int32(other), latency: isProducer ? latency(other, list, time) : latency(list, other, time))
    }
  }

  func producers(of operation: Int) -> UnsafeBufferPointer<Arc> { list(2 * operation) }
  func consumers(of operation: Int) -> UnsafeBufferPointer<Arc> { list(2 * operation + 1) }

  private func list(_ index: Int) -> UnsafeBufferPointer<Arc> {
    UnsafeBufferPointer(
      start: arcs.base + Int(starts[index]), count: Int(starts[index + 1] - starts[index]))
  }
}
