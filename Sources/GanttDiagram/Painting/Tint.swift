/// How light or dark a kind's colour is: one step of a scale from the lightest tint to the darkest.
struct Tint: Hashable {
  /// The most tints that a reader can tell apart.
  static let most = 8

  /// The step, from 0 for the lightest.
  let index: Int
  /// The number of steps, from 1 to `most`.
  let count: Int

  /// The tint of one of `number` things in order; of more than `most` things neighbours share one.
  init(_ position: Int, of number: Int) {
    let number = max(1, number)
    let position = min(max(0, position), number - 1)
    count = min(number, Self.most)
    index = number > Self.most ? position * Self.most / number : position
  }

  /// All tints of a scale, the lightest first.
  static func scale(of number: Int) -> [Tint] {
    let count = min(max(1, number), most)
    return (0..<count).map { Tint($0, of: count) }
  }

  /// Whether the tint asks for white letters: the second half of the scale, rounded down.
  var isDark: Bool { index >= (count + 1) / 2 }
}

/// Which tint each operation of a picture has.
struct TintScale {
  /// The number of chunks told apart.
  let chunkCount: Int

  /// The scale that tells all chunks of some charts apart. O(operations).
  init(_ charts: [GanttChart]) {
    chunkCount = charts.reduce(1) { most, chart in
      chart.lanes.reduce(most) { most, lane in lane.bars.reduce(most) { max($0, $1.chunk + 1) } }
    }
  }

  /// The tints that occur, the lightest first.
  var tints: [Tint] { Tint.scale(of: chunkCount) }

  /// The tint of an operation.
  func tint(of bar: GanttChart.Bar) -> Tint { Tint(bar.chunk, of: chunkCount) }
}
