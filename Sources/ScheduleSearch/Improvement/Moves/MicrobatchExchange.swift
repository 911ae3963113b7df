import PipelineModel

/// Lets two unequal microbatches change places in all orders at once: where memory is tight, no single operation of them
/// could move first.
struct MicrobatchExchange {
  /// The microbatches that may change places with each; none for one that has only equals.
  private let partners: [[Int32]]
  private let candidates: [Int32]
  /// An exchange times everything afresh, which is worth as many moves.
  private let rarity: UInt64

  /// `nil` where all microbatches are alike. O(microbatches²).
  ///
  /// - Parameter cost: how many single moves take as long as an exchange.
  init?(_ problem: Problem, cost: Int) {
    guard problem.pieces == 1, problem.microbatchCount <= Self.mostMicrobatches else { return nil }
    let classes = problem.microbatches.indices.map { problem.microbatchClass(of: Microbatch.ID($0)) }
    let partners = classes.map { own in classes.indices.filter { classes[$0] != own }.map { Int32($0) } }
    self.partners = partners
    candidates = partners.indices.filter { !partners[$0].isEmpty }.map { Int32($0) }
    guard !candidates.isEmpty else { return nil }
    rarity = (1 << UInt64(Int.bitWidth - (max(8, cost) - 1).leadingZeroBitCount)) - 1
  }

  /// More have too many pairs to be told.
  private static let mostMicrobatches = 2_048

  /// Whether the next move is to be an exchange.
  @inline(__always)
  func isDue(_ random: inout FastRandom) -> Bool { random.next() & rarity == 0 }

  /// Two microbatches at random.
  func draw(_ random: inout FastRandom) -> (Int32, Int32) {
    let one = Int(candidates[random.index(below: candidates.count)])
    return (Int32(one), partners[one][random.index(below: partners[one].count)])
  }

  /// A device's order in which each of the two stands where the other did, as far as both have as many operations there;
  /// those of each keep their own order. O(operations of the device).
  static func exchanging<Element>(
    _ pair: (Int32, Int32), in order: some Sequence<Element>, microbatch: (Element) -> Int32
  ) -> [Element] {
    var result = Array(order)
    var own: ([Element], [Element]) = ([], [])
    for element in result {
      if microbatch(element) == pair.0 { own.0.append(element) }
      if microbatch(element) == pair.1 { own.1.append(element) }
    }
    var used = (0, 0)
    for place in result.indices {
      let isFirst = microbatch(result[place]) == pair.0
      guard isFirst || microbatch(result[place]) == pair.1 else { continue }
      if isFirst ? used.1 < own.1.count : used.0 == own.0.count {
        result[place] = own.1[used.1]
        used.1 += 1
      } else {
        result[place] = own.0[used.0]
        used.0 += 1
      }
    }
    return result
  }
}
