/// What is known of passes and paths at a node of the tree: a node is copied into another by copying this.
final class PathState {
  /// By task the earliest start and the latest end; without a meaning where a task is unknown.
  let earliest: FlatArray<Double>
  let latest: FlatArray<Double>
  let durations: FlatArray<Double>
  /// The device of each task; -1 where it is unknown.
  let devices: FlatArray<Int32>
  /// The path of each microbatch; -1 while it is open.
  let chosen: FlatArray<Int32>
  /// How many paths are left to each microbatch.
  let leftCounts: FlatArray<Int32>
  /// The paths left to all microbatches, each with room for all of its own.
  private let left: FlatArray<Int32>
  private let firstLeft: FlatArray<Int>
  /// How often each counter is visited by the paths chosen.
  let visits: FlatArray<Int32>

  /// All paths are left, and nothing is known of any task.
  init(_ layout: PathLayout, length: Double) {
    earliest = FlatArray(repeating: 0, count: layout.taskCount)
    latest = FlatArray(repeating: length, count: layout.taskCount)
    durations = FlatArray(repeating: 0, count: layout.taskCount)
    devices = FlatArray(repeating: -1, count: layout.taskCount)
    chosen = FlatArray(repeating: -1, count: layout.microbatchCount)
    leftCounts = FlatArray(layout.pathsOf.map { Int32($0.count) })
    left = FlatArray(layout.pathsOf.flatMap { $0.map { Int32($0) } })
    firstLeft = FlatArray(layout.pathsOf.reduce(into: [0]) { $0.append($0[$0.count - 1] + $1.count) })
    visits = FlatArray(repeating: 0, count: layout.leastVisits.count)
  }

  /// Takes all that another one knows, of the same layout.
  func update(from other: PathState) {
    earliest.update(from: other.earliest)
    latest.update(from: other.latest)
    durations.update(from: other.durations)
    devices.update(from: other.devices)
    chosen.update(from: other.chosen)
    leftCounts.update(from: other.leftCounts)
    left.update(from: other.left)
    visits.update(from: other.visits)
  }

  /// How many paths are left to a microbatch.
  @inline(__always)
  func leftCount(of microbatch: Int) -> Int { Int(leftCounts[microbatch]) }

  /// One of the paths left to a microbatch.
  @inline(__always)
  func left(_ place: Int, of microbatch: Int) -> Int32 { left[firstLeft[microbatch] + place] }

  /// Exchanges two of the paths left to a microbatch.
  func bring(_ place: Int, to other: Int, of microbatch: Int) {
    let first = firstLeft[microbatch]
    (left[first + place], left[first + other]) = (left[first + other], left[first + place])
  }

  /// Leaves a microbatch one path only.
  func keepOnly(_ path: Int32, of microbatch: Int) {
    left[firstLeft[microbatch]] = path
    leftCounts[microbatch] = 1
  }

  /// Leaves a microbatch the paths for which something is true; tells whether some are taken away.
  @inline(__always)
  func keepPaths(of microbatch: Int, where isKept: (Int32) -> Bool) -> Bool {
    let (first, count) = (firstLeft[microbatch], leftCount(of: microbatch))
    var kept = 0
    for place in 0..<count {
      let path = left[first + place]
      guard isKept(path) else { continue }
      left[first + kept] = path
      kept += 1
    }
    leftCounts[microbatch] = Int32(kept)
    return kept < count
  }
}
