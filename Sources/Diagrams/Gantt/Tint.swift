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

/// Which tint each operation of a picture has: its direction's where it has one, or else its chunk's.
struct TintScale {
  /// The number of chunks told apart.
  let chunkCount: Int
  /// Whether any operation has a direction.
  let hasDirections: Bool

  /// The scale that tells all chunks of some charts apart. O(operations).
  init(_ charts: [GanttChart]) {
    var chunkCount = 1
    var hasDirections = false
    for lane in charts.lazy.flatMap(\.lanes) {
      for bar in lane.bars {
        if bar.direction == nil { chunkCount = max(chunkCount, bar.chunk + 1) } else { hasDirections = true }
      }
    }
    self.chunkCount = chunkCount
    self.hasDirections = hasDirections
  }

  /// The tints that occur, the lightest first.
  var tints: [Tint] { Tint.scale(of: hasDirections ? max(2, chunkCount) : chunkCount) }

  /// The tint of an operation.
  func tint(of bar: GanttChart.Bar) -> Tint {
    bar.direction.map(tint(of:)) ?? Tint(bar.chunk, of: tints.count)
  }

  /// The tint of a direction: the lightest or the darkest.
  func tint(of direction: GanttChart.Direction) -> Tint {
    Tint(direction == .descending ? tints.count - 1 : 0, of: tints.count)
  }
}
