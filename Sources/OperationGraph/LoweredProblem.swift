import PipelineModel

/// A problem lowered once, to the nodes and arcs of its operation graph, on decimal grids: what every engine reads.
///
/// Nodes are grouped: a row stands for the operations of one kind on one visit of all microbatches of one class, so
/// that a million operations take a few rows. An operation is a row and an *end*, the place where the moment is kept at
/// which it is done: an input is an end some places away, the same for all operations of a row.
///
/// Every microbatch owns one slot per visit and an origin slot ahead of them. A slot holds two ends, of `F` and of `B`
/// (or `BW`), side by side, so that what an operation waits for stands next to what it writes: microbatch by
/// microbatch, the order that is fastest beyond the cache. Behind them are places for the departures of messages that
/// wait in queues.
package struct LoweredProblem: Sendable {
  /// How many rows a visit has: one for every kind, whether the stage has such an operation or not.
  package static let stride = Int32(Operation.Kind.allCases.count)

  /// The problem.
  package let problem: Problem
  /// The grid of durations and latencies.
  package let grid: DecimalGrid
  /// The rows of every visit of every class.
  package let rows: [OperationRow]
  /// What else is known of each row.
  package let traits: [RowTraits]
  /// The inputs of rows besides the first.
  package let furtherInputs: [FurtherInput]
  /// What the rows send, where transfers are serialised.
  package let queues: SendQueues
  /// What operations wait for that the iteration before hands over, by place.
  package let handovers: [Handover]
  /// The gap between two operations of a device, by the directions of the first and the second, in grid steps; empty
  /// without gaps.
  package let gaps: [Double]
  /// What follows the last operations.
  package let end: IterationEnd

  /// What the microbatches of each class have in common.
  package let classes: [MicrobatchClass]
  /// The class of each microbatch.
  package let classOf: [Int32]
  /// The first row of each microbatch's class.
  package let firstRow: [Int32]
  /// The origin slot of each microbatch, and after the last one the number of slots.
  package let originSlots: [Int32]
  /// The position of each stage on each distinct route, route by route; -1 where a route skips the stage.
  private let positions: [Int32]

  /// The grid of all memory sizes.
  package let memoryGrid: DecimalGrid
  /// What each device holds when an iteration begins, in steps of the memory grid: its static memory, and what the
  /// iteration before made for this one.
  package let heldAtStart: [Double]
  /// What each device keeps free for what is held by time, in steps of the memory grid.
  package let reserved: [Double]
  /// Per device, in steps of the memory grid: the activations that count as within the limit, what is held at the start
  /// and what is kept free taken off.
  /// Never less than one microbatch holds, for which every device of a problem has room, however sums are rounded;
  /// infinite without a limit.
  package let capacities: [Double]

  /// Of each class what visits hold until it has been read.
  package let outputs: [[ReadOutput]]
  /// What several operations read.
  package let sharedOutputs: SharedOutputs
  /// What is held by time; capacities leave room for all of it.
  package let timedOutputs: [TimedOutput]

  /// The first row of each class.
  private let firstRows: [MicrobatchClass: Int32]

  /// Lowers a problem. O(classes x visits + microbatches + routes x stages).
  ///
  /// - Parameters:
  ///   - inEveryList: whether there are rows for every microbatch in each list of modes, whether it has it or not.
  ///   - heldForTasks: whether what stages and tasks make is held for all that needs it; without it for inputs alone, which
  ///     is less, so that every schedule of the problem keeps to its limits.
  package init(_ problem: Problem, inEveryList: Bool = false, heldForTasks: Bool = true) {
    var builder = RowBuilder(problem, heldForTasks: heldForTasks)
    var firstRows: [MicrobatchClass: (row: Int32, number: Int32, slots: Int32)] = [:]
    var classes: [MicrobatchClass] = []
    var (classOf, firstRow, originSlots): ([Int32], [Int32], [Int32]) = ([], [], [0])
    classOf.reserveCapacity(problem.microbatchCount)
    firstRow.reserveCapacity(problem.microbatchCount)
    originSlots.reserveCapacity(problem.microbatchCount + 1)
    for microbatch in problem.microbatches.indices.lazy.map({ Microbatch.ID($0) }) {
      let key = problem.microbatchClass(of: microbatch)
      let known =
        firstRows[key] ?? (Int32(builder.rows.count), Int32(classes.count), builder.add(key, of: microbatch))
      if firstRows.updateValue(known, forKey: key) == nil { classes.append(key) }
      for list in inEveryList ? Array(problem.modes.distinct.indices) : [] {
        var other = key
        other.modes = Int32(list)
        guard firstRows[other] == nil else { continue }
        let row = Int32(builder.rows.count)
        firstRows[other] = (row, Int32(classes.count), builder.add(other, of: microbatch))
        classes.append(other)
      }
      classOf.append(known.number)
      firstRow.append(known.row)
      originSlots.append(originSlots[originSlots.count - 1] + known.slots)
    }
    builder.addPrecedences(
      firstRows: firstRows.values.sorted { $0.number < $1.number }.map(\.row), classOf: classOf,
      originSlots: originSlots)
    self.problem = problem
    grid = builder.grid
    rows = builder.rows
    traits = builder.traits
    furtherInputs = builder.furtherInputs
    queues = builder.queues
    handovers = builder.handovers(classOf: classOf, originSlots: originSlots)
    gaps = problem.gap == .none ? [] : problem.gap.times.map { builder.grid.steps($0) }
    end = IterationEnd(of: problem, on: builder.grid)
    self.classes = classes
    self.firstRows = firstRows.mapValues(\.row)
    self.classOf = classOf
    self.firstRow = firstRow
    self.originSlots = originSlots
    positions = Self.positions(of: problem)
    memoryGrid = builder.memoryGrid
    outputs = builder.outputs
    sharedOutputs = builder.sharedOutputs(classOf: classOf)
    timedOutputs = builder.timedOutputs(classOf: classOf)
    heldAtStart = Self.heldAtStart(of: problem, carried: heldForTasks, on: builder.memoryGrid)
    reserved = timedOutputs.reduce(into: Array(repeating: 0, count: problem.deviceCount)) {
      $0[$1.device] += $1.most
    }
    capacities = zip(
      Self.capacities(of: problem, on: builder.memoryGrid, besides: heldAtStart), reserved
    ).map(-)
  }

  /// The number of ends: two per slot.
  package var endCount: Int { 2 * Int(originSlots[originSlots.count - 1]) }

  /// The position of a stage on a microbatch's route; `nil` where the route skips it. O(1).
  @inline(__always)
  package func position(of stage: Stage.ID, for microbatch: Microbatch.ID) -> Int32? {
    let route = Int(problem.routeIndexes[microbatch.index])
    let position = positions[route * problem.stageCount + stage.index]
    return position < 0 ? nil : position
  }

  /// The row of a kind of operation at a position of a microbatch's route. O(1).
  @inline(__always)
  package func row(of kind: Operation.Kind, at position: Int32, for microbatch: Int) -> Int32 {
    firstRow[microbatch] + Self.stride * position + Int32(kind.rawValue)
  }

  /// The first row of a microbatch in a list of modes for which there are rows.
  package func firstRow(of microbatch: Microbatch.ID, inModes list: Int32) -> Int32? {
    var key = problem.microbatchClass(of: microbatch)
    key.modes = list
    return firstRows[key]
  }

  /// Whether a kind of operation exists at a position of a microbatch's route. O(1).
  @inline(__always)
  package func exists(_ kind: Operation.Kind, at position: Int32, for microbatch: Int) -> Bool {
    traits[Int(row(of: kind, at: position, for: microbatch))].exists
  }

  /// The visit that has a kind of end: its microbatch and its position on that one's route. O(log microbatches).
  package func visit(ofEnd end: Int32) -> (microbatch: Int, position: Int) {
    let slot = end / 2
    var (low, high) = (0, originSlots.count - 1)
    while high - low > 1 {
      let middle = (low + high) / 2
      if originSlots[middle] <= slot { low = middle } else { high = middle }
    }
    return (low, Int(slot - originSlots[low]) - 1)
  }

  /// Whether anything is with a host for some time.
  package var hasOffloads: Bool { queues.messages.contains(where: \.isOfHost) }

  /// The end that a kind of operation writes at a position of a microbatch's route; for `W`, that of its `B`. O(1).
  package func end(of kind: Operation.Kind, at position: Int32, for microbatch: Int) -> Int32 {
    2 * (originSlots[microbatch] + 1 + position) + Int32(kind.direction)
  }

  /// Whether the first `F` or the last backward pass of a stage may last otherwise than others.
  package var hasEndDurations: Bool { problem.stages.contains(where: \.hasEndDurations) }

  /// Whether any operation has inputs besides the first.
  package var hasFurtherInputs: Bool { !furtherInputs.isEmpty }

  private static func positions(of problem: Problem) -> [Int32] {
    var positions = [Int32](repeating: -1, count: problem.routes.count * problem.stageCount)
    for (index, route) in problem.routes.enumerated() {
      for (position, visit) in route.visits.enumerated() {
        positions[index * problem.stageCount + visit.stage.index] = Int32(position)
      }
    }
    return positions
  }

  private static func heldAtStart(
    of problem: Problem, carried: Bool, on grid: DecimalGrid
  ) -> [Double] {
    var memory = [Double](repeating: 0, count: problem.deviceCount)
    for (stage, hosts) in zip(problem.stages, problem.hosts) {
      for host in hosts { memory[host.index] += grid.steps(stage.staticMemory) }
    }
    for output in carried ? problem.outputsApart : [] where !output.isHeldByTime {
      memory[output.visit.device.index] += grid.steps(output.activation, times: output.factor)
    }
    return memory
  }

  private static func capacities(
    of problem: Problem, on grid: DecimalGrid, besides fixed: [Double]
  ) -> [Double] {
    let alone = problem.activationsOfOneMicrobatch
    return problem.devices.indices.map { device in
      max(
        problem.devices[device].capacity * grid.stepsPerUnit - fixed[device],
        grid.steps(ofSum: alone[device]))
    }
  }
}
