import PipelineModel

/// Writes the orders of families: each device's operations chunk by chunk, microbatches in order.
///
/// Families speak of `F`, `B`, `W` and `BW`. What a stage does not have is left out: a `BW` of a stage without `W` is
/// its `B`, and without a backward pass there is neither. Leaving operations out of orders that can run makes no circle.
///
/// A lane is a chunk of the model on the device, in one direction: chunk c of a loop or V, or direction c of a
/// bidirectional pipeline. Lanes count from zero; single-chunk families only know lane 0.
struct OrderWriter {
  /// The next microbatch of each kind on a lane, which serves a range of microbatches.
  private struct Lane {
    var stage: Stage.ID
    /// The operations of the stage that stand for each kind.
    var kinds: StageKinds
    var last: Int
    var forward: Int
    var backward: Int
    var weight: Int
  }

  private var operations: [Operation] = []
  private var bounds = [0]
  private var pairs: [Int] = []
  private var lanes: [Lane] = []

  /// The number of microbatches on a lane: m, or half of them on either lane of a bidirectional pipeline.
  private(set) var microbatchCount = 0

  /// Writes one order per device; `write` appends the operations of one device.
  static func orders(for problem: Problem, write: (_ device: Int, inout OrderWriter) -> Void) -> Orders {
    var writer = OrderWriter()
    writer.operations.reserveCapacity(3 * problem.visitCount)
    let visits = LaneTable(problem)
    for device in problem.devices.indices {
      writer.begin(visits.lanes[device], stages: problem.stages)
      write(device, &writer)
      writer.bounds.append(writer.operations.count)
    }
    return Orders(operations: writer.operations, bounds: writer.bounds, pairs: writer.pairs)
  }

  private init() {}

  private mutating func begin(_ visits: [LaneTable.Visit], stages: [Stage]) {
    lanes = visits.map {
      let first = $0.microbatches.lowerBound
      return Lane(
        stage: $0.stage, kinds: StageKinds(stages[$0.stage.index]), last: $0.microbatches.upperBound,
        forward: first, backward: first, weight: first)
    }
    microbatchCount = visits.first?.microbatches.count ?? 0
  }

  /// How many forwards a lane has left.
  func forwardsLeft(_ lane: Int = 0) -> Int { lanes[lane].last - lanes[lane].forward }
  /// How many backwards a lane has left.
  func backwardsLeft(_ lane: Int = 0) -> Int { lanes[lane].last - lanes[lane].backward }
  /// How many `B` of a lane the order holds whose `W` it lacks.
  func weightsPending(_ lane: Int = 0) -> Int { lanes[lane].backward - lanes[lane].weight }

  /// Appends the next forwards of a lane.
  mutating func forward(_ count: Int = 1, lane: Int = 0) {
    let next = lanes[lane].forward
    append(.forward, next..<next + count, on: lane)
    lanes[lane].forward += count
  }

  /// Appends the next `B` of a lane.
  mutating func backwardInput(lane: Int = 0) {
    let next = lanes[lane].backward
    append(.backwardInput, next..<next + 1, on: lane)
    lanes[lane].backward += 1
  }

  /// Appends the next `W` of a lane, in the order of their `B`.
  mutating func backwardWeight(_ count: Int = 1, lane: Int = 0) {
    let next = lanes[lane].weight
    append(.backwardWeight, next..<next + count, on: lane)
    lanes[lane].weight += count
  }

  /// Appends the next fused `BW` of a lane.
  ///
  /// - Precondition: no `W` of the lane is pending.
  mutating func backward(lane: Int = 0) {
    let next = lanes[lane].backward
    append(.backward, next..<next + 1, on: lane)
    lanes[lane].backward += 1
    lanes[lane].weight += 1
  }

  /// Appends the next forward of one lane and the next `BW` of another as an overlapped pair; one after the other
  /// where the stage has no `BW`.
  mutating func pair(forward: Int, backward: Int) {
    if lanes[backward].kinds[.backward] == .backward { pairs.append(operations.count) }
    self.forward(lane: forward)
    self.backward(lane: backward)
  }

  /// Appends one operation of any microbatch, for families that are not first in, first out by construction.
  mutating func append(_ kind: Operation.Kind, lane: Int, microbatch: Int) {
    append(kind, microbatch..<microbatch + 1, on: lane)
  }

  private mutating func append(_ kind: Operation.Kind, _ microbatches: Range<Int>, on lane: Int) {
    guard let kind = lanes[lane].kinds[kind] else { return }
    for microbatch in microbatches {
      operations.append(Operation(kind, stage: lanes[lane].stage, microbatch: Microbatch.ID(microbatch)))
    }
  }
}

/// Which operation of a stage stands for each kind that a family asks for.
private struct StageKinds {
  private let split: Operation.Kind?
  private let fused: Operation.Kind?
  private let weight: Operation.Kind?

  init(_ stage: Stage) {
    split = stage.gradient(isFused: false)
    fused = stage.gradient(isFused: true)
    weight = stage.duration(of: .backwardWeight).map { _ in .backwardWeight }
  }

  /// The operation, or `nil` where there is nothing to do.
  subscript(kind: Operation.Kind) -> Operation.Kind? {
    switch kind {
    case .forward: .forward
    case .backwardInput: split
    case .backwardWeight: weight
    case .backward: fused
    // They follow from the modes of the problem, and are put in when all else is written.
    case .recompute, .reload: nil
    }
  }
}

/// The lanes of each device: the chunks it hosts in the model's order, or the two directions it serves.
struct LaneTable {
  /// A stage on a device and the microbatches that visit it there.
  struct Visit {
    var stage: Stage.ID
    var microbatches: Range<Int>
  }

  /// The lanes by device.
  private(set) var lanes: [[Visit]]

  /// Lists the lanes of a problem whose microbatches take their routes in contiguous runs. O(visits of the
  /// distinct routes + microbatches).
  init(_ problem: Problem) {
    lanes = Array(repeating: [], count: problem.deviceCount)
    var first = 0
    for (index, route) in problem.routes.enumerated() {
      let count = problem.routeIndexes.count { $0 == Int32(index) }
      for visit in route.visits {
        lanes[visit.device.index].append(
          Visit(stage: visit.stage, microbatches: first..<first + count))
      }
      first += count
    }
  }
}
