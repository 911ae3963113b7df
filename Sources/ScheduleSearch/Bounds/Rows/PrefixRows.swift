/// The prefixes that a device's order can have, row by row, of which a sweep times two at a time.
///
/// Row n holds the prefixes with n operations of the first chain; so each row follows from the one before it, and
/// memory does not grow with the microbatches. Tails go by the microbatch of the first gate that a prefix lacks.
/// docs/proofs.md has the argument.
final class PrefixRows: DevicePrefixes {
  let rules: PrefixRules
  /// Per chain: its operations in a microbatch.
  let perMicrobatch: [Int]
  let filler: Int?
  /// The number of chains that lines differ in.
  let chainCount: Int
  /// Lines in an order in which none precedes one that its prefixes are reached from within the row.
  let lines: FlatArray<RowLine>
  /// Line by line and chain by chain, what the line's chain lags behind the first one.
  let lags: FlatArray<Int32>
  /// The steps that lead to each line and on from it. Room is counted where a step begins.
  let stepsTo: FlatArray<RowStep>
  let stepsFrom: FlatArray<RowStep>
  /// Per chain the lines whose last gate in microbatch order is that chain's.
  let forwardGroups: [Range<Int>]
  /// Per chain the lines that lack that chain's gate first; within a group none leads to a later one.
  let backwardGroups: [[Int32]]
  /// Per lag the lines whose last gate lags so far.
  let linesByLag: [[Int32]]
  /// The prefixes of a row.
  let size: Int
  /// As many prefixes as are timed in the time that a row takes.
  let cost: Int
  let microbatches: Int
  /// Up to this one, rows lack some prefixes.
  let lastPartialRow: Int
  /// Per operation of the device its chain where that is one of gates; -1 elsewhere.
  private let chainOf: [Int32]
  /// The rows at which heads and tails are joined.
  let cuts: Set<Int>

  /// Builds the row of a shape for a device with so many operations; `nil` when it would cost more than the
  /// limit. O(lines x chains x log lags).
  ///
  /// - Parameters:
  ///   - microbatch: how many operations each chain has in one.
  ///   - cutLimit: the most prefixes whose times are kept to join heads and tails.
  /// - Throws: `OutOfTime` when the deadline passes first.
  init?(
    _ shape: ChainShape, of microbatch: [Int32], operationCount: Int, limit: Int, cutLimit: Int,
    deadline: Deadline
  ) throws(OutOfTime) {
    guard let search = try RowSearch(shape, of: microbatch, limit: limit, deadline: deadline)
    else { return nil }
    let layout = RowLayout(search, isGate: shape.chains.map(\.isGate))
    rules = search.rules
    perMicrobatch = search.perMicrobatch.map { Int($0) }
    filler = search.filler
    chainCount = search.chains.count
    lines = FlatArray(layout.lines)
    lags = FlatArray(layout.lags)
    stepsTo = FlatArray(layout.stepsTo)
    stepsFrom = FlatArray(layout.stepsFrom)
    forwardGroups = layout.forwardGroups
    backwardGroups = layout.backwardGroups
    linesByLag = layout.linesByLag
    (size, cost) = (search.prefixCount, search.cost)
    microbatches = Int(shape.chains[0].length)
    let fillers = search.filler.map { search.perMicrobatch[$0] }
    lastPartialRow = layout.lines.reduce(0) { last, line in
      max(last, Int(line.firstRow), fillers.map { Int(line.high / $0) } ?? 0)
    }
    var chainOf = [Int32](repeating: -1, count: operationCount)
    for (index, chain) in shape.chains.enumerated() where chain.isGate {
      for operation in chain.first..<chain.first + chain.length { chainOf[Int(operation)] = Int32(index) }
    }
    self.chainOf = chainOf
    let (last, count) = (microbatches, min(microbatches, cutLimit / max(1, size)))
    cuts = Set((0..<count).map { ($0 + 1) * last / count })
  }

  /// The chain of a gate and the microbatch that it is of; `nil` for an operation that is left out, and for `W`.
  func place(of operation: Int) -> (chain: Int, microbatch: Int)? {
    let chain = Int(chainOf[operation])
    return chain < 0 ? nil : (chain, operation - rules.operation(of: chain, after: 0))
  }

  static var operationsBetweenChecks: Int { 8 }
  static var looksAtAllOperations: Bool { false }

  static func noTimes(of prefixes: PrefixRows?) -> RowTimes { RowTimes(size: prefixes?.size ?? 0) }

  func begin(_ times: RowTimes, at start: Double) {
    times.start = start
    self.times(lines[lines.count - 1], ofRow: 0, in: times)[0] = start
  }

