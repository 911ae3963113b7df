import OperationGraph
import PipelineModel
import Timeline

/// Plays a pipeline forward in time and takes an `F` and a `BW` together where parameters and arrivals let it. Backward
/// passes outside pairs may be apart, and their `W` fill the time in which nothing else can run.
struct PairedDispatcher {
  typealias Block = BlockModel.Block

  /// What can run on a device first.
  private struct Choice {
    var slot: Int32
    var lane: Int
    var time: Double
  }

  private let model: BlockModel
  let lanes: PairedLanes
  private let capacities: [Double]
  private let unit: Double
  /// Whether no orders are timed sooner than they are played.
  private let isExact: Bool
  /// `nil` where microbatches are whole sequences.
  private var pieceRule: PieceRule?
  private var parameters: PairedParameters

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
  private let isStale: FlatArray<Bool>
  private let done: FlatArray<Int32>
  private(set) var orders: [[Block]]

  init(_ model: BlockModel, _ lanes: PairedLanes) {
    self.model = model
    self.lanes = lanes
    capacities = model.capacities
    unit = model.meanDuration
    isExact = !model.hasEnds
    pieceRule = PieceRule(model)
    parameters = lanes.parameters(.plain)
    forwards = ArrivalQueues(lanes.sizes, slotCount: model.stage.count)
    backwards = ArrivalQueues(lanes.sizes, slotCount: model.stage.count)
    missing = lanes.inputs.copy()
    let devices = lanes.ofDevice.count
    weights = Array(repeating: [], count: devices)
    firstWeight = FlatArray(repeating: 0, count: devices)
    inFlight = FlatArray(repeating: 0, count: lanes.sizes.count)
    free = FlatArray(repeating: 0, count: devices)
    held = FlatArray(repeating: 0, count: devices)
    next = FlatArray(repeating: 0, count: devices)
    isStale = FlatArray(repeating: true, count: devices)
    done = FlatArray(repeating: 0, count: devices)
    orders = weights.map { _ in [] }
  }

  /// Plays to the end; tells whether all operations ran before the deadline and, as far as that can be known, no later
  /// than a limit in grid steps. O(operations x (devices + lanes of a device)).
  mutating func run(
    _ parameters: PairedParameters, atMost limit: Double = .infinity, until deadline: Deadline = .never
  )
    -> Bool
  {
    begin(parameters)
    var count = 0
    while let device = nextDevice() {
      act(on: device)
      if isExact, free[device] > limit { return false }
      count += 1
      if count & 255 == 0, deadline.hasPassed { return false }
    }
    return orders.indices.allSatisfy { device in
      orders[device].reduce(0) { $0 + $1.codeCount } == model.bounds[device + 1] - model.bounds[device]
    }
  }

