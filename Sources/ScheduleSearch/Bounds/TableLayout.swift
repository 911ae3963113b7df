/// Where the operations of each class and step stand in an operation table, and which arc between two is the first.
struct TableLayout {
  private let classes: [OperationTable.ClassMembers]
  let ways: [RouteWay]
  private var firsts: [[Int]]
  private var strides: [[Int]]
  /// Per way and step, the consumer of which it is the first producer; -1 where there is none.
  private let firstConsumers: [[Int]]

  init(
    _ classes: [OperationTable.ClassMembers], _ ways: [RouteWay], _ blocks: [[OperationTable.Block]],
    _ bounds: [Int]
  ) {
    self.classes = classes
    self.ways = ways
    firsts = classes.map { Array(repeating: 0, count: ways[$0.way].steps.count) }
    strides = classes.map { Array(repeating: 1, count: ways[$0.way].steps.count) }
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
  func firstConsumer(of step: Int, along way: Int) -> Int { firstConsumers[way][step] }

  /// The consumers besides that one.
  func furtherConsumers(of step: Int, along way: Int) -> [RouteWay.Arc] {
    ways[way].consumers[step].filter { $0.step != firstConsumers[way][step] }
  }

  /// Tells all arcs of a class besides the first ones: whose list an arc is in and its other end.
  func forEachFurtherArc(
    inClass index: Int, _ body: (_ list: Int, _ other: Int, _ isProducer: Bool, _ latency: Double) -> Void
  ) {
    let way = classes[index].way
    for step in ways[way].steps.indices {
      let producers = ways[way].producers[step].dropFirst()
      let consumers = furtherConsumers(of: step, along: way)
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
