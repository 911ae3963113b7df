/// What stays the same while paths are given to microbatches: their places, their tasks, and the limits of visits.
///
/// Task k of a microbatch is its k-th pass on the way there and back, task `passCount` + k the `W` of that pass. Of
/// microbatches that are alike the earlier one starts its first `F` earlier: their names may be exchanged.
final class PathLayout: Sendable {
  let table: PathTable
  /// Per microbatch in the order in which they are laid out, its group and whether the one before it is alike.
  let groupOf: [Int]
  let followsAlike: [Bool]
  /// The microbatches in this order, as they are numbered in the problem.
  let microbatches: [Int]
  let passCount: Int
  /// The passes that are on the origin whatever the path: the first, the head's and the last.
  let anchors: [Int]
  let tasksPerMicrobatch: Int
  /// How often each counter - a stage, or a device - has to be and may be visited.
  let counters: [ClosedRange<Int>]
  /// Per group and path the counters that it raises, one entry for each visit.
  let raises: [[[Int32]]]
  let deviceCount: Int
  /// The memory of each device; `nil` where it has no limit.
  let capacities: [Double?]

  init?(_ table: PathTable) {
    let model = table.model
    guard let path = table.groups.first(where: { !$0.paths.isEmpty })?.paths.first,
      model.deviceVisits.allSatisfy({ $0 >= 0 })
    else { return nil }
    self.table = table
    groupOf = table.groups.enumerated().flatMap { index, group in group.members.map { _ in index } }
    followsAlike = table.groups.flatMap { group in group.members.indices.map { $0 > 0 } }
    microbatches = table.groups.flatMap(\.members)
    passCount = path.passes.count
    tasksPerMicrobatch = 2 * passCount
    let middle = passCount / 2
    anchors = model.headLanes == nil ? [0, passCount - 1] : [0, middle - 1, middle, passCount - 1]
    deviceCount = model.deviceCount
    capacities = (0..<model.deviceCount).map {
      table.capacity(of: Claim.Resource(device: $0, isMemory: true))
    }
    counters = Self.counters(model)
    let stages = model.bodyCount
    raises = table.groups.map { group in
      group.paths.map { path in
        path.path.flatMap { lane in
          let lane = model.lanes[Int(lane)]
          return [Int32(lane.stage), Int32(stages + lane.device)]
        }
      }
    }
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

  /// The paths that microbatches of a group may take.
  @inline(__always)
  func path(_ path: Int32, of microbatch: Int) -> TimedPath {
    table.groups[groupOf[microbatch]].paths[Int(path)]
  }
}
