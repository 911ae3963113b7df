/// Finds all prefixes of a shape, breadth first from the empty one.
struct PrefixSearch {
  /// A step from one found prefix to another, by an operation or a pair.
  struct Step: BitwiseCopyable {
    var source: Int32
    var target: Int32
    var operation: Int32
  }

  private let shape: ChainShape
  /// Where each chain's count stands in a packed prefix.
  private var shifts: [UInt64] = []
  private var masks: [UInt64] = []
  private let rules: PrefixRules
  /// The prefixes in the order of their lengths.
  private var prefixes: [UInt64] = [0]
  private(set) var edges: [Step] = []
  private var index = PrefixIndex()

  var nodeCount: Int { prefixes.count }

  /// Finds the prefixes; `nil` when there are more than the limit, or counts do not fit 64 bits.
  ///
  /// - Throws: `OutOfTime` when the deadline passes first.
  init?(_ shape: ChainShape, nodeLimit: Int, deadline: Deadline) throws(OutOfTime) {
    self.shape = shape
    rules = PrefixRules(shape)
    var shift: UInt64 = 0
    for chain in shape.chains {
      let bits = UInt64(32 - chain.length.leadingZeroBitCount)
      shifts.append(shift)
      masks.append((1 << bits) - 1)
      shift += bits
      // Packed counts stay below 2^63: the index marks empty places by all bits.
      if shift > 63 { return nil }
    }
    guard nodeLimit > 0 else { return nil }
    _ = index.find(0, orInsert: 0)
    // Beyond this the band of pairs that can run is far too thin for what they would take.
    guard shape.pairs.isEmpty || shape.stepCount <= 8 * nodeLimit,
      try expand(nodeLimit: nodeLimit, deadline), try join(edgeLimit: 16 * nodeLimit, deadline)
    else { return nil }
  }

  private func count(_ chain: Int, in prefix: UInt64) -> Int32 {
    Int32(truncatingIfNeeded: (prefix >> shifts[chain]) & masks[chain])
  }

  private mutating func expand(nodeLimit: Int, _ deadline: Deadline) throws(OutOfTime) -> Bool {
    var counts = [Int32](repeating: 0, count: shape.chains.count)
    var position = 0
    while position < prefixes.count {
      if position.isMultiple(of: 4096) { try deadline.check() }
      let prefix = prefixes[position]
      for chain in counts.indices { counts[chain] = count(chain, in: prefix) }
      let held = rules.memory(after: counts)
      for chain in counts.indices {
        guard counts[chain] < rules.chains[chain].length, rules.hasRoom(forNextOf: chain, beside: held),
          rules.isAvailable(chain, after: counts)
        else { continue }
        let longer = prefix + (1 << shifts[chain])
        let node = index.find(longer, orInsert: Int32(prefixes.count))
        if Int(node) == prefixes.count {
          guard prefixes.count < nodeLimit else { return false }
          prefixes.append(longer)
        }
        let operation = rules.operation(of: chain, after: Int(counts[chain]))
        edges.append(Step(source: Int32(position), target: node, operation: Int32(operation)))
      }
      guard edges.count <= 4 * nodeLimit else { return false }
      position += 1
    }
    return true
  }

  /// Adds the steps by which pairs lead from one prefix to another: one operation after the other leads there, too.
  private mutating func join(edgeLimit: Int, _ deadline: Deadline) throws(OutOfTime) -> Bool {
    guard !shape.pairs.isEmpty else { return true }
    var counts = [Int32](repeating: 0, count: shape.chains.count)
    for position in prefixes.indices {
      if position.isMultiple(of: 4096) { try deadline.check() }
      for chain in counts.indices { counts[chain] = count(chain, in: prefixes[position]) }
      let held = rules.memory(after: counts)
      for pair in shape.pairs {
        let (forward, backward) = (rules.chains[pair.forward], rules.chains[pair.backward])
        guard counts[pair.forward] < forward.length, counts[pair.backward] < backward.length,
          rules.hasRoom(forNextOf: pair.forward, and: pair.backward, beside: held),
          rules.isAvailable(pair.forward, after: counts), rules.isAvailable(pair.backward, after: counts)
        else { continue }
        let longer =
          prefixes[position] + (1 << shifts[pair.forward]) + (1 << shifts[pair.backward])
          + (pair.weight.map { 1 << shifts[$0] } ?? 0)
        guard let node = index.find(longer) else { return false }
        let step =
          pair.first + Int(counts[pair.forward]) * Int(backward.length) + Int(counts[pair.backward])
        edges.append(Step(source: Int32(position), target: node, operation: Int32(step)))
      }
      guard edges.count <= edgeLimit else { return false }
    }
    return true
  }

