/// Which operation a device may run next, by how many of each chain it has done: told once for all forms of prefixes.
///
/// Only differences between chains matter, so that counts may be relative to any number of whole microbatches.
struct PrefixRules {
  /// One chain in flat form.
  struct Chain {
    /// The first operation, counted on the device, the distance to each following one, and their number.
    var first: Int32
    var stride: Int32
    var length: Int32
    fileprivate var growth: Double
    fileprivate var change: Double
    /// The chains of the groups that it is behind, each group closed by -1.
    fileprivate var behind: Range<Int>
  }

  let chains: [Chain]
  /// The groups of all chains.
  private let groups: [Int]
  private let shared: [ChainShape.SharedMemory]
  private let limit: Double

  init(_ shape: ChainShape) {
    var groups: [Int] = []
    chains = shape.chains.map { chain in
      let begin = groups.count
      for group in chain.behind { groups += group + [-1] }
      return Chain(
        first: chain.first, stride: chain.stride, length: chain.length, growth: chain.growth,
        change: chain.change, behind: begin..<groups.count)
    }
    self.groups = groups
    shared = shape.shared
    limit = shape.limit
  }

  /// The operation of a chain that follows so many others of it, counted on the device.
  @inline(__always)
  func operation(of chain: Int, after count: Int) -> Int {
    Int(chains[chain].first) + count * Int(chains[chain].stride)
  }

  /// The memory held after a prefix, in steps of the memory grid. O(chains).
  func memory(after counts: [Int32]) -> Double {
    var held = 0.0
    for (chain, count) in zip(chains, counts) { held += Double(count) * chain.change }
    for memory in shared {
      held -= memory.amount * Double(memory.chains.reduce(Int32.max) { min($0, counts[$1]) })
    }
    return held
  }

  /// Whether there is room for a prefix that holds so much.
  func hasRoom(for held: Double) -> Bool { held <= limit }

  /// Whether there is room for the next operation of a chain beside what is held.
  func hasRoom(forNextOf chain: Int, beside held: Double) -> Bool {
    chains[chain].growth == 0 || held + chains[chain].growth <= limit
  }

  /// Whether there is room for the next operations of two chains at once.
  func hasRoom(forNextOf first: Int, and second: Int, beside held: Double) -> Bool {
    let growth = chains[first].growth + chains[second].growth
    return growth == 0 || held + growth <= limit
  }

  /// Whether what the next operation of a chain waits for on its device has run.
  func isAvailable(_ chain: Int, after counts: [Int32]) -> Bool {
    var available: Int32 = 0
    for index in chains[chain].behind {
      let other = groups[index]
      if other >= 0 {
        available += counts[other]
      } else {
        if counts[chain] >= available { return false }
        available = 0
      }
    }
    return true
  }
}