  private mutating func begin(_ parameters: PairedParameters) {
    self.parameters = parameters
    forwards.clear()
    backwards.clear()
    missing.base.update(from: lanes.inputs.base, count: missing.count)
    if pieceRule != nil { pieceRule = PieceRule(model) }
    for device in orders.indices {
      weights[device].removeAll(keepingCapacity: true)
      orders[device].removeAll(keepingCapacity: true)
      (firstWeight[device], free[device], held[device], done[device]) = (0, 0, 0, 0)
      isStale[device] = true
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
        let now = free[device]
        next[device] = min(
          firstWeight[device] < weights[device].count ? now : .infinity,
          min(forward(on: device)?.time ?? .infinity, backward(on: device)?.time ?? .infinity))
      }
      if next[device] < best.time { best = (next[device], device) }
    }
    return best.device < 0 ? nil : best.device
  }

  /// The forward to run next on a device: the earliest to start of those that parameters and memory allow.
  private func forward(on device: Int, besides microbatch: Int32 = -1, and growth: Double = 0) -> Choice? {
    var best: Choice?
    let now = free[device]
    for lane in lanes.ofDevice[device] where inFlight[lane] < parameters.inFlight[lane] {
      let found = forwards.first(of: lane) { slot in
        lanes.microbatch[Int(slot)] != microbatch && pieceRule?.allowsForward(slot) ?? true
      }
      guard let found,
        held[device] + growth + lanes.costs[Int(found.slot)].forward.growth <= capacities[device]
      else { continue }
      let time = max(found.time, now)
      if let best, best.time < time || (best.time == time && isBehind(found.slot, lane, best, sign: 1)) {
        continue
      }
      best = Choice(slot: found.slot, lane: lane, time: time)
    }
    return best
  }

  /// The backward to run next on a device: the earliest to start of those whose turn it is and for which there is room.
  private func backward(on device: Int) -> Choice? {
    var best: Choice?
    let now = free[device]
    for lane in lanes.ofDevice[device] {
      guard let found = backwards.first(of: lane, where: { pieceRule?.allowsBackward($0) ?? true }),
        held[device] + lanes.costs[Int(found.slot)].whole.growth <= capacities[device]
      else { continue }
      let time = max(found.time, now)
      if let best, best.time < time || (best.time == time && isBehind(found.slot, lane, best, sign: -1)) {
        continue
      }
      best = Choice(slot: found.slot, lane: lane, time: time)
    }
    return best
  }

  private func isBehind(_ slot: Int32, _ lane: Int, _ other: Choice, sign: Int32) -> Bool {
    let (own, others) = (sign * parameters.priority[lane], sign * parameters.priority[other.lane])
    return own < others || (own == others && slot > other.slot)
  }

  private mutating func act(on device: Int) {
    isStale[device] = true
    let (forward, backward) = (forward(on: device), backward(on: device))
    let (start, back) = (forward?.time ?? .infinity, backward?.time ?? .infinity)
    if fillWithWeight(on: device, until: min(start, back)) { return }
    if let backward, pair(backward, on: device) { return }
    let lead = unit * Double(parameters.backwardLead) / 4
    let isBackwardFirst = parameters.backwardLead < 0 ? back < start : back <= start + lead
    if let backward, forward == nil || isBackwardFirst {
      run(backward, on: device)
    } else if let forward {
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
    firstWeight[device] += 1
    free[device] += cost.duration
    held[device] += cost.growth - cost.release
    orders[device].append(Block(kind: .backwardWeight, slot: slot))
    return true
  }

  /// Joins a backward with an `F` where both may and can; tells whether it did.
  private mutating func pair(_ backward: Choice, on device: Int) -> Bool {
    let cost = lanes.costs[Int(backward.slot)]
    guard cost.mayPair, done[device] >= parameters.warmUp[device],
      Int(lanes.backwardCounts[device] - done[device]) > Int(parameters.coolDown[device]),
      let forward = forward(
        on: device, besides: lanes.microbatch[Int(backward.slot)], and: cost.whole.growth)
    else { return false }
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
    held[device] += cost.growth - cost.release
    forwards.remove(choice.slot, lane: choice.lane)
    pieceRule?.noteForward(choice.slot)
    inFlight[choice.lane] += 1
    supply(lanes.forwardOutputs, of: Int(choice.slot), at: free[device])
  }

  private mutating func finishBackward(_ choice: Choice, _ cost: PairedLanes.Cost, on device: Int) {
    held[device] += cost.growth - cost.release
    backwards.remove(choice.slot, lane: choice.lane)
    pieceRule?.noteBackward(choice.slot)
    inFlight[choice.lane] -= 1
    done[device] += 1
    supply(lanes.backwardOutputs, of: Int(choice.slot), at: free[device])
  }

  /// Lets operations wait for their devices once all their inputs are known to arrive.
  private mutating func supply(_ arcs: PairedLanes.Arcs, of slot: Int, at time: Double) {
    for index in Int(arcs.starts[slot])..<Int(arcs.starts[slot + 1]) {
      let arc = arcs.arcs[index]
      let (target, lane) = (arc.end / 2, Int(lanes.lane[Int(arc.end) / 2]))
      let isForward = arc.end & 1 == 0
      missing[Int(arc.end)] -= 1
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
