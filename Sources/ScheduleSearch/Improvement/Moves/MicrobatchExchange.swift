import PipelineModel

/// Lets two unequal microbatches of one route change places in all orders at once: where memory is tight, no single
/// operation of them could move first.
struct MicrobatchExchange {
  /// Which microbatches change places, in terms of what orders hold: nodes or visits, those of a microbatch side by
  /// side.
  struct Exchange {
    private let one: Range<Int32>
    private let other: Range<Int32>

    fileprivate init(_ one: Range<Int32>, _ other: Range<Int32>) {
      self.one = one
      self.other = other
    }

    /// What stands in the place of a node or visit.
    @inline(__always)
    func callAsFunction(_ index: Int32) -> Int32 {
      if one.contains(index) { return index - one.lowerBound + other.lowerBound }
      if other.contains(index) { return index - other.lowerBound + one.lowerBound }
      return index
    }
  }

  private let firsts: [Int32]
  /// The microbatches that may change places with each; none for one that has only equals.
  private let partners: [[Int32]]
  private let candidates: [Int32]
  /// An exchange times everything afresh, which is worth as many moves.
  private let rarity: UInt64

  /// `nil` where no two microbatches of one route differ. O(microbatches²).
  ///
  /// - Parameters:
  ///   - firsts: the first node or visit of each microbatch, and after the last one their end.
  ///   - cost: how many single moves take as long as an exchange.
  init?(_ problem: Problem, firsts: [Int32], cost: Int) {
    guard problem.pieces == 1, problem.microbatchCount <= Self.mostMicrobatches else { return nil }
    self.firsts = firsts
    let classes = problem.microbatches.indices.map { problem.microbatchClass(of: Microbatch.ID($0)) }
    let partners = classes.map { own in
      classes.indices.filter { classes[$0].route == own.route && classes[$0] != own }.map { Int32($0) }
    }
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
  func draw(_ random: inout FastRandom) -> Exchange {
    let one = Int(candidates[random.index(below: candidates.count)])
    let other = Int(partners[one][random.index(below: partners[one].count)])
    return Exchange(firsts[one]..<firsts[one + 1], firsts[other]..<firsts[other + 1])
  }
}
