import OperationGraph
import PipelineModel

/// All operations of a problem as flat arrays, device by device, for the bounds.
///
/// Every backward pass is split into `B` and `W` or, for fused schedules, one `BW`. Microbatches of one scale and
/// route form a class; within a class first-in-first-out order loses nothing, so its k-th `F` on a visit is that of
/// its k-th microbatch. The operations of a device are numbered class by class: the `F`s of each visit, then the
/// `B`s or `BW`s of each visit from the last one to the first, then the `W`s in the order in which a microbatch
/// leaves them.
struct OperationTable {
  /// One class of microbatches that no cost tells apart.
  struct MicrobatchClass {
    var route: Int
    /// The microbatches in order.
    var members: [Int]
  }

  /// The operations that one class has on one device.
  struct Block {
    /// The positions on the class's route that are on the device, in route order.
    var positions: [Int]
    /// The number of microbatches.
    var length: Int
    /// The first operation, counted on the device.
    var first: Int

    /// The first `F` of the visit with an index among `positions`.
    func forward(_ index: Int) -> Int { first + index * length }
    /// The first `B` or `BW` of the visit with an index among `positions`.
    func backward(_ index: Int) -> Int { first + (2 * positions.count - 1 - index) * length }
    /// The first `W` of the visit; the following ones stand `positions.count` apart.
    func weight(_ index: Int) -> Int { first + 2 * positions.count * length + positions.count - 1 - index }
  }

  let problem: Problem
  /// Whether every backward pass is one `BW`; then there are no `W`.
  let isFused: Bool
  let grid: DecimalGrid
  let classes: [MicrobatchClass]
  /// Per device, one block per class; blocks without positions have no operations.
  let blocks: [[Block]]
  /// Where each device's operations begin, and after the last device their number.
  let bounds: [Int]
  /// Per operation, in grid steps.
  let duration: FlatArray<Double>
  /// Per operation: 0 for `F`, 1 for `B` or `BW`, 2 for `W`.
  let kind: FlatArray<UInt8>
  let device: FlatArray<Int32>
  /// The operation whose end it waits for, or -1, and how long the message takes.
  let producer: FlatArray<Int32>
  let latency: FlatArray<Double>
  /// The `F` or `B` that waits for its end, or -1. The `W` after a `B` is not listed.
  let consumer: FlatArray<Int32>
  /// The operation of the same kind on the same visit that FIFO puts before it, or -1; and after it.
  let previous: FlatArray<Int32>
  let next: FlatArray<Int32>
  /// All operations, microbatch by microbatch, each along its way: a topological order.
  let order: FlatArray<Int32>
  /// The optimizer step of each device, in grid steps.
  let optimizerSteps: [Double]

  /// The number of operations.
  var count: Int { duration.count }
  var deviceCount: Int { bounds.count - 1 }

  /// The operations of a device.
  func range(of device: Int) -> Range<Int> { bounds[device]..<bounds[device + 1] }

  /// The devices that have operations.
  var activeDevices: [Int] { (0..<deviceCount).filter { !range(of: $0).isEmpty } }

  /// The operations of each device, counted there, in the order of `order`. O(operations).
  var ordersOfDevices: [[Int32]] {
    var orders = [[Int32]](repeating: [], count: deviceCount)
    for place in 0..<count {
      let owner = Int(device[Int(order[place])])
      orders[owner].append(order[place] - Int32(bounds[owner]))
    }
    return orders
  }

  /// Whether a problem has only what the table can say.
  static func knows(_ problem: Problem) -> Bool {
    problem.isChain && problem.gap == .none && problem.barrier == .none && problem.tail == 0
      && problem.microbatches.allSatisfy { $0.memory == 1 }
      && problem.stages.allSatisfy {
        if case .split = $0.backward {
          $0.checkpoint == nil && $0.firstForward == nil && $0.lastBackward == nil
        } else {
          false
        }
      }
  }

  /// Lays out a problem. O(operations).
  init(_ problem: Problem, isFused: Bool) {
    let lowered = LoweredProblem(problem)
    let classes = Self.classes(of: lowered)
    let (blocks, bounds) = Self.blocks(of: classes, in: problem, operationsPerVisit: isFused ? 2 : 3)
    let count = bounds[bounds.count - 1]
    self.problem = problem
    self.isFused = isFused
    self.classes = classes
    self.blocks = blocks
    self.bounds = bounds
    grid = lowered.grid
    optimizerSteps = lowered.end.optimizerSteps
    duration = FlatArray(repeating: 0, count: count)
    kind = FlatArray(repeating: 0, count: count)
    device = FlatArray(repeating: 0, count: count)
    for index in 0..<problem.deviceCount {
      for operation in bounds[index]..<bounds[index + 1] { device[operation] = Int32(index) }
    }
    latency = FlatArray(repeating: 0, count: count)
    producer = FlatArray(repeating: -1, count: count)
    consumer = FlatArray(repeating: -1, count: count)
    previous = FlatArray(repeating: -1, count: count)
    next = FlatArray(repeating: -1, count: count)
    order = FlatArray(repeating: 0, count: count)
    fill(lowered)
  }

