/// Holds operations back whose turn among the pieces of their sequence has not come.
struct PieceGate {
  /// Per node, the one of the same stage and kind of the piece before and of the piece behind; -1 for none, and for
  /// operations that have no order among pieces.
  private let before: [Int32]
  private let behind: [Int32]
  private let nodes: [SearchModel.Node]
  private var hasRun: [Bool]
  /// When a held operation arrived; infinite for all others.
  private var arrivals: [Double]

  /// A gate for a model's operations; `nil` where microbatches are whole sequences. O(visits).
  init?(_ model: SearchModel) {
    let pieces = model.problem.pieces
    guard pieces > 1 else { return nil }
    nodes = model.nodes
    var before = [Int32](repeating: -1, count: model.nodes.count)
    var behind = before
    for microbatch in model.problem.microbatches.indices where microbatch % pieces > 0 {
      let visits = Int(model.firstVisit[microbatch])..<Int(model.firstVisit[microbatch + 1])
      for visit in visits {
        // All pieces of a sequence take the same route.
        let other = visit - visits.count
        let pairs = [
          (model.firstNode[other], model.firstNode[visit]),
          (model.gradient(ofVisit: other) ?? -1, model.gradient(ofVisit: visit) ?? -1),
        ]
        for (one, two) in pairs where one >= 0 && two >= 0 {
          before[Int(two)] = one
          behind[Int(one)] = two
        }
      }
    }
    (self.before, self.behind) = (before, behind)
    hasRun = Array(repeating: false, count: model.nodes.count)
    arrivals = Array(repeating: .infinity, count: model.nodes.count)
  }

  /// Forgets what has run.
  mutating func reset() {
    for node in hasRun.indices {
      hasRun[node] = false
      arrivals[node] = .infinity
    }
  }

  /// Whether an operation that arrives may run; holds it otherwise until `release` names it.
  mutating func admits(_ node: Int32, at arrival: Double) -> Bool {
    guard let needed = neighbour(of: Int(node), isNext: false), !hasRun[needed] else { return true }
    arrivals[Int(node)] = arrival
    return false
  }

  /// Notes that an operation runs, and returns the held one whose turn has come, with its arrival.
  mutating func release(after node: Int32) -> (node: Int32, arrival: Double)? {
    hasRun[Int(node)] = true
    guard let next = neighbour(of: Int(node), isNext: true), arrivals[next].isFinite else { return nil }
    return (Int32(next), arrivals[next])
  }

  /// The operation of the next piece in turn, or of the one before: `F` goes up, `B` goes down, `W` and `R` have no order.
  private func neighbour(of node: Int, isNext: Bool) -> Int? {
    let isUp = (nodes[node].role == .forward) == isNext
    let other = isUp ? behind[node] : before[node]
    return other < 0 ? nil : Int(other)
  }
}
