import OperationGraph
import PipelineModel
import Timeline

/// Plays a pipeline forward in time and takes an `F` and a `BW` together where parameters and arrivals let it. Backward
/// passes outside pairs may be apart, and their `W` fill the time in which nothing else can run.
///
/// It cannot be copied: otherwise the loop would copy two kilobytes at every step.
struct PairedDispatcher: ~Copyable {
  typealias Block = BlockModel.Block

  /// What can run on a device first, and when; infinite where nothing is known to arrive.
  private struct Choice: BitwiseCopyable {
    var slot: Int32 = -1
    var lane: Int32 = 0
    var time = Double.infinity
  }

  private let model: BlockModel
  let lanes: PairedLanes
  private let capacities: FlatArray<Double>
  private let unit: Double
  /// Whether no orders are timed sooner than they are played.
  private let isExact: Bool
  /// `nil` where microbatches are whole sequences.
  private var pieceRule: PieceRule?
  private var parameters: PairedParameters
  /// Whether a device's end counts from its own first start.
  private var countsFromOwnStart = false
  private var limit = Double.infinity

  /// The operations of each lane that are known to arrive, and of each device the `W` that wait.
  private var forwards: ArrivalQueues
  private var backwards: ArrivalQueues
  private var weights: [[Int32]]
  private let firstWeight: FlatArray<Int>
  private let missing: FlatArray<Int32>
  private let inFlight: FlatArray<Int32>
  private let free: FlatArray<Double>
  private let held: FlatArray<Double>
  /// Per device, when it can do something next; infinite where nothing is known to arrive.
  private let next: FlatArray<Double>
  /// Per device the `F` and the backward pass that it would run next.
  private let nextForward: FlatArray<Choice>
  private let nextBackward: FlatArray<Choice>
  private let isStale: FlatArray<Bool>
  /// Per device how many backward passes have run, how many `F` are left, and how long all that is left takes alone.
  private let done: FlatArray<Int32>
  private let forwardsLeft: FlatArray<Int32>
  private let workLeft: FlatArray<Double>
  /// When the time of each device begins to count.
  private let begin: FlatArray<Double>
  private(set) var orders: [[Block]]

  init(_ model: BlockModel, _ lanes: PairedLanes) {
    self.model = model
    self.lanes = lanes
    capacities = FlatArray(model.capacities)
    unit = model.meanDuration
    isExact = !model.hasEnds
    pieceRule = PieceRule(model)
    parameters = lanes.parameters(.plain)
    forwards = ArrivalQueues(lanes.sizes, slotCount: model.stage.count)
    backwards = ArrivalQueues(lanes.sizes, slotCount: model.stage.count)
    missing = lanes.inputs.copy()
    let devices = lanes.work.count
    weights = Array(repeating: [], count: devices)
    firstWeight = FlatArray(repeating: 0, count: devices)
    inFlight = FlatArray(repeating: 0, count: lanes.sizes.count)
    free = FlatArray(repeating: 0, count: devices)
    held = FlatArray(repeating: 0, count: devices)
    next = FlatArray(repeating: 0, count: devices)
    nextForward = FlatArray(repeating: Choice(), count: devices)
    nextBackward = FlatArray(repeating: Choice(), count: devices)
    isStale = FlatArray(repeating: true, count: devices)
    done = FlatArray(repeating: 0, count: devices)
    forwardsLeft = FlatArray(repeating: 0, count: devices)
    workLeft = FlatArray(repeating: 0, count: devices)
    begin = FlatArray(repeating: 0, count: devices)
    orders = weights.map { _ in [] }
  }

  /// Plays to the end; tells whether all operations ran before the deadline and, as far as that can be known, no later
  /// than a limit in grid steps. O(operations x (devices + lanes of a device)).
  ///
  /// - Parameter countsFromOwnStart: whether a device's end counts from its own first start.
  mutating func run(
    _ parameters: PairedParameters, atMost limit: Double = .infinity, countsFromOwnStart: Bool = false,
    until deadline: Deadline = .never
  ) -> Bool {
    self.limit = isExact ? limit : .infinity
    self.countsFromOwnStart = countsFromOwnStart
    start(with: parameters)
    var count = 0
    while let device = nextDevice() {
      act(on: device)
      if leastEnd(of: device) > self.limit { return false }
      count += 1
      if count & 255 == 0, deadline.hasPassed { return false }
    }
    return orders.indices.allSatisfy { device in
      orders[device].reduce(0) { $0 + $1.codeCount } == model.bounds[device + 1] - model.bounds[device]
    }
  }

