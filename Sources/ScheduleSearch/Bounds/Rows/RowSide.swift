/// The lines of a row as one sweep goes through them: side by side in memory what is timed one after the other.
struct RowSide {
  /// In an order in which none precedes one whose times it reads from within the row.
  let lines: FlatArray<RowLine>
  /// Line by line and chain by chain the steps whose other ends the sweep reads: those that lead to the line for heads,
  /// on from it for tails.
  let steps: FlatArray<RowStep>
  /// Per chain of gates the lines that are timed in its turn: for heads those whose last gate in microbatch order is the
  /// chain's, for tails those that lack it first.
  let groups: [Range<Int>]
  /// The line of whole microbatches.
  var whole: RowLine { lines[places[0]] }
  /// Per line, as its search numbers them, where it stands here.
  let places: [Int]

  /// Arranges the lines that a search found. O(lines x (chains + log lines)).
  init(_ search: RowSearch, for sweep: Sweep, isGate: [Bool]) {
    let facts = (0..<search.lineCount).map { LineFacts(of: $0, in: search, isGate: isGate) }
    // Each step leads to fewer missing operations in a row, and to more done ones counted from the microbatch that lacks
    // a gate: heads and tails go the one way and the other.
    let groupOf = facts.map { sweep == .heads ? $0.last : $0.lacking }
    let rank = facts.map { sweep == .heads ? -$0.missing : -$0.done }
    let order = facts.indices.sorted { (groupOf[$0], rank[$0], $0) < (groupOf[$1], rank[$1], $1) }
    groups = isGate.indices.map { chain in
      let first = order.partitioningIndex { groupOf[$0] >= chain }
      return first..<order.partitioningIndex { groupOf[$0] > chain }
    }
    var (lines, places) = ([RowLine](), order)
    var size: Int32 = 0
    for (place, line) in order.enumerated() {
      let (low, high) = search.ranges[line]
      lines.append(
        RowLine(
          origin: size - low, low: low, high: high, gateLag: facts[line].gateLag,
          firstRow: facts[line].firstRow))
      places[line] = place
      size += high - low + 1
    }
    self.lines = FlatArray(lines)
    self.places = places
    steps = FlatArray(repeating: .none, count: search.steps.count)
    for line in places.indices {
      for chain in search.chains {
        let found = search.steps[line * search.chains.count + chain]
        guard found.line >= 0 else { continue }
        let (source, target) = (lines[places[line]], lines[places[Int(found.line)]])
        let reader = sweep == .heads ? Int(found.line) : line
        steps[places[reader] * search.chains.count + chain] = Self.step(
          from: source, to: target, room: found.room, for: sweep, growth: search.growth(by: chain),
          rows: chain == 0 ? 1 : 0, lag: search.lags[reader * search.chains.count + chain])
      }
    }
  }

  /// A step as the sweep reads it.
  ///
  /// - Parameters:
  ///   - growth: how far the filler's lag grows in it.
  ///   - rows: how many rows it leads on.
  ///   - lag: how many operations the chain lags behind on the line that reads it.
  private static func step(
    from source: RowLine, to target: RowLine, room: Int32, for sweep: Sweep, growth: Int32, rows: Int32,
    lag: Int32
  ) -> RowStep {
    switch sweep {
    case .heads:
      RowStep(
        origin: source.origin - growth, rowsBack: rows, low: max(target.low, source.low + growth),
        high: min(target.high, room + growth), lag: lag)
    case .tails:
      RowStep(
        origin: target.origin + growth, rowsBack: target.gateLag - rows,
        low: max(source.low, target.low - growth),
        high: min(source.high, room, target.high - growth), lag: lag)
    }
  }
}

/// What the order of lines depends on.
private struct LineFacts {
  /// The chain of the last gate in microbatch order, and of the first one that is lacking.
  var last: Int
  var lacking: Int
  /// How many microbatches the last gate of all is behind the first chain, and the slowest chain.
  var gateLag: Int32
  var firstRow: Int32
  /// How many operations the row's whole microbatches have more, and how many more there are than in the whole ones before
  /// the first lacking gate.
  var missing: Int32
  var done: Int32

  init(of line: Int, in search: RowSearch, isGate: [Bool]) {
    let lags = Array(search.lags[(line * search.chains.count)..<((line + 1) * search.chains.count)])
    let gates = search.chains.filter { isGate[$0] }
    gateLag = gates.reduce(0) { max($0, lags[$1]) }
    last = gates.last { lags[$0] == 0 } ?? 0
    lacking = gates.first { [gateLag] in lags[$0] == gateLag } ?? 0
    firstRow = zip(lags, search.perMicrobatch).reduce(0) { max($0, ($1.0 + $1.1 - 1) / $1.1) }
    missing = lags.reduce(0, +)
    done = search.perMicrobatch[search.chains].reduce(0, +) * gateLag - missing
  }
}
