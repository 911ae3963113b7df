import PipelineModel

/// Whether paths can be shared out to microbatches such that every limit of visits is kept and no device is claimed for
/// longer than there is time, in a schedule of one length: the linear programme over origin, turn and path.
///
/// Multipliers of its rows refute the length: `excess` computes what they prove, and no rounding in how they were
/// found can make it wrong. docs/proofs.md has the argument.
struct PathProgram {
  /// A limit of the sum over all microbatches.
  enum Row: Hashable, Sendable {
    /// Of claims that fall into an interval, from one moment until another one before the end.
    case energy(Claim.Resource, from: Double, beforeEnd: Double)
    /// Of visits of a stage, at most or at least.
    case most(stage: Int)
    case least(stage: Int)
    /// Of visits of a device.
    case device(Int)
  }

  /// How much a row counts.
  struct Multiplier {
    var row: Row
    var value: Double
  }

  /// Some microbatches of a group that start one after another.
  struct Block {
    var group: Int
    var size: Int
    /// When the first of them starts at the earliest.
    var start: Double
  }

  struct Column {
    var block: Int32
    /// Among those of the group.
    var path: Int32
  }

  private let table: PathTable
  let length: Double
  private(set) var blocks: [Block] = []
  private(set) var columns: [Column] = []
  /// Whether some microbatch has no path that is short enough.
  private(set) var isHopeless = false
  private(set) var rows: [Row] = []
  private var solver: LeastOverload
  /// Per row the limit of its sum, and the largest that a column counts.
  private var limits: [Double] = []
  private var largest: [Double] = []
  /// Per resource the claims of all columns on it.
  private let claims: [Claims]

  private struct Claims {
    var resource: Claim.Resource
    var capacity: Double
    var entries: [(column: Int32, claim: Claim, start: Double)] = []
  }

  /// Rows of a resource that one round may add.
  private static let mostRowsPerRound = 4
  /// Moments that one round looks at.
  private static let mostMoments = 40

  /// Lays out the paths that are short enough, and the limits of visits.
  init(_ table: PathTable, length: Double, mostColumns: Int) {
    self.table = table
    self.length = length
    let model = table.model
    let counts = table.groups.map { group in
      group.paths.count { group.starts[0] + $0.length <= length * (1 + PathTable.rounding) }
    }
    var columns: [Column] = []
    var costs: [Double] = []
    for (index, group) in table.groups.enumerated() {
      // Where turns would be too many, some share the start of the first.
      let share = max(1, mostColumns / max(1, table.groups.count * max(1, counts[index])))
      let size = (group.starts.count + share - 1) / share
      for first in stride(from: 0, to: group.starts.count, by: size) {
        let block = Block(
          group: index, size: min(size, group.starts.count - first), start: group.starts[first])
        let before = columns.count
        for (place, path) in group.paths.enumerated() {
          guard block.start + path.length <= length * (1 + PathTable.rounding) else { break }
          columns.append(Column(block: Int32(blocks.count), path: Int32(place)))
          costs.append(path.length)
        }
        if columns.count == before { isHopeless = true }
        blocks.append(block)
      }
    }
    self.columns = columns
    guard !isHopeless else {
      solver = LeastOverload(blockOfColumn: [], sizes: [], costs: [])
      claims = []
      return
    }
    let claimsOfPaths = table.groups.enumerated().map { index, group in
      group.paths.prefix(counts[index]).map { $0.claims(model) }
    }
    var claims: [Claim.Resource: Claims] = [:]
    for (index, column) in columns.enumerated() {
      let block = blocks[Int(column.block)]
      for claim in claimsOfPaths[block.group][Int(column.path)] {
        guard let capacity = table.capacity(of: claim.resource) else { continue }
        claims[claim.resource, default: Claims(resource: claim.resource, capacity: capacity)].entries.append(
          (Int32(index), claim, block.start))
      }
    }
    self.claims = claims.values.sorted {
      ($0.resource.device, $0.resource.isMemory ? 1 : 0) < ($1.resource.device, $1.resource.isMemory ? 1 : 0)
    }
    // So small that all of them together do not hide what limits are broken by.
    let unit = 1e-6 / max(1, length * Double(model.microbatchCount))
    solver = LeastOverload(
      blockOfColumn: columns.map(\.block), sizes: blocks.map { Double($0.size) },
      costs: costs.map { $0 * unit })
    for stage in 1..<max(1, model.bodyCount) {
      let range = model.stageVisits[stage]
      if range.upperBound < model.microbatchCount { add(.most(stage: stage)) }
      if range.lowerBound > 0 { add(.least(stage: stage)) }
    }
    for device in 0..<model.deviceCount where model.deviceVisits[device] < model.visitCount {
      add(.device(device))
    }
  }

