import PipelineModel

/// Local search over orders of devices: two change places as long as that lowers a cost; then some are mixed at random and it
/// starts over from the best.
struct SwapSearch<Cost: Comparable & Hashable> {
  /// An order of all devices with what it is worth.
  struct Candidate {
    var order: [Device.ID]
    var cost: Cost
  }

  /// The places of an order whose devices may change, pair by pair.
  var swaps: [(Int, Int)]
  /// The most orders looked at.
  var limit: Int
  /// Where the random choices start.
  var seed: UInt64
  /// How many of the best are told.
  var keeping: Int

  /// The best orders found, one of each cost, the least cost first. A pass tries each pair once.
  func candidates(
    from order: [Device.ID], until deadline: Deadline, cost: ([Device.ID]) -> Cost
  ) -> [Candidate] {
    var random = FastRandom(seed: seed)
    var count = 0
    func goesOn() -> Bool { count < limit && !deadline.hasPassed }
    func candidate(_ order: [Device.ID]) -> Candidate {
      count += 1
      return Candidate(order: order, cost: cost(order))
    }
    var start = candidate(order)
    var found = [start]
    while goesOn(), !swaps.isEmpty {
      var current = start
      var untried = swaps
      while goesOn(), !untried.isEmpty {
        let (left, right) = untried.remove(at: random.index(below: untried.count))
        var order = current.order
        order.swapAt(left, right)
        let next = candidate(order)
        guard next.cost < current.cost else { continue }
        current = next
        untried = swaps
      }
      insert(current, into: &found)
      start = found[0]
      for _ in 0..<2 + random.index(below: 3) {
        let (left, right) = swaps[random.index(below: swaps.count)]
        start.order.swapAt(left, right)
      }
      start = candidate(start.order)
    }
    return found
  }

  /// Keeps the best few, one of each cost: placements of equal cost mostly differ in name only.
  private func insert(_ candidate: Candidate, into found: inout [Candidate]) {
    guard !found.contains(where: { $0.cost == candidate.cost }) else { return }
    let place = found.firstIndex { candidate.cost < $0.cost } ?? found.count
    found.insert(candidate, at: place)
    if found.count > keeping { found.removeLast() }
  }
}