  /// When a device can have ended at the earliest: every `F` that is left may yet be in a pair.
  @inline(__always)
  private func leastEnd(of device: Int) -> Double {
    let pairs = min(forwardsLeft[device], lanes.backwardCounts[device] - done[device])
    return free[device] - begin[device] + workLeft[device] - Double(pairs) * lanes.mostSaved[device]
      + lanes.steps[device]
  }

  private mutating func start(with parameters: PairedParameters) {
    self.parameters = parameters
    forwards.clear()
    backwards.clear()
    missing.base.update(from: lanes.inputs.base, count: missing.count)
    if pieceRule != nil { pieceRule = PieceRule(model) }
    for device in orders.indices {
      weights[device].removeAll(keepingCapacity: true)
      orders[device].removeAll(keepingCapacity: true)
      (firstWeight[device], free[device], held[device], done[device]) = (0, 0, 0, 0)
      (forwardsLeft[device], workLeft[device]) = (lanes.forwardCounts[device], lanes.work[device])
      (begin[device], isStale[device]) = (0, true)
    }
    inFlight.fill(0)
    for slot in lanes.sources { forwards.insert(slot, lane: Int(lanes.lane[Int(slot)])) }
  }

  /// The device that can do something first.
  private mutating func nextDevice() -> Int? {
    var best: (time: Double, device: Int) = (.infinity, -1)
    for device in 0..<next.count {
      if isStale[device] {
        isStale[device] = false
        nextForward[device] = forward(on: device)
        nextBackward[device] = backward(on: device)
        next[device] = min(
          firstWeight[device] < weights[device].count ? free[device] : .infinity,
          min(nextForward[device].time, nextBackward[device].time))
      }
      if next[device] < best.time { best = (next[device], device) }
    }
    return best.device < 0 ? nil : best.device
  }

  /// The forward to run next on a device: the earliest to start of those that parameters and memory allow.
  private func forward(on device: Int, besides microbatch: Int32 = -1, and growth: Double = 0) -> Choice {
    var best = Choice()
    let (now, taken) = (free[device], held[device] + growth)
    for lane in lanes.lanes(of: device) where inFlight[lane] < parameters.inFlight[lane] {
      let found = forwards.first(of: lane) { slot in
        lanes.microbatch[Int(slot)] != microbatch && pieceRule?.allowsForward(slot) ?? true
      }
      guard let found, taken + lanes.costs[Int(found.slot)].forward.growth <= capacities[device] else {
        continue
      }
      let choice = Choice(slot: found.slot, lane: Int32(lane), time: max(found.time, now))
      if precedes(choice, best, sign: 1) { best = choice }
    }
    return best
  }

  /// The backward to run next on a device: the earliest to start of those whose turn it is and for which there is room.
  private func backward(on device: Int) -> Choice {
    var best = Choice()
    let now = free[device]
    for lane in lanes.lanes(of: device) {
      guard let found = backwards.first(of: lane, where: { pieceRule?.allowsBackward($0) ?? true }),
        held[device] + lanes.costs[Int(found.slot)].whole.growth <= capacities[device]
      else { continue }
      let choice = Choice(slot: found.slot, lane: Int32(lane), time: max(found.time, now))
      if precedes(choice, best, sign: -1) { best = choice }
    }
    return best
  }

  /// Whether a choice goes before another, which may be none.
  @inline(__always)
  private func precedes(_ choice: Choice, _ other: Choice, sign: Int32) -> Bool {
    if choice.time != other.time || other.slot < 0 { return choice.time < other.time }
    let own = sign * parameters.priority[Int(choice.lane)]
    let others = sign * parameters.priority[Int(other.lane)]
    return own == others ? choice.slot < other.slot : own > others
  }

  private mutating func act(on device: Int) {
    isStale[device] = true
    let (forward, backward) = (nextForward[device], nextBackward[device])
    if countsFromOwnStart, orders[device].isEmpty { begin[device] = next[device] }
    if fillWithWeight(on: device, until: min(forward.time, backward.time)) { return }
    if backward.slot >= 0, pair(forward, backward, on: device) { return }
    let lead = unit * Double(parameters.backwardLead) / 4
    let isBackwardFirst =
      parameters.backwardLead < 0 ? backward.time < forward.time : backward.time <= forward.time + lead
    if backward.slot >= 0, forward.slot < 0 || isBackwardFirst {
      run(backward, on: device)
    } else if forward.slot >= 0 {
      free[device] = forward.time + lanes.costs[Int(forward.slot)].forward.duration
      orders[device].append(Block(kind: .forward, slot: forward.slot))
      finishForward(forward, on: device)
    }
  }