  /// The rows that count in the last attempt, and how much.
  var multipliers: [Multiplier] {
    zip(rows, solver.multipliers).filter { $0.1 > 0 }.map { Multiplier(row: $0.0, value: $0.1) }
  }

  /// Adds the rows that counted in another programme; returns their multipliers in this one.
  mutating func take(_ others: [Multiplier]) -> [Double] {
    var places = Dictionary(rows.enumerated().map { ($1, $0) }) { first, _ in first }
    var multipliers = [Double](repeating: 0, count: rows.count)
    for other in others {
      if places[other.row] == nil {
        add(other.row)
        guard rows.count > multipliers.count else { continue }
        places[other.row] = multipliers.count
        multipliers.append(0)
      }
      if let place = places[other.row] { multipliers[place] = other.value }
    }
    return multipliers
  }

  /// Adds a row. O(columns).
  mutating func add(_ row: Row) {
    let model = table.model
    var entries: [LeastOverload.Entry] = []
    func count(_ value: Double, _ holds: (RoutingModel.Lane) -> Bool) {
      for (index, column) in columns.enumerated() {
        let visits = path(of: column).path.count { holds(model.lanes[Int($0)]) }
        if visits > 0 {
          entries.append(LeastOverload.Entry(index: Int32(index), value: value * Double(visits)))
        }
      }
    }
    let limit: Double
    switch row {
    case .most(let stage):
      count(1) { $0.stage == stage }
      limit = Double(model.stageVisits[stage].upperBound)
    case .least(let stage):
      count(-1) { $0.stage == stage }
      limit = -Double(model.stageVisits[stage].lowerBound)
    case .device(let device):
      count(1) { $0.device == device }
      limit = Double(model.deviceVisits[device])
    case .energy(let resource, let from, let beforeEnd):
      let interval = (from: from, to: length - beforeEnd)
      guard interval.to - interval.from > length * 1e-6,
        let claims = claims.first(where: { $0.resource == resource })
      else { return }
      entries = energies(claims, within: interval)
      limit = 1
    }
    rows.append(row)
    limits.append(limit)
    largest.append(entries.reduce(0) { max($0, abs($1.value)) })
    solver.add(entries, atMost: limit)
  }

  private func path(of column: Column) -> TimedPath {
    table.groups[blocks[Int(column.block)].group].paths[Int(column.path)]
  }

  /// The part of an interval that each column takes. Times are taken a little shorter than they are, so that no rounding
  /// makes them longer.
  private func energies(_ claims: Claims, within interval: (from: Double, to: Double)) -> [LeastOverload
    .Entry]
  {
    var entries: [LeastOverload.Entry] = []
    let scale = 1 / (claims.capacity * (interval.to - interval.from))
    let slip = 1e-12 * length
    for (column, claim, start) in claims.entries {
      let time = claim.time(within: interval, start: start, length: length) - slip
      guard time > 0 else { continue }
      let value = time * claim.amount * scale
      if let last = entries.last, last.index == column {
        entries[entries.count - 1].value += value
      } else {
        entries.append(LeastOverload.Entry(index: column, value: value))
      }
    }
    return entries
  }

  /// By how much the sum of all rows, each with its multiplier, is broken at least, whatever paths are taken: above 0, no
  /// schedule has this length. Any multipliers of at least 0 will do. O(entries).
  func excess(_ multipliers: [Double]) -> Double {
    let prices = prices(multipliers)
    var least = [Double](repeating: .infinity, count: blocks.count)
    for (index, column) in columns.enumerated() {
      least[Int(column.block)] = min(least[Int(column.block)], prices[index])
    }
    var sum = zip(blocks, least).reduce(0) { $0 + Double($1.0.size) * $1.1 }
    var terms = 0.0
    for (row, multiplier) in multipliers.enumerated() where multiplier > 0 {
      sum -= multiplier * limits[row]
      terms += multiplier * (abs(limits[row]) + largest[row] * Double(table.model.microbatchCount))
    }
    // Far more than sums of so many terms are rounded by.
    return sum - 1e-9 * terms
  }

