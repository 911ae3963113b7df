import OperationGraph
import PipelineModel

/// All operations of a problem as flat arrays, device by device, for the bounds.
///
/// A backward pass that can be split is `B` and `W` or, for fused schedules, one `BW`. Microbatches of one class are
/// equal; among them first-in-first-out order loses nothing, so its k-th `F` on a visit is that of its k-th
/// microbatch. The operations of a device are numbered class by class: the `F`s of each visit, then the `R`s and the
/// `B`s or `BW`s of each visit from the last one to the first, then the `W`s in the order in which a microbatch leaves
/// them.
///
/// A duration here is the time for which an operation takes its device: a gap that always follows is a part of it, and
/// is taken off the latency of its messages. docs/proofs.md has the proof.
struct OperationTable {
  /// What becomes of overlapped pairs.
  enum PairForm {
    /// Every operation is as short as its share of one.
    case shares
    /// Operations last as long as alone, and pairs are steps of their own (`PairTable`).
    case steps
    /// The same, and a device counts its `F`, `B` and `W` without telling its stages and classes apart, where it may.
    case stepsOfMergedLanes
  }

  /// What an operation is to its device.
  enum Pass: UInt8, BitwiseCopyable {
    case forward
    /// A `B` or `BW`.
    case backward
    case weight
    case recompute

    init(_ kind: Operation.Kind) {
      switch kind {
      case .forward: self = .forward
      case .backwardWeight: self = .weight
      case .recompute: self = .recompute
      case .backwardInput, .backward, .reload: self = .backward
      }
    }
  }

  /// What else sweeps ask of an operation.
  struct Facts: OptionSet, BitwiseCopyable {
    let rawValue: UInt8

    /// Others wait for its end, and it for the ends of others: all but `W`.
    static let gate = Facts(rawValue: 1)
    /// The prefixes of what comes before it on the way tell the earliest start after any prefix.
    static let isHeadOfWay = Facts(rawValue: 2)
    /// The prefixes that lack only what comes after it on the way tell the least rest.
    static let isTailOfWay = Facts(rawValue: 4)
    /// Its `W` stands next to it.
    static let hasWeight = Facts(rawValue: 8)
    static let hasFurtherProducers = Facts(rawValue: 16)
    static let hasFurtherConsumers = Facts(rawValue: 32)
  }

  /// The microbatches of one class.
  struct ClassMembers {
    /// The position of its way among the distinct ones.
    var way: Int
    /// In order.
    var members: [Int]
  }

  /// The operations that one class has on one device: per kind the steps of its way, in the order of the way.
  struct Block {
    var forwards: [Int] = []
    /// `B` or `BW`, and `R` before them.
    var backwards: [Int] = []
    var weights: [Int] = []
    /// The number of microbatches.
    var length: Int
    /// The first operation, counted on the device.
    var first = 0

    var isEmpty: Bool { forwards.isEmpty }
    var count: Int { (forwards.count + backwards.count + weights.count) * length }

    /// The first `F` of a visit; the following ones stand side by side.
    func forward(_ index: Int) -> Int { first + index * length }
    /// The first operation of a step on the way back.
    func backward(_ index: Int) -> Int { forward(forwards.count + index) }
    /// The first `W` of a visit; the following ones stand `weights.count` apart.
    func weight(_ index: Int) -> Int { backward(backwards.count) + index }

    /// The step and the member of an operation, counted on the device.
    func place(of operation: Int) -> (step: Int, rank: Int) {
      let (row, rank) = (operation - first).quotientAndRemainder(dividingBy: length)
      if row < forwards.count { return (forwards[row], rank) }
      if row < forwards.count + backwards.count { return (backwards[row - forwards.count], rank) }
      let weight = operation - weight(0)
      return (weights[weight % weights.count], weight / weights.count)
    }
  }

