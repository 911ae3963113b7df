/// What the points of a chart say about every memory limit, not only those searched under.
///
/// What fits a limit fits every larger one, so a value reached holds for all larger limits, and a lower bound for
/// all smaller ones. The best possible bubble lies between the two staircases.
struct TradeOffCurves {
  /// One limit with what all points together say about it.
  struct Corner: Equatable {
    let memory: Double
    /// The least bubble reached at this limit or a smaller one.
    let reached: Double
    /// The greatest lower bound for this limit or a larger one.
    let bound: Double
  }

  /// One corner per limit, with growing limits and falling values.
  let corners: [Corner]
  /// Whether any bound is known: without one nothing is told of the best possible.
  let hasBounds: Bool

  /// Joins points in any order. O(points log points).
  init(_ points: [TradeOffChart.Point]) {
    hasBounds = points.contains { $0.bound != nil }
    // A bubble is never below 0.
    let sorted = points.sorted {
      ($0.memory, $0.bubble, $0.bound ?? 0) < ($1.memory, $1.bubble, $1.bound ?? 0)
    }
    var bounds = sorted.map { $0.bound ?? 0 }
    for index in bounds.indices.dropLast().reversed() {
      bounds[index] = max(bounds[index], bounds[index + 1])
    }
    var corners: [Corner] = []
    var least = Double.infinity
    for (point, bound) in zip(sorted, bounds) {
      least = min(least, point.bubble)
      // The first of several points at one limit is its best, and has the greatest bound.
      guard corners.last?.memory != point.memory else { continue }
      corners.append(Corner(memory: point.memory, reached: least, bound: bound))
    }
    self.corners = corners
  }

  /// From each limit to the next, where the best possible bubble lies: between what the smaller limit reached and
  /// what is proved for the larger one. Stretches where the two agree are left out.
  var undecided: [(memory: ClosedRange<Double>, bubble: ClosedRange<Double>)] {
    zip(corners, corners.dropFirst()).compactMap { corner, next in
      hasBounds && corner.reached > next.bound
        ? (corner.memory...next.memory, next.bound...corner.reached) : nil
    }
  }

  /// The staircase of reached values, from the smallest limit to the given one.
  func reached(to end: Double) -> [(memory: Double, bubble: Double)] {
    var steps: [(memory: Double, bubble: Double)] = []
    for corner in corners {
      if let last = steps.last { steps.append((corner.memory, last.bubble)) }
      steps.append((corner.memory, corner.reached))
    }
    if let last = steps.last { steps.append((end, last.bubble)) }
    return steps
  }

  /// The staircase of lower bounds, from the given limit to the largest.
  func bound(from start: Double) -> [(memory: Double, bubble: Double)] {
    var steps: [(memory: Double, bubble: Double)] = []
    for corner in hasBounds ? corners : [] {
      steps.append((steps.last?.memory ?? min(start, corner.memory), corner.bound))
      steps.append((corner.memory, corner.bound))
    }
    return steps
  }
}
