/// The maximum cycle mean of a square matrix; minus infinity stands for no arc.
struct CycleMean {
  /// The largest mean over all cycles.
  private(set) var mean: Double
  /// The cycle that has it.
  private(set) var cycle: [Int]

  /// Raises the mean from the best arc of a node to itself: as long as arcs longer than the mean form a cycle, that cycle's
  /// own mean is a larger one. `nil` without any such arc. O(n³) a round, seldom more than four rounds; once the
  /// deadline has passed, the largest mean so far.
  init?(_ matrix: [[Double]], deadline: Deadline = .never) {
    guard let start = matrix.indices.max(by: { matrix[$0][$0] < matrix[$1][$1] }),
      matrix[start][start].isFinite
    else { return nil }
    mean = matrix[start][start]
    cycle = [start]
    while let better = Self.cycle(in: matrix, longerThan: mean, deadline) {
      let total = better.indices.reduce(0) { $0 + matrix[better[$1]][better[($1 + 1) % better.count]] }
      let larger = total / Double(better.count)
      guard larger > mean else { return }
      mean = larger
      cycle = better
    }
  }

  private static func cycle(
    in matrix: [[Double]], longerThan mean: Double, _ deadline: Deadline
  ) -> [Int]? {
    let count = matrix.count
    var potential = [Double](repeating: 0, count: count)
    var parent = [Int](repeating: -1, count: count)
    for _ in 0...count {
      if deadline.hasPassed { return nil }
      var rose = false
      for source in 0..<count {
        for target in 0..<count where matrix[source][target].isFinite {
          let reach = potential[source] + matrix[source][target] - mean
          guard reach > potential[target] + 1e-12 * abs(mean) else { continue }
          potential[target] = reach
          parent[target] = source
          rose = true
        }
      }
      if !rose { return nil }
    }
    var walk = [Int](repeating: -1, count: count)
    for start in 0..<count where walk[start] < 0 {
      var node = start
      while node >= 0, walk[node] < 0 {
        walk[node] = start
        node = parent[node]
      }
      guard node >= 0, walk[node] == start else { continue }
      var cycle = [node]
      var other = parent[node]
      while other != node {
        cycle.append(other)
        other = parent[other]
      }
      return cycle.reversed()
    }
    return nil
  }
}