  let lowered: LoweredProblem
  /// Whether every backward pass that could be split is one `BW`.
  let isFused: Bool
  let pairs: PairForm
  let classes: [ClassMembers]
  /// The distinct ways of classes.
  let ways: [RouteWay]
  /// Per device, one block per class; some have no operations.
  let blocks: [[Block]]
  /// Where each device's operations begin, and after the last device their number.
  let bounds: [Int]
  /// What follows the last operations.
  let end: FrameEnd
  /// Per operation, in grid steps.
  let duration: FlatArray<Double>
  let pass: FlatArray<Pass>
  let facts: FlatArray<Facts>
  let device: FlatArray<Int32>
  /// How much of the duration is a gap.
  let gap: FlatArray<Double>
  /// The operation whose end it waits for, or -1, and from then until it can start: below 0 by a gap of the producer.
  let producer: FlatArray<Int32>
  let latency: FlatArray<Double>
  /// The `F` or `B` of which it is the first producer, or -1. The `W` after a `B` is not listed.
  let consumer: FlatArray<Int32>
  /// The others of both.
  let further: FurtherArcs
  /// The operation of the same kind on the same visit that FIFO puts before it, or -1; and after it.
  let previous: FlatArray<Int32>
  let next: FlatArray<Int32>
  /// All operations, microbatch by microbatch, each along its way: a topological order.
  let order: FlatArray<Int32>
  /// How many operations a microbatch has, where all are alike and none waits for another's; `nil` elsewhere.
  let microbatchLength: Int?

  var problem: Problem { lowered.problem }
  var grid: DecimalGrid { lowered.grid }
  /// The number of operations.
  var count: Int { duration.count }
  var deviceCount: Int { bounds.count - 1 }

  /// The operations of a device.
  func range(of device: Int) -> Range<Int> { bounds[device]..<bounds[device + 1] }

  /// What a device's operations take together, in grid steps. O(operations of the device).
  func work(of device: Int) -> Double { range(of: device).reduce(0) { $0 + duration[$1] } }

  /// The durations of a device's operations.
  func durations(of device: Int) -> UnsafePointer<Double> { UnsafePointer(duration.base + bounds[device]) }

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

  /// The least time from the moment at which a device is free after all its operations to the end of a frame, in grid
  /// steps: a gap less than from its last end. O(operations of the device).
  func leastRest(after device: Int, to sink: Int?) -> Double {
    end.rest(after: device, to: sink) - range(of: device).reduce(0) { max($0, gap[$1]) }
  }

  /// Lays out a problem. O(operations + inputs).
  ///
  /// Tasks are taken to hold memory while they run and no longer, which is less than they do: that prefixes may be cut
  /// short is proved where no operation releases what another one takes behind it on the route.
  init(_ problem: Problem, isFused: Bool, pairs: PairForm = .shares) {
    let lowered = LoweredProblem(problem, heldForTasks: false)
    var ways: [RouteWay] = []
    var known: [RouteWay.Key: Int] = [:]
    var classes = lowered.classes.enumerated().map { index, group in
      let key = RouteWay.Key(of: group, in: problem)
      let number = known[key] ?? ways.count
      if known.updateValue(number, forKey: key) == nil {
        ways.append(RouteWay(of: group, in: lowered, outputs: lowered.outputs[index], isFused: isFused))
      }
      return ClassMembers(way: number, members: [])
    }
    for (index, number) in lowered.classOf.enumerated() { classes[Int(number)].members.append(index) }
    let (blocks, bounds) = Self.blocks(of: classes, ways, deviceCount: problem.deviceCount)
    let count = bounds[bounds.count - 1]
    self.lowered = lowered
    self.isFused = isFused
    self.pairs = pairs
    self.classes = classes
    self.ways = ways
    self.blocks = blocks
    self.bounds = bounds
    duration = FlatArray(repeating: 0, count: count)
    pass = FlatArray(repeating: .forward, count: count)
    facts = FlatArray(repeating: [], count: count)
    device = FlatArray(repeating: 0, count: count)
    for index in 0..<problem.deviceCount {
      for operation in bounds[index]..<bounds[index + 1] { device[operation] = Int32(index) }
    }
    gap = FlatArray(repeating: 0, count: count)
    latency = FlatArray(repeating: 0, count: count)
    producer = FlatArray(repeating: -1, count: count)
    consumer = FlatArray(repeating: -1, count: count)
    previous = FlatArray(repeating: -1, count: count)
    next = FlatArray(repeating: -1, count: count)
    order = FlatArray(repeating: 0, count: count)
    let layout = TableLayout(classes, ways, blocks, bounds)
    let precedences = PrecedenceArcs(of: lowered, classes, layout)
    let sweep = SweepOrder(of: lowered.classOf, classes, ways, precedences.arcs)
    microbatchLength = classes.count == 1 && precedences.arcs.isEmpty ? count / classes[0].members.count : nil
    further = FurtherArcs(layout, precedences, operationCount: count)
    end = FrameEnd(lowered.end, isActive: (0..<problem.deviceCount).map { bounds[$0] < bounds[$0 + 1] })
    fill(layout, StepCosts(lowered, classes, ways, pairs: pairs), sweep)
    connect(precedences)
  }

