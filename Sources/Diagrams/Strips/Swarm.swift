/// Places for the dots of a strip: each at its value, beside its neighbours where these are as large, to both sides of
/// the middle.
struct Swarm {
  /// The places, from the middle of the strip, in the order of the values.
  let places: [Drawing.Point]

  private static let largestRadius = 2.2
  private static let leastRadius = 0.9

  /// The radius of the dots of strips with ascending page positions: smaller where many are alike, so that they stay
  /// within a strip.
  ///
  /// O(dots), times the sizes tried.
  static func radius(ofDotsAt strips: [[Double]], height: Double) -> Double {
    var radius = largestRadius
    while radius > leastRadius,
      strips.contains(where: { highest($0, width: 2 * radius) * 2 * radius > height })
    {
      radius *= 0.9
    }
    return radius
  }

  /// Places dots of a radius at ascending page positions. O(dots).
  init(at positions: [Double], radius: Double, height: Double) {
    // Where even the smallest do not fit, they lie over each other.
    let pitch = min(2 * radius, height / max(1, Self.highest(positions, width: 2 * radius)))
    var places: [Drawing.Point] = []
    for column in Self.columns(positions, width: 2 * radius) {
      for (rank, index) in column.enumerated() {
        // 0, then once above and once below.
        let level = Double((rank + 1) / 2) * (rank % 2 == 0 ? 1 : -1)
        places.append(Drawing.Point(positions[index], level * pitch))
      }
    }
    self.places = places
  }

  /// The dots that would cover each other, from left to right.
  private static func columns(_ positions: [Double], width: Double) -> [Range<Int>] {
    var columns: [Range<Int>] = []
    var first = 0
    for index in positions.indices where positions[index] - positions[first] >= width {
      columns.append(first..<index)
      first = index
    }
    return positions.isEmpty ? [] : columns + [first..<positions.count]
  }

  private static func highest(_ positions: [Double], width: Double) -> Double {
    Double(columns(positions, width: width).reduce(0) { max($0, $1.count) })
  }
}
