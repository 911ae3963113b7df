/// The prefixes that a device's order can have, row by row, of which a sweep times two at a time.
///
/// Row n holds the prefixes with n operations of the first chain; so each row follows from the one before it, and
/// memory does not grow with the microbatches. Tails go by the microbatch of the first gate that a prefix lacks.
/// docs/proofs.md has the argument.
final class PrefixRows<Time: RowTime>: DevicePrefixes {
  /// All chains: those that lines differ in, and the filler.
  let chains: FlatArray<RowChain>
  /// The number of chains that lines differ in.
  let chainCount: Int
  /// The chain along lines; `nil` where there is no `W`.
  let filler: RowChain?
  /// Its operations in a microbatch; 0 where there is none.
  let fillersPerMicrobatch: Int
  let heads: RowSide
  let tails: RowSide
  /// Per lag the lines of tails whose last gate lags so far.
  let linesByLag: [[Int]]
  /// Per line of tails where the same one of heads has its times.
  let headOrigins: FlatArray<Int32>
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

  /// Builds the row of a shape for a device with so many operations; `nil` when rows are not alike, or one would cost
  /// more than the limit. O(lines x chains x log lags).
  ///
  /// - Parameter cutLimit: the most prefixes whose times are kept to join heads and tails.
  /// - Throws: `OutOfTime` when the deadline passes first.
  init?(
    _ shape: ChainShape, _ operationCount: Int, limit: Int, cutLimit: Int, deadline: Deadline
  ) throws(OutOfTime) {
    guard let microbatch = shape.operationsPerMicrobatch,
      let search = try RowSearch(shape, of: microbatch, limit: limit, deadline: deadline)
    else { return nil }
    let chains = zip(search.rules.chains, search.perMicrobatch).map { chain, own in
      RowChain(
        first: Int(chain.first), stride: Int(chain.stride), perMicrobatch: Int(own), count: Int(chain.length))
    }
    self.chains = FlatArray(chains)
    chainCount = search.chains.count
    filler = search.filler.map { chains[$0] }
    fillersPerMicrobatch = filler?.perMicrobatch ?? 0
    let isGate = shape.chains.map(\.isGate)
    heads = RowSide(search, for: .heads, isGate: isGate)
    tails = RowSide(search, for: .tails, isGate: isGate)
    headOrigins = FlatArray(
      zip(tails.places, heads.places).sorted { $0.0 < $1.0 }.map { [heads] in heads.lines[$0.1].origin })
    linesByLag = (0..<tails.lines.count).reduce(into: []) { [tails] byLag, line in
      let lag = Int(tails.lines[line].gateLag)
      while byLag.count <= lag { byLag.append([]) }
      byLag[lag].append(line)
    }
    (size, cost) = (search.prefixCount, search.cost)
    microbatches = Int(shape.chains[0].length)
    lastPartialRow = (0..<tails.lines.count).reduce(0) { [tails, fillersPerMicrobatch] last, line in
      let line = tails.lines[line]
      return max(
        last, Int(line.firstRow), fillersPerMicrobatch > 0 ? Int(line.high) / fillersPerMicrobatch : 0)
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
    return chain < 0 ? nil : (chain, operation - chains[chain].first)
  }

  static var operationsBetweenChecks: Int { 8 }
  static var looksAtAllOperations: Bool { false }

  static func noTimes(of prefixes: PrefixRows?) -> RowTimes<Time> { RowTimes(size: prefixes?.size ?? 0) }

  func begin(_ times: RowTimes<Time>, at start: Double) {
    times.start = start
    self.times(heads.whole, ofRow: 0, in: times)[0] = Time(start)
  }

  func end(_ times: RowTimes<Time>) -> Double { times.end }
  func rest(_ times: RowTimes<Time>) -> Double { times.end }

  func bottleneck(
    heads: (times: RowTimes<Time>, gates: UnsafePointer<Double>),
    tails: (times: RowTimes<Time>, gates: UnsafePointer<Double>), durations: UnsafePointer<Double>
  ) -> Double {
    let ends = max(heads.times.start + tails.times.end, heads.times.end + tails.times.start)
    return cuts.reduce(ends) { longest, row in
      max(longest, way(through: row, heads: heads.times, tails: tails.times, gates: tails.gates) ?? longest)
    }
  }

  /// The least way through a row: each order enters it once. `nil` where not both sides have kept it.
  private func way(
    through row: Int, heads: RowTimes<Time>, tails: RowTimes<Time>, gates: UnsafePointer<Double>
  ) -> Double? {
    guard let ends = heads.kept[row], let rests = tails.kept[row] else { return nil }
    let gate = gates[chains[0].operation(after: row - 1)]
    var least = Double.infinity
    for index in 0..<self.heads.lines.count {
      let line = self.heads.lines[index]
      let high = high(of: line, ofRow: row)
      guard line.gateLag > 0, line.firstRow <= row, Int(line.low) <= high else { continue }
      for place in Int(line.origin) + Int(line.low)...Int(line.origin) + high {
        least = min(least, Double(ends[place]) + max(Double(rests[place]), gate))
      }
    }
    return least
  }
}