  /// What each column counts in the sum of all rows.
  func prices(_ multipliers: [Double]) -> [Double] {
    var prices = [Double](repeating: 0, count: columns.count)
    for (row, multiplier) in zip(solver.rows, multipliers) where multiplier > 0 {
      for entry in row { prices[Int(entry.index)] += multiplier * entry.value }
    }
    return prices
  }

  /// Tries to refute the length.
  ///
  /// - Returns: multipliers with an excess above 0, or `nil` where none were found.
  mutating func refutation(effort: inout Int, until deadline: Deadline) -> [Double]? {
    guard !isHopeless else { return [] }
    while effort > 0, !deadline.hasPassed {
      let before = solver.pivots
      let most = before + max(100, effort / max(1, columns.count + rows.count * rows.count / 4))
      let program = self
      var found: [Double]?
      let isSolved = solver.solve { solver in
        if solver.overload > 1e-7 || solver.pivots % 64 == 0 {
          let multipliers = solver.multipliers
          if program.excess(multipliers) > 0 {
            found = multipliers
            return false
          }
        }
        return solver.pivots < most && !deadline.hasPassed
      }
      effort -= (solver.pivots - before + 1) * (columns.count * 4 + rows.count * rows.count)
      if let found { return found }
      let multipliers = solver.multipliers
      if excess(multipliers) > 0 { return multipliers }
      guard isSolved, solver.overload < 1e-7, separate() else { return nil }
      effort -= columns.count * 16
    }
    return nil
  }

  /// Adds rows that the present shares break; `false` where there are none.
  private mutating func separate() -> Bool {
    let shares = solver.shares
    var found: [Row] = []
    for claims in claims {
      let used = claims.entries.filter { shares[Int($0.column)] > 1e-7 }
      guard !used.isEmpty else { continue }
      let weights = used.map { shares[Int($0.column)] * $0.claim.amount }
      let from = moments(
        used.flatMap { [$0.start + $0.claim.head, length - $0.claim.tail - $0.claim.duration] })
      let to = moments(
        used.flatMap { [length - $0.claim.tail, $0.start + $0.claim.head + $0.claim.duration] })
      var broken: [(by: Double, from: Int, to: Int)] = []
      for (first, opens) in from.enumerated() {
        for (last, closes) in to.enumerated() where closes - opens > length * 1e-5 {
          var sum = 0.0
          for (index, entry) in used.enumerated() {
            let time = entry.claim.time(within: (opens, closes), start: entry.start, length: length)
            if time > 0 { sum += time * weights[index] }
          }
          let by = sum / (claims.capacity * (closes - opens)) - 1
          if by > 1e-6 { broken.append((by, first, last)) }
        }
      }
      broken.sort { ($1.by, $0.from, $0.to) < ($0.by, $1.from, $1.to) }
      var taken: [(from: Int, to: Int)] = []
      for candidate in broken {
        if taken.contains(where: { abs($0.from - candidate.from) < 3 && abs($0.to - candidate.to) < 3 }) {
          continue
        }
        taken.append((candidate.from, candidate.to))
        found.append(
          .energy(claims.resource, from: from[candidate.from], beforeEnd: length - to[candidate.to]))
        if taken.count == Self.mostRowsPerRound { break }
      }
    }
    let known = Set(rows)
    let added = found.filter { !known.contains($0) }
    for row in added { add(row) }
    return !added.isEmpty
  }

  /// The different moments, evenly thinned out where they are many.
  private func moments(_ all: [Double]) -> [Double] {
    var moments: [Double] = []
    for moment in all.sorted() where moments.last.map({ moment - $0 > length * PathTable.rounding }) ?? true {
      moments.append(moment)
    }
    guard moments.count > Self.mostMoments else { return moments }
    return (0..<Self.mostMoments).map { moments[$0 * (moments.count - 1) / (Self.mostMoments - 1)] }
  }
}