  func end(_ times: RowTimes) -> Double { times.end }
  func rest(_ times: RowTimes) -> Double { times.end }

  func bottleneck(
    heads: (times: RowTimes, gates: UnsafePointer<Double>),
    tails: (times: RowTimes, gates: UnsafePointer<Double>), durations: UnsafePointer<Double>
  ) -> Double {
    let ends = max(heads.times.start + tails.times.end, heads.times.end + tails.times.start)
    return cuts.reduce(ends) { longest, row in
      max(longest, way(through: row, heads: heads.times, tails: tails.times, gates: tails.gates) ?? longest)
    }
  }

  /// The least way through a row: each order enters it once. `nil` where not both sides have kept it.
  private func way(
    through row: Int, heads: RowTimes, tails: RowTimes, gates: UnsafePointer<Double>
  ) -> Double? {
    guard let ends = heads.kept[row], let rests = tails.kept[row] else { return nil }
    let gate = gates[rules.operation(of: 0, after: row - 1)]
    var least = Double.infinity
    for index in linesByLag.dropFirst().joined() {
      let line = lines[Int(index)]
      let high = high(of: line, ofRow: row)
      guard line.firstRow <= row, Int(line.low) <= high else { continue }
      for place in Int(line.origin) + Int(line.low)...Int(line.origin) + high {
        least = min(least, ends[place] + max(rests[place], gate))
      }
    }
    return least
  }
}

/// Lines sorted as the sweeps go through them.
private struct RowLayout {
  var lines: [RowLine] = []
  var lags: [Int32] = []
  var stepsTo: [RowStep]
  var stepsFrom: [RowStep]
  var forwardGroups: [Range<Int>] = []
  var backwardGroups: [[Int32]]
  var linesByLag: [[Int32]]

  init(_ search: RowSearch, isGate: [Bool]) {
    let width = search.chains.count
    let gates = search.chains.filter { isGate[$0] }
    func own(_ line: Int) -> ArraySlice<Int32> { search.lags[(line * width)..<((line + 1) * width)] }
    let facts = (0..<search.lineCount).map { line in
      let own = own(line)
      let first = own.startIndex
      return (
        last: gates.last { own[first + $0] == 0 } ?? 0, missing: own.reduce(0, +),
        gateLag: gates.reduce(0) { max($0, own[first + $1]) }
      )
    }
    // Each step of a row leads to fewer missing operations.
    let order = facts.indices.sorted {
      (facts[$0].last, facts[$1].missing, $0) < (facts[$1].last, facts[$0].missing, $1)
    }
    var rank = [Int32](repeating: 0, count: order.count)
    for (place, line) in order.enumerated() { rank[line] = Int32(place) }

    forwardGroups = isGate.indices.map { chain in
      let begin = order.partitioningIndex { facts[$0].last >= chain }
      return begin..<order.partitioningIndex { facts[$0].last > chain }
    }
    backwardGroups = Array(repeating: [], count: isGate.count)
    linesByLag = Array(repeating: [], count: Int(facts.reduce(0) { max($0, $1.gateLag) }) + 1)
    stepsTo = Array(repeating: .none, count: width * order.count)
    stepsFrom = stepsTo
    var size: Int32 = 0
    for (place, line) in order.enumerated() {
      let own = own(line)
      let (low, high) = search.ranges[line]
      lags += own
      lines.append(
        RowLine(
          origin: size - low, low: low, high: high, gateLag: facts[line].gateLag,
          firstRow: zip(own, search.perMicrobatch).reduce(0) { max($0, ($1.0 + $1.1 - 1) / $1.1) }))
      size += high - low + 1
      linesByLag[Int(facts[line].gateLag)].append(Int32(place))
      for chain in 0..<width {
        let step = search.steps[line * width + chain]
        guard step.line >= 0 else { continue }
        let target = rank[Int(step.line)]
        stepsFrom[place * width + chain] = RowStep(line: target, room: step.room)
        stepsTo[Int(target) * width + chain] = RowStep(line: Int32(place), room: step.room)
      }
    }
    // Tails go from more done operations to fewer, counted from the microbatch that lacks a gate.
    let perMicrobatch = search.perMicrobatch[search.chains].reduce(0, +)
    let done = facts.map { perMicrobatch * $0.gateLag - $0.missing }
    for line in facts.indices.sorted(by: { (done[$1], $0) < (done[$0], $1) }) {
      let first = gates.first { own(line)[own(line).startIndex + $0] == facts[line].gateLag } ?? 0
      backwardGroups[first].append(rank[line])
    }
  }
}
