import HeapModule

/// The order in which sweeps go through the operations of all microbatches: one in which what waits for another comes
/// later, microbatch by microbatch where that can be.
struct SweepOrder {
  private enum Order {
    /// All operations of one microbatch, then those of the next.
    case byMicrobatch([Int])
    /// Where some wait for each other both ways: the microbatch and the step of each operation.
    case interleaved([(microbatch: Int, step: Int)])
  }

  /// Per way its steps in an order in which a microbatch alone can run them; a `W` stands right behind its `B`.
  let steps: [[Int]]
  private let order: Order
  private let wayOf: [Int]

  /// Whether each microbatch's operations stand together.
  var isByMicrobatch: Bool { if case .byMicrobatch = order { true } else { false } }

  /// Puts the operations of all microbatches in order. O(microbatches) without arcs, O((operations + arcs) log operations)
  /// with them.
  init(
    of classOf: [Int32], _ classes: [OperationTable.ClassMembers], _ ways: [RouteWay],
    _ arcs: [PrecedenceArcs.Arc]
  ) {
    let wayOf = classOf.map { classes[Int($0)].way }
    self.wayOf = wayOf
    guard !arcs.isEmpty else {
      steps = ways.map { Array($0.steps.indices) }
      order = .byMicrobatch(Array(classOf.indices))
      return
    }
    let within = Dictionary(grouping: arcs.filter { $0.microbatches.source == $0.microbatches.target }) {
      wayOf[$0.microbatches.source]
    }
    steps = ways.enumerated().map { number, way in
      let further = Set((within[number] ?? []).map { SIMD2(Int32($0.steps.source), Int32($0.steps.target)) })
      return further.isEmpty ? Array(way.steps.indices) : way.order(with: further)
    }
    let across = arcs.filter { $0.microbatches.source != $0.microbatches.target }.map {
      (from: $0.microbatches.source, to: $0.microbatches.target)
    }
    order =
      TopologicalOrder.first(of: classOf.count, across).map { .byMicrobatch($0) }
      ?? .interleaved(Self.interleaved(wayOf, classes, ways, arcs))
  }

  /// Calls `body` with the microbatch and the step of each operation, in order.
  func forEach(_ body: (_ microbatch: Int, _ step: Int) -> Void) {
    switch order {
    case .byMicrobatch(let microbatches):
      for microbatch in microbatches {
        for step in steps[wayOf[microbatch]] { body(microbatch, step) }
      }
    case .interleaved(let places): for place in places { body(place.microbatch, place.step) }
    }
  }

  private static func interleaved(
    _ wayOf: [Int], _ classes: [OperationTable.ClassMembers], _ ways: [RouteWay],
    _ arcs: [PrecedenceArcs.Arc]
  ) -> [(microbatch: Int, step: Int)] {
    let firsts = wayOf.reduce(into: [0]) { $0.append($0[$0.count - 1] + ways[$1].steps.count) }
    let places = wayOf.enumerated().flatMap { microbatch, way in
      ways[way].steps.indices.map { (microbatch: microbatch, step: $0) }
    }
    func unit(_ microbatch: Int, _ step: Int) -> Int {
      firsts[microbatch] + ways[wayOf[microbatch]].unit(of: step)
    }
    var edges = wayOf.enumerated().flatMap { microbatch, way in
      ways[way].steps.indices.flatMap { step in
        ways[way].producers[step].map { (from: unit(microbatch, $0.step), to: unit(microbatch, step)) }
      }
    }
    for group in classes {
      for (earlier, later) in zip(group.members, group.members.dropFirst()) {
        edges += ways[group.way].steps.indices.map { (unit(earlier, $0), unit(later, $0)) }
      }
    }
    edges += arcs.map {
      (unit($0.microbatches.source, $0.steps.source), unit($0.microbatches.target, $0.steps.target))
    }
    let order = TopologicalOrder.first(of: places.count, edges.filter { $0.from != $0.to })
    return (order ?? Array(places.indices)).flatMap { index in
      let (microbatch, step) = places[index]
      return ways[wayOf[microbatch]].steps(ofUnit: step).map { (microbatch, $0) }
    }
  }
}

extension RouteWay {
  /// The step that a step goes with: of a `W`, its `B`.
  fileprivate func unit(of step: Int) -> Int { steps[step].kind == .backwardWeight ? step - 1 : step }

  /// The steps that go with one; none for a `W`, which goes with another.
  fileprivate func steps(ofUnit step: Int) -> [Int] {
    guard steps[step].kind != .backwardWeight else { return [] }
    return steps.indices.contains(step + 1) && steps[step + 1].kind == .backwardWeight
      ? [step, step + 1] : [step]
  }

  /// The steps, each behind what it waits for by itself and by further arcs.
  fileprivate func order(with further: Set<SIMD2<Int32>>) -> [Int] {
    let own = steps.indices.flatMap { step in
      producers[step].map { (from: unit(of: $0.step), to: unit(of: step)) }
    }
    let others = further.map { (from: unit(of: Int($0.x)), to: unit(of: Int($0.y))) }
    let order = TopologicalOrder.first(of: steps.count, (own + others).filter { $0.from != $0.to })
    return order?.flatMap(steps(ofUnit:)) ?? Array(steps.indices)
  }
}

/// Numbers in an order in which edges lead forward.
enum TopologicalOrder {
  /// The first such order by the numbers themselves; `nil` where edges form a circle. O((count + edges) log count).
  static func first(of count: Int, _ edges: [(from: Int, to: Int)]) -> [Int]? {
    var waiting = [Int](repeating: 0, count: count)
    var following = [[Int]](repeating: [], count: count)
    for edge in edges {
      following[edge.from].append(edge.to)
      waiting[edge.to] += 1
    }
    var ready = Heap((0..<count).filter { waiting[$0] == 0 })
    var order: [Int] = []
    while let next = ready.popMin() {
      order.append(next)
      for other in following[next] {
        waiting[other] -= 1
        if waiting[other] == 0 { ready.insert(other) }
      }
    }
    return order.count == count ? order : nil
  }
}