  private static func blocks(
    of classes: [ClassMembers], _ ways: [RouteWay], deviceCount: Int
  ) -> ([[Block]], [Int]) {
    var blocks = [[Block]](repeating: [], count: deviceCount)
    var sizes = [Int](repeating: 0, count: deviceCount)
    for group in classes {
      for device in 0..<deviceCount {
        blocks[device].append(Block(length: group.members.count, first: sizes[device]))
      }
      let number = blocks.first.map { $0.count - 1 } ?? 0
      for (index, step) in ways[group.way].steps.enumerated() {
        switch Pass(step.kind) {
        case .forward: blocks[step.device][number].forwards.append(index)
        case .recompute, .backward: blocks[step.device][number].backwards.append(index)
        case .weight: blocks[step.device][number].weights.append(index)
        }
        sizes[step.device] += group.members.count
      }
    }
    return (blocks, sizes.reduce(into: [0]) { $0.append($0[$0.count - 1] + $1) })
  }
}

extension OperationTable {
  /// The class, the step of its way and the member that an operation stands for. O(classes).
  func place(of number: Int) -> (group: Int, step: Int, rank: Int) {
    let device = Int(device[number])
    let local = number - bounds[device]
    let group = blocks[device].lastIndex { !$0.isEmpty && $0.first <= local } ?? 0
    let place = blocks[device][group].place(of: local)
    return (group, place.step, place.rank)
  }

  /// Whether a backward pass computes all gradients of its stage, with its `W` right behind it where it has one.
  func isWhole(_ number: Int) -> Bool {
    let (group, step, _) = place(of: number)
    return facts[number].contains(.hasWeight) || ways[classes[group].way].steps[step].kind == .backward
  }

  /// The `W` of a `B`. O(classes + steps).
  func weight(of number: Int) -> Int {
    let (group, step, rank) = place(of: number)
    let device = Int(device[number])
    let block = blocks[device][group]
    let index = block.weights.firstIndex(of: step + 1) ?? 0
    return bounds[device] + block.weight(index) + rank * block.weights.count
  }

  /// What an operation is. O(classes).
  func operation(_ number: Int) -> Operation {
    let (group, index, rank) = place(of: number)
    let way = ways[classes[group].way]
    let step = way.steps[index]
    let stage = problem.routes[way.route].visits[step.position].stage
    return Operation(step.kind, stage: stage, microbatch: Microbatch.ID(classes[group].members[rank]))
  }

  /// What a step of a class takes of memory at its start and gives back at its end, in steps of the memory grid. What is
  /// offloaded is given back at the end of `F`, and taken again by what needs it.
  func memory(ofStep index: Int, group: Int) -> (growth: Double, release: Double) {
    let steps = ways[classes[group].way].steps
    let step = steps[index]
    func traits(_ kind: Operation.Kind) -> RowTraits {
      lowered.traits[Int(lowered.row(of: kind, at: Int32(step.position), for: classes[group].members[0]))]
    }
    var (growth, release) = (traits(step.kind).growth, traits(step.kind).release)
    let reload = traits(.reload)
    if reload.exists, step.kind != .backwardWeight {
      let recomputes = index > 0 && steps[index - 1].kind == .recompute
      if step.kind == .forward { release += reload.growth } else if !recomputes { growth += reload.growth }
    }
    return (growth, release)
  }
}