  /// The place of every operation in the microbatch order.
  private var places: [Int32: Int32] {
    Dictionary(uniqueKeysWithValues: shape.order.enumerated().map { ($1, Int32($0)) })
  }

  private func places(ofChain chain: ChainShape.Chain, _ places: [Int32: Int32]) -> [Int32] {
    (0..<chain.length).map { places[chain.first + $0 * chain.stride] ?? 0 }
  }

  /// Per prefix, one more than the place of its last operation in microbatch order; 0 for the empty prefix.
  func lastPlaces() -> [Int32] {
    let places = places
    let rows = shape.chains.map { self.places(ofChain: $0, places) }
    return prefixes.map { prefix in
      var last: Int32 = 0
      for (chain, row) in rows.enumerated() {
        let count = Int(count(chain, in: prefix))
        if count > 0 { last = max(last, row[count - 1] + 1) }
      }
      return last
    }
  }

  /// Per prefix, the place of the first operation that it lacks; the number of operations for the last prefix.
  func lackingPlaces() -> [Int32] {
    let places = places
    let rows = shape.chains.map { self.places(ofChain: $0, places) }
    return prefixes.map { prefix in
      var first = Int32(shape.order.count)
      for (chain, row) in rows.enumerated() {
        let count = Int(count(chain, in: prefix))
        if count < row.count { first = min(first, row[count]) }
      }
      return first
    }
  }
}

/// From packed prefixes to their numbers: open addressing over flat arrays.
struct PrefixIndex {
  private var keys: [UInt64]
  private var nodes: [Int32]
  private var filled = 0
  private static let empty = UInt64.max

  init() {
    keys = Array(repeating: Self.empty, count: 1024)
    nodes = Array(repeating: 0, count: 1024)
  }

  private static func place(of key: UInt64, in capacity: Int) -> Int {
    // Fibonacci hashing: the golden ratio's bits spread neighbouring counts.
    let mixed = (key ^ (key >> 29)) &* 0x9E37_79B9_7F4A_7C15
    return Int(truncatingIfNeeded: (mixed ^ (mixed >> 32)) & UInt64(capacity - 1))
  }

  mutating func find(_ key: UInt64, orInsert node: Int32) -> Int32 {
    if 2 * filled >= keys.count { grow() }
    var place = Self.place(of: key, in: keys.count)
    while keys[place] != key {
      if keys[place] == Self.empty {
        keys[place] = key
        nodes[place] = node
        filled += 1
        return node
      }
      place = (place + 1) & (keys.count - 1)
    }
    return nodes[place]
  }

  func find(_ key: UInt64) -> Int32? {
    var place = Self.place(of: key, in: keys.count)
    while keys[place] != key {
      if keys[place] == Self.empty { return nil }
      place = (place + 1) & (keys.count - 1)
    }
    return nodes[place]
  }

  private mutating func grow() {
    let old = (keys, nodes)
    keys = Array(repeating: Self.empty, count: 2 * old.0.count)
    nodes = Array(repeating: 0, count: keys.count)
    for (key, node) in zip(old.0, old.1) where key != Self.empty {
      var place = Self.place(of: key, in: keys.count)
      while keys[place] != Self.empty { place = (place + 1) & (keys.count - 1) }
      keys[place] = key
      nodes[place] = node
    }
  }
}
