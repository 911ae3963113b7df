/// Cuts through all orders that all inputs of what precedes them precede too. Between such cuts a stretch can be
/// repeated: behind it every stage and kind is the same number of microbatches further.
struct CutClosure {
  private let model: SearchModel
  /// The operations of one microbatch.
  private let size: Int
  /// Where each operation stands in the orders.
  private let positions: [Int]
  /// Of the operations of one microbatch: pairs of one that waits and what it waits for.
  private let arcs: [(consumer: Int, producer: Int)]

  /// For orders of equal microbatches, first in first out. O(operations).
  init(_ nodeOrder: [Int32], of model: SearchModel) {
    self.model = model
    size = model.nodes.count / model.problem.microbatchCount
    var positions = [Int](repeating: 0, count: nodeOrder.count)
    for (position, node) in nodeOrder.enumerated() { positions[Int(node)] = position }
    self.positions = positions
    arcs = (0..<size).flatMap { consumer in
      let node = model.nodes[consumer]
      let further =
        node.hasFurtherLinks ? model.furtherLinks.producers(of: consumer).map { Int($0.node) } : []
      return ((node.producer < 0 ? [] : [Int(node.producer)]) + further).map { (consumer, $0) }
    }
  }

  /// The earliest cut of balanced positions that is closed and precedes nothing that starts from a moment on; `nil` where
  /// there is none.
  ///
  /// - Parameters:
  ///   - starts: of the operations, by position.
  ///   - balanced: the positions at which each device's order may be cut, ascending.
  func cut(at time: Double, _ starts: [Double], _ balanced: [[Int]]) -> [Int]? {
    var cut: [Int] = []
    for device in 0..<model.deviceCount {
      let order = model.bounds[device]..<model.bounds[device + 1]
      let now = order.lowerBound + Self.count(order.count) { starts[order.lowerBound + $0] < time }
      guard let place = order.isEmpty ? now : Self.first(in: balanced[device], from: now) else { return nil }
      cut.append(place)
    }
    return close(&cut, balanced) ? cut : nil
  }

  /// Moves a cut behind all inputs of what precedes it; tells whether there is such a cut. Devices only move on, so that
  /// this comes to an end.
  private func close(_ cut: inout [Int], _ balanced: [[Int]]) -> Bool {
    var isClosed = false
    while !isClosed {
      isClosed = true
      for (consumer, producer) in arcs {
        let needed = count(of: consumer, before: cut)
        guard needed > 0 else { continue }
        let place = positions[producer + (needed - 1) * size]
        let device = Int(model.nodes[producer].device)
        guard place >= cut[device] else { continue }
        guard let next = Self.first(in: balanced[device], from: place + 1) else { return false }
        cut[device] = next
        isClosed = false
      }
    }
    return true
  }

  /// How many microbatches have an operation before a cut.
  private func count(of operation: Int, before cut: [Int]) -> Int {
    let place = cut[Int(model.nodes[operation].device)]
    return Self.count(model.problem.microbatchCount) { positions[operation + $0 * size] < place }
  }

  /// The first of ascending positions from one on.
  private static func first(in positions: [Int], from place: Int) -> Int? {
    let passed = count(positions.count) { positions[$0] < place }
    return passed < positions.count ? positions[passed] : nil
  }

  /// How many of the first numbers have a property that none has behind the first that lacks it. O(log count).
  private static func count(_ count: Int, _ hasProperty: (Int) -> Bool) -> Int {
    var (low, high) = (0, count)
    while low < high {
      let middle = (low + high) / 2
      if hasProperty(middle) { low = middle + 1 } else { high = middle }
    }
    return low
  }
}