  /// Runs a `W` where enough of it fits before anything else can start; tells whether it did.
  private mutating func fillWithWeight(on device: Int, until start: Double) -> Bool {
    guard firstWeight[device] < weights[device].count else { return false }
    let slot = weights[device][firstWeight[device]]
    let cost = lanes.costs[Int(slot)].weight
    guard start - free[device] >= cost.duration * Double(parameters.weightFill) / 8 else { return false }
    firstWeight.add(1, at: device)
    free.add(cost.duration, at: device)
    workLeft.subtract(cost.duration, at: device)
    held.add(cost.growth - cost.release, at: device)
    orders[device].append(Block(kind: .backwardWeight, slot: slot))
    return true
  }

  /// Joins a backward with an `F` where both may and can; tells whether it did.
  private mutating func pair(_ first: Choice, _ backward: Choice, on device: Int) -> Bool {
    let cost = lanes.costs[Int(backward.slot)]
    guard cost.mayPair, done[device] >= parameters.warmUp[device],
      Int(lanes.backwardCounts[device] - done[device]) > Int(parameters.coolDown[device]), first.slot >= 0
    else { return false }
    // Mostly what would run next alone.
    let isSuited =
      cost.whole.growth == 0
      && lanes.microbatch[Int(first.slot)] != lanes.microbatch[Int(backward.slot)]
    let forward =
      isSuited
      ? first
      : self.forward(on: device, besides: lanes.microbatch[Int(backward.slot)], and: cost.whole.growth)
    guard forward.slot >= 0 else { return false }
    let start = max(forward.time, backward.time)
    guard start - min(forward.time, backward.time) <= unit * Double(parameters.patience) / 4 else {
      return false
    }
    let block = Block(kind: .pair, slot: forward.slot, backward: backward.slot)
    let time = model.duration(ofPair: block)
    guard parameters.isWhole || time < lanes.costs[Int(forward.slot)].forward.duration + cost.whole.duration
    else { return false }
    free[device] = start + time
    orders[device].append(block)
    finishForward(forward, on: device)
    finishBackward(backward, cost.whole, on: device)
    return true
  }

  private mutating func run(_ backward: Choice, on device: Int) {
    let cost = lanes.costs[Int(backward.slot)]
    let isApart = cost.hasWeight && !parameters.isWhole
    let own = isApart ? cost.gradient : cost.whole
    free[device] = backward.time + own.duration
    let kind: Block.Kind = isApart ? .backwardInput : cost.wholeKind
    orders[device].append(Block(kind: kind, slot: backward.slot))
    if isApart { weights[device].append(backward.slot) }
    finishBackward(backward, own, on: device)
  }

  private mutating func finishForward(_ choice: Choice, on device: Int) {
    let cost = lanes.costs[Int(choice.slot)].forward
    held.add(cost.growth - cost.release, at: device)
    forwards.remove(choice.slot, lane: Int(choice.lane))
    pieceRule?.noteForward(choice.slot)
    inFlight.add(1, at: Int(choice.lane))
    forwardsLeft.subtract(1, at: device)
    workLeft.subtract(cost.duration, at: device)
    supply(lanes.forwardOutputs, of: Int(choice.slot), at: free[device])
  }

  private mutating func finishBackward(_ choice: Choice, _ cost: PairedLanes.Cost, on device: Int) {
    held.add(cost.growth - cost.release, at: device)
    backwards.remove(choice.slot, lane: Int(choice.lane))
    pieceRule?.noteBackward(choice.slot)
    inFlight.subtract(1, at: Int(choice.lane))
    workLeft.subtract(cost.duration, at: device)
    done.add(1, at: device)
    supply(lanes.backwardOutputs, of: Int(choice.slot), at: free[device])
  }

  /// Lets operations wait for their devices once all their inputs are known to arrive.
  private mutating func supply(_ arcs: PairedLanes.Arcs, of slot: Int, at time: Double) {
    for index in Int(arcs.starts[slot])..<Int(arcs.starts[slot + 1]) {
      let arc = arcs.arcs[index]
      let (target, lane) = (arc.end / 2, Int(lanes.lane[Int(arc.end) / 2]))
      let isForward = arc.end & 1 == 0
      missing.subtract(1, at: Int(arc.end))
      if isForward {
        forwards.raise(target, to: time + arc.latency)
      } else {
        backwards.raise(target, to: time + arc.latency)
      }
      guard missing[Int(arc.end)] == 0 else { continue }
      if isForward { forwards.insert(target, lane: lane) } else { backwards.insert(target, lane: lane) }
      isStale[lanes.device[lane]] = true
    }
  }
}
