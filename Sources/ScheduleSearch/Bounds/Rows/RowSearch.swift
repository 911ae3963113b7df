/// Finds the lines of a row, from that of whole microbatches on.
///
/// All rows are alike: memory and what waits for what depend on the lags alone, where whole microbatches leave no memory
/// behind. The first and the last rows have fewer prefixes, and the sweeps see to that.
struct RowSearch {
  /// A step along a chain from one line to another.
  struct Step: BitwiseCopyable {
    /// The line at the other end; -1 where there is no step.
    var line: Int32
    /// The largest lag of the filler, before the step, that leaves room for the operation.
    var room: Int32
  }

  let rules: PrefixRules
  /// Per chain: its operations in a microbatch.
  let perMicrobatch: [Int32]
  /// The chain along lines; `nil` where there is no `W`.
  let filler: Int?
  /// The chains that lines differ in: all others.
  let chains: Range<Int>
  private let shape: ChainShape
  /// Line by line its lags, one per chain.
  private(set) var lags: [Int32] = []
  /// Line by line the least and the largest lag of the filler.
  private(set) var ranges: [(low: Int32, high: Int32)] = []
  /// Line by line and chain by chain the steps that lead on.
  private(set) var steps: [Step] = []
  /// The prefixes of all lines.
  private(set) var prefixCount = 0
  /// What one more lag of the filler holds.
  private let heldPerLag: Double
  private var index: [UInt64: Int32] = [:]
  private var shifts: [UInt64] = []

  var lineCount: Int { ranges.count }
  /// How many prefixes are timed in the time that a row takes: a step to a line takes as long as about two.
  var cost: Int { prefixCount + 2 * chains.count * lineCount }

  /// Finds the lines; `nil` when a row would cost more than the limit.
  ///
  /// - Throws: `OutOfTime` when the deadline passes first.
  init?(
    _ shape: ChainShape, of microbatch: [Int32], limit: Int, deadline: Deadline
  ) throws(OutOfTime) {
    self.shape = shape
    perMicrobatch = microbatch
    rules = PrefixRules(shape)
    let last = shape.chains.count - 1
    filler = shape.chains[last].isGate ? nil : last
    chains = 0..<(filler ?? shape.chains.count)
    heldPerLag = filler.map { -shape.chains[$0].change } ?? 0
    var shift: UInt64 = 0
    for chain in chains {
      shifts.append(shift)
      shift += UInt64(32 - shape.chains[chain].length.leadingZeroBitCount)
      if shift > 64 { return nil }
    }
    guard insert([Int32](repeating: 0, count: shape.chains.count)) != nil,
      try expand(limit: limit, deadline)
    else { return nil }
  }

  /// How far the filler's lag grows in a step along a chain: the first one leads to the next row.
  func growth(by chain: Int) -> Int32 { chain == 0 ? filler.map { perMicrobatch[$0] } ?? 0 : 0 }

  /// The lags of a line, with a lag of the filler behind them.
  private func lags(of line: Int, filler lag: Int32) -> [Int32] {
    let own = lags[(line * chains.count)..<((line + 1) * chains.count)]
    return Array(own) + (filler == nil ? [] : [lag])
  }

  private mutating func expand(limit: Int, _ deadline: Deadline) throws(OutOfTime) -> Bool {
    var line = 0
    while line < lineCount {
      if line.isMultiple(of: 1024) { try deadline.check() }
      let (low, high) = ranges[line]
      let own = lags(of: line, filler: low)
      let held = held(after: own)
      for chain in chains {
        var step = Step(line: -1, room: -1)
        let room = largest(low, high) { lag in
          rules.hasRoom(forNextOf: chain, beside: held + Double(lag - low) * heldPerLag)
        }
        if room >= low, rules.isAvailable(chain, after: own.map { -$0 }),
          let next = following(own, by: chain),
          let target = insert(next)
        {
          step = Step(line: target, room: room)
        }
        steps.append(step)
        if cost > limit { return false }
      }
      line += 1
    }
    return true
  }

  private func held(after lags: [Int32]) -> Double { rules.memory(after: lags.map { -$0 }) }

  /// The lags after one more operation; `nil` where a chain would have less than none of its operations done.
  private func following(_ lags: [Int32], by chain: Int) -> [Int32]? {
    var next = lags
    if chain > 0 {
      next[chain] -= 1
      return next
    }
    for other in next.indices.dropFirst() {
      next[other] += perMicrobatch[other]
      if other != filler, next[other] > shape.chains[other].length { return nil }
    }
    return next
  }

  /// The number of a line, which is new where it was not known; `nil` where not even its least lag has room.
  private mutating func insert(_ all: [Int32]) -> Int32? {
    let lags = Array(all[chains])
    var key: UInt64 = 0
    for (lag, shift) in zip(lags, shifts) { key |= UInt64(lag) << shift }
    if let known = index[key] { return known }
    let low = filler.flatMap { shape.chains[$0].behind.map { $0.reduce(0) { $0 + lags[$1] } }.max() } ?? 0
    let held = held(after: lags + (filler == nil ? [] : [low]))
    let high = largest(low, filler.map { shape.chains[$0].length } ?? 0) { lag in
      rules.hasRoom(for: held + Double(lag - low) * heldPerLag)
    }
    guard low <= high else { return nil }
    let number = Int32(lineCount)
    index[key] = number
    self.lags += lags
    ranges.append((low, high))
    prefixCount += Int(high - low) + 1
    return number
  }

  /// The largest number of a range that fits, where all smaller ones do; one less than the least where none does.
  private func largest(_ low: Int32, _ high: Int32, _ fits: (Int32) -> Bool) -> Int32 {
    var (fitting, failing) = (low - 1, high + 1)
    while failing - fitting > 1 {
      let middle = fitting + (failing - fitting) / 2
      if fits(middle) { fitting = middle } else { failing = middle }
    }
    return fitting
  }
}

extension ChainShape {
  /// How many operations of each chain a microbatch has, where all rows of prefixes are alike: where every operation waits
  /// for the first chain's of its microbatch, and a whole microbatch leaves no memory behind. `nil` elsewhere, such as
  /// with several classes, with branches none of which waits for the other, and where nothing comes back.
  ///
  /// This is all that rows ask of a problem: what they know of its features they read off the chains, as graphs do.
  var operationsPerMicrobatch: [Int32]? {
    guard let first = chains.first, first.behind.isEmpty, first.isGate,
      chains.dropFirst().contains(where: \.isGate)
    else { return nil }
    let counts = chains.map { $0.length / first.length }
    for (chain, count) in zip(chains, counts).dropFirst() {
      guard chain.length == count * first.length, !chain.behind.isEmpty,
        chain.behind.allSatisfy({ $0.reduce(0) { $0 + counts[$1] } == count })
      else { return nil }
    }
    let left =
      zip(chains, counts).reduce(0) { $0 + Double($1.1) * $1.0.change } - shared.reduce(0) { $0 + $1.amount }
    return left.magnitude <= 1e-9 * chains.reduce(0) { max($0, $1.growth) } ? counts : nil
  }
}
