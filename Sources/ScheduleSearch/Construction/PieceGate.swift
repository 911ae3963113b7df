/// Holds operations back whose turn among the pieces of their sequence has not come.
struct PieceGate {
  private let pieces: Int
  /// Per node: the number of its piece, and the nodes of each piece of its sequence.
  private let piece: [Int]
  private let nodeCount: [Int]
  private let nodes: [SearchModel.Node]
  private var hasRun: [Bool]
  /// When a held operation arrived; infinite for all others.
  private var arrivals: [Double]

  /// A gate for a model's operations; `nil` where microbatches are whole sequences. O(visits).
  init?(_ model: SearchModel) {
    pieces = model.problem.pieces
    guard pieces > 1 else { return nil }
    let counts = model.problem.microbatches.indices.map {
      Int(model.firstNode[Int(model.firstVisit[$0 + 1])] - model.firstNode[Int(model.firstVisit[$0])])
    }
    nodes = model.nodes
    let pieces = pieces
    piece = counts.enumerated().flatMap { Array(repeating: $0 % pieces, count: $1) }
    nodeCount = counts.flatMap { Array(repeating: $0, count: $0) }
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

  /// The operation of the next piece in turn, or of the one before: `F` goes up, `B` goes down, `W` has no order.
  private func neighbour(of node: Int, isNext: Bool) -> Int? {
    let role = nodes[node].role
    guard role != .weight else { return nil }
    let step = (role == .forward) == isNext ? 1 : -1
    guard (0..<pieces).contains(piece[node] + step) else { return nil }
    return node + step * nodeCount[node]
  }
}
