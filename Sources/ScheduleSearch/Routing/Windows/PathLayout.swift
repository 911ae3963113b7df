/// What stays the same while paths are given to microbatches: their places, their tasks, and the limits of visits.
///
/// Task k of a microbatch is its k-th pass on the way there and back, task `passCount` + k the `W` of that pass. Of
/// microbatches that are alike the earlier one starts its first `F` earlier: their names may be exchanged. Paths are
/// numbered over all groups.
final class PathLayout {
  /// A stay of a path: what it holds of a device from one of its passes to another.
  struct Stay: BitwiseCopyable {
    var device: Int32
    var forward: Int32
    var backward: Int32
    var amount: Double
    var length: Double
  }

  let table: PathTable
  let paths: [TimedPath]
  /// Per microbatch in the order in which they are laid out, its group, the numbers of its paths and whether the one before
  /// it is alike.
  let groupOf: [Int]
  let pathsOf: [Range<Int>]
  let followsAlike: FlatArray<Bool>
  /// The microbatches in this order, as they are numbered in the problem.
  let microbatches: [Int]
  let passCount: Int
  /// The passes that are on the origin whatever the path: the first, the head's and the last.
  let anchors: FlatArray<Int>
  let tasksPerMicrobatch: Int
  /// The microbatch of each task.
  let microbatchOf: FlatArray<Int32>
  /// Per path its passes, and per path and one more where its stays begin.
  let passes: FlatArray<TimedPath.Pass>
  let stays: FlatArray<Stay>
  let firstStay: FlatArray<Int32>
  /// How often each counter - a stage, or a device - has to be and may be visited.
  let leastVisits: FlatArray<Int32>
  let mostVisits: FlatArray<Int32>
  /// Per path the counters that it raises, so many for each, one for each visit, and how often it raises the counter in all.
  let raises: FlatArray<Int32>
  let repeats: FlatArray<Int32>
  let raisesPerPath: Int
  let deviceCount: Int
  /// The memory of each device; `nil` where it has no limit.
  let capacities: [Double?]

  init?(_ table: PathTable) {
    let model = table.model
    let paths = table.groups.flatMap(\.paths)
    guard let path = paths.first, model.deviceVisits.allSatisfy({ $0 >= 0 }) else { return nil }
    self.table = table
    self.paths = paths
    groupOf = table.groups.enumerated().flatMap { index, group in group.members.map { _ in index } }
    let numbers = table.groups.reduce(into: [0..<0]) {
      $0.append($0[$0.count - 1].upperBound..<$0[$0.count - 1].upperBound + $1.paths.count)
    }
    pathsOf = groupOf.map { numbers[$0 + 1] }
    followsAlike = FlatArray(table.groups.flatMap { group in group.members.indices.map { $0 > 0 } })
    microbatches = table.groups.flatMap(\.members)
    passCount = path.passes.count
    tasksPerMicrobatch = 2 * passCount
    let (middle, perMicrobatch) = (passCount / 2, tasksPerMicrobatch)
    anchors = FlatArray(
      model.headLanes == nil ? [0, passCount - 1] : [0, middle - 1, middle, passCount - 1])
    microbatchOf = FlatArray((0..<microbatches.count * perMicrobatch).map { Int32($0 / perMicrobatch) })
    passes = FlatArray(paths.flatMap(\.passes))
    stays = FlatArray(paths.flatMap { path in path.stays.map { Stay($0, of: path) } })
    firstStay = FlatArray(paths.reduce(into: [0]) { $0.append($0[$0.count - 1] + Int32($1.stays.count)) })
    deviceCount = model.deviceCount
    capacities = (0..<model.deviceCount).map {
      table.capacity(of: Claim.Resource(device: $0, isMemory: true))
    }
    let counters = Self.counters(model)
    leastVisits = FlatArray(counters.map { Int32($0.lowerBound) })
    mostVisits = FlatArray(counters.map { Int32($0.upperBound) })
    let stages = model.bodyCount
    let raises = paths.map { path in
      path.path.flatMap { lane in
        let lane = model.lanes[Int(lane)]
        return [Int32(lane.stage), Int32(stages + lane.device)]
      }
    }
    self.raises = FlatArray(raises.flatMap(\.self))
    repeats = FlatArray(
      raises.flatMap { raises in raises.map { counter in Int32(raises.count { $0 == counter }) } })
    raisesPerPath = 2 * path.path.count
  }

  /// The limits of stages and devices, with what each is owed as the others leave no room.
  private static func counters(_ model: RoutingModel) -> [ClosedRange<Int>] {
    let all = model.visitCount
    let devices = model.deviceVisits.enumerated().map { device, most in
      let lanes = Set(model.lanes.filter { $0.device == device && $0.stage > 0 }.map(\.stage))
      return min(most, lanes.count * model.microbatchCount)
    }
    let stages = model.stageVisits.enumerated().map { $0.offset == 0 ? 0 : $0.element.upperBound }
    func ranges(_ most: [Int], _ least: (Int) -> Int) -> [ClosedRange<Int>] {
      let sum = most.reduce(0, +)
      return most.enumerated().map { place, most in
        let owed = max(least(place), all - (sum - most), 0)
        return owed...max(owed, most)
      }
    }
    return ranges(stages) { $0 == 0 ? 0 : model.stageVisits[$0].lowerBound } + ranges(devices) { _ in 0 }
  }

  var microbatchCount: Int { groupOf.count }
  var taskCount: Int { microbatchOf.count }

  /// A pass of a path.
  @inline(__always)
  func pass(_ pass: Int, of path: Int32) -> TimedPath.Pass { passes[Int(path) * passCount + pass] }

  /// The places in `raises` of a path's.
  @inline(__always)
  func raises(of path: Int32) -> Range<Int> {
    Int(path) * raisesPerPath..<(Int(path) + 1) * raisesPerPath
  }

  /// The time between the starts of two passes of a path, the earlier one first.
  @inline(__always)
  func time(from pass: Int, to other: Int, along path: Int32) -> Double {
    passes[Int(path) * passCount + other].head - passes[Int(path) * passCount + pass].head
  }
}

extension PathLayout.Stay {
  fileprivate init(_ stay: TimedPath.Stay, of path: TimedPath) {
    self.init(
      device: Int32(path.passes[stay.forward].device), forward: Int32(stay.forward),
      backward: Int32(stay.backward), amount: stay.amount, length: path.length(of: stay))
  }
}
