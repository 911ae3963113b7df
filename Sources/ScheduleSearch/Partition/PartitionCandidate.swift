import PipelineModel

/// A partition that competes, in some modes, with what is known of it.
struct PartitionCandidate {
  /// How many layers each stage has, and its mode; `nil` where modes are left to the search.
  struct Key: Hashable {
    var counts: [Int]
    var modes: [Int]?

    /// An order that no dictionary changes.
    func precedes(_ other: Key) -> Bool {
      (counts + (modes ?? [])).lexicographicallyPrecedes(other.counts + (other.modes ?? []))
    }
  }

  let key: Key
  /// The problem of these stages, with all modes; it is in those of the candidate.
  let problem: Problem
  /// The same in these modes alone; `nil` where modes are left to the search.
  let alone: Problem?
  /// No schedule in these modes is shorter, in the problem's time unit.
  var bound: Double
  /// The best that searches found.
  var result: SearchResult?

  /// What it is worth: what was found, or what cannot be better.
  var value: Double { result?.value ?? .infinity }
  /// What greedy runs make of it at once; infinite where modes are left to the search.
  private let greedy: Double
  /// What a search may make of it.
  var expected: Double { greedy.isFinite ? (greedy + bound) / 2 : bound }
  /// Between what was found and what may be.
  var promise: Double { result.map { ($0.value + bound) / 2 } ?? bound }

  /// Cuts the layers; `nil` where that does not fit.
  ///
  /// - Parameter bound: what is known; `nil` for nothing.
  init?(_ key: Key, of open: PartitionProblem, bound: Double?, options: SearchOptions) {
    guard var closed = try? open.cut(key.counts).ifInScope else { return nil }
    self.key = key
    if let modes = key.modes, closed.hasModes {
      let choice = ModeChoice(modes, microbatchCount: closed.microbatchCount)
      guard let chosen = try? closed.with(modes: choice), let given = closed.inModes(of: choice) else {
        return nil
      }
      closed = chosen
      alone = given
    } else {
      alone = closed.hasModes ? nil : closed
    }
    problem = closed
    greedy = alone.map { ModeCandidate.greedyValue(of: $0, options) } ?? .infinity
    self.bound =
      bound
      ?? LowerBound.simple(for: alone ?? closed, objective: options.objective, scope: options.scope).value
  }
}

extension PartitionProblem {
  /// The partitions in which some stage has one layer less, or one group that stays together, and another one has more.
  func neighbours(of counts: [Int]) -> [[Int]] {
    let cuts = layers.cuts
    // In places of cuts, so that what stays together moves as one.
    var end = 0
    let places = counts.map { count in
      end += count
      return cuts.firstIndex(of: end) ?? 0
    }
    let sizes = zip(places, [0] + places).map { $0 - $1 }
    var found: [[Int]] = []
    for giver in sizes.indices where sizes[giver] > leastCount {
      for taker in sizes.indices where giver != taker {
        var moved = sizes
        moved[giver] -= 1
        moved[taker] += 1
        let ends = moved.reduce(into: [0]) { $0.append($0[$0.count - 1] + $1) }.map { cuts[$0] }
        found.append(zip(ends.dropFirst(), ends).map { $0 - $1 })
      }
    }
    return found
  }
}