  private static func classes(of lowered: LoweredProblem) -> [MicrobatchClass] {
    var classes = lowered.classes.map { MicrobatchClass(route: Int($0.route), members: []) }
    for (index, number) in lowered.classOf.enumerated() { classes[Int(number)].members.append(index) }
    return classes
  }

  private static func blocks(
    of classes: [MicrobatchClass], in problem: Problem, operationsPerVisit: Int
  ) -> ([[Block]], [Int]) {
    var blocks = [[Block]](repeating: [], count: problem.deviceCount)
    var sizes = [Int](repeating: 0, count: problem.deviceCount)
    for group in classes {
      var positions = [[Int]](repeating: [], count: problem.deviceCount)
      for (position, visit) in problem.routes[group.route].visits.enumerated() {
        positions[visit.device.index].append(position)
      }
      for device in 0..<problem.deviceCount {
        let length = group.members.count
        blocks[device].append(Block(positions: positions[device], length: length, first: sizes[device]))
        sizes[device] += operationsPerVisit * length * positions[device].count
      }
    }
    return (blocks, sizes.reduce(into: [0]) { $0.append($0[$0.count - 1] + $1) })
  }
}

extension OperationTable {
  /// What an operation is. O(positions of its device).
  func operation(_ number: Int) -> Operation {
    let device = Int(device[number])
    let local = number - bounds[device]
    let index = blocks[device].lastIndex { !$0.positions.isEmpty && $0.first <= local } ?? 0
    let block = blocks[device][index]
    let place = local - block.first
    let count = block.positions.count
    let (visit, rank) =
      switch kind[number] {
      case 0: (place / block.length, place % block.length)
      case 1: (2 * count - 1 - place / block.length, place % block.length)
      default:
        (count - 1 - (place - 2 * count * block.length) % count, (place - 2 * count * block.length) / count)
      }
    let stage = problem.routes[classes[index].route].visits[block.positions[visit]].stage
    return Operation(
      operationKind(kind[number]), stage: stage, microbatch: Microbatch.ID(classes[index].members[rank]))
  }

  /// What the code of a kind stands for.
  private func operationKind(_ code: UInt8) -> Operation.Kind {
    switch code {
    case 0: .forward
    case 1: isFused ? .backward : .backwardInput
    default: .backwardWeight
    }
  }
}

extension OperationTable {
  /// What `fill` needs of one visit of a class.
  private struct Visit {
    var forward: Int
    var backward: Int
    var weight: Int
    var weightStride: Int
  }

  private func fill(_ table: LoweredProblem) {
    var classOf = [Int](repeating: 0, count: problem.microbatchCount)
    var rank = classOf
    for (index, group) in classes.enumerated() {
      for (position, member) in group.members.enumerated() {
        classOf[member] = index
        rank[member] = position
      }
    }
    let visits = classes.indices.map(visits(ofClass:))
    var place = 0
    func put(_ operation: Int) {
      order[place] = Int32(operation)
      place += 1
    }
    for microbatch in problem.microbatches.indices {
      let own = visits[classOf[microbatch]]
      let k = rank[microbatch]
      func row(_ kind: Operation.Kind, _ position: Int) -> OperationRow {
        table.rows[Int(table.row(of: kind, at: Int32(position), for: microbatch))]
      }
      var before = -1
      for (position, visit) in own.enumerated() {
        let operation = visit.forward + k
        set(operation, kind: 0, row: row(.forward, position), after: before, rank: k, stride: 1)
        put(operation)
        before = operation
      }
      for (position, visit) in own.enumerated().reversed() {
        let operation = visit.backward + k
        set(
          operation, kind: 1, row: row(isFused ? .backward : .backwardInput, position), after: before, rank: k, stride: 1)
        put(operation)
        before = operation
        if isFused { continue }
        let weight = visit.weight + k * visit.weightStride
        set(
          weight, kind: 2, row: row(.backwardWeight, position), after: operation, rank: k, stride: visit.weightStride)
        put(weight)
      }
    }
  }

  private func visits(ofClass index: Int) -> [Visit] {
    let route = problem.routes[classes[index].route].visits
    var met = [Int](repeating: 0, count: deviceCount)
    return route.map { visit in
      let device = visit.device.index
      let block = blocks[device][index]
      let position = met[device]
      met[device] += 1
      return Visit(
        forward: bounds[device] + block.forward(position),
        backward: bounds[device] + block.backward(position),
        weight: bounds[device] + block.weight(position), weightStride: block.positions.count)
    }
  }

  private func set(
    _ operation: Int, kind code: UInt8, row: OperationRow, after before: Int, rank: Int, stride: Int
  ) {
    kind[operation] = code
    duration[operation] = row.duration
    latency[operation] = row.latency
    producer[operation] = Int32(before)
    if before >= 0, code != 2 { consumer[before] = Int32(operation) }
    if rank > 0 {
      previous[operation] = Int32(operation - stride)
      next[operation - stride] = Int32(operation)
    }
  }
}
