/// Lets two unequal microbatches of one route change places in all orders at once: where memory is tight, no single
/// operation of them could move first.
struct MicrobatchExchange {
  /// The first node of each microbatch, and after the last one the number of nodes.
  private let firstNode: [Int32]
  private let microbatchOf: [Int32]
  /// The microbatches that may change places with each; none for one that has only equals.
  private let partners: [[Int32]]
  private let candidates: [Int32]
  /// An exchange times everything afresh, which is worth as many moves.
  private let rarity: UInt64

  /// `nil` where no two microbatches of one route differ. O(nodes + microbatches²).
  init?(_ model: SearchModel) {
    let problem = model.problem
    guard !model.isFirstInFirstOut, problem.microbatchCount <= Self.mostMicrobatches else { return nil }
    firstNode = model.firstVisit.map { model.firstNode[Int($0)] }
    let starts = firstNode
    microbatchOf = problem.microbatches.indices.flatMap { microbatch in
      Array(repeating: Int32(microbatch), count: Int(starts[microbatch + 1] - starts[microbatch]))
    }
    let partners = problem.microbatches.indices.map { one in
      problem.microbatches.indices.filter { other in
        problem.routeIndexes[one] == problem.routeIndexes[other]
          && (problem.microbatches[one].scale != problem.microbatches[other].scale
            || problem.microbatches[one].memory != problem.microbatches[other].memory)
      }.map { Int32($0) }
    }
    self.partners = partners
    candidates = partners.indices.filter { !partners[$0].isEmpty }.map { Int32($0) }
    guard !candidates.isEmpty else { return nil }
    rarity = UInt64(max(8, model.nodes.count / 8).nextPowerOfTwo - 1)
  }

  /// More have too many pairs to be told.
  private static let mostMicrobatches = 2_048

  /// Whether the next move is to be an exchange.
  @inline(__always)
  func isDue(_ random: inout FastRandom) -> Bool { random.next() & rarity == 0 }

  /// Orders with two microbatches exchanged.
  func exchanged(_ order: [Int32], _ random: inout FastRandom) -> [Int32] {
    let one = candidates[random.index(below: candidates.count)]
    let other = partners[Int(one)][random.index(below: partners[Int(one)].count)]
    let step = firstNode[Int(other)] - firstNode[Int(one)]
    return order.map { node in
      switch microbatchOf[Int(node)] {
      case one: node + step
      case other: node - step
      default: node
      }
    }
  }
}

extension Int {
  fileprivate var nextPowerOfTwo: Int { 1 << (Int.bitWidth - (self - 1).leadingZeroBitCount) }
}
