import OperationGraph
import PipelineModel
import Timeline

/// How a device that could run something chooses, where pairs overlap.
struct PairedRule: Hashable {
  /// Microbatches in flight on a visit, as a multiple of the visits from there to the route's end.
  var inFlight: Double
  /// Added to the microbatches in flight.
  var extra: Int
  /// How long the one part of a pair waits for the other, in mean durations.
  var patience: Double

  /// The rules, best bets first.
  static let all: [PairedRule] = [1, 1.5, 2, .infinity].flatMap { inFlight in
    (inFlight.isFinite ? [1, 0, 2] : [0]).flatMap { extra in
      [1.0, 0, 0.5, 2].map { PairedRule(inFlight: inFlight, extra: extra, patience: $0) }
    }
  }
}

/// Plays a pipeline forward in time and takes an `F` and a `BW` together wherever both can run. Backward passes are
/// whole where they can be.
struct PairedGreedy {
  /// An operation whose inputs are known to arrive.
  private struct Arrival {
    var slot: Int
    var time: Double
  }

  private let model: BlockModel
  private let patience: Double
  /// Per slot: the lane, and per lane the most in flight.
  private var lane: [Int]
  private var limits: [Int] = []
  /// `nil` where microbatches are whole sequences.
  private var pieceRule: PieceRule?
  private let graph: SlotGraph
  /// Per slot: how many inputs of its `F` and of its backward pass are to come, and when the last of the others has.
  private var missing: [[Int]]
  private var known: [[Double]]

  private var inFlight: [Int] = []
  private var forwards: [[Arrival]]
  private var backwards: [[Arrival]]
  private var free: [Double]
  private var held: [Double]
  private(set) var orders: [[BlockModel.Block]]

  init(_ model: BlockModel, _ rule: PairedRule) {
    self.model = model
    patience = rule.patience * model.meanDuration
    pieceRule = PieceRule(model)
    let graph = SlotGraph(model)
    self.graph = graph
    let (slots, devices) = (model.stage.count, model.problem.deviceCount)
    lane = Array(repeating: 0, count: slots)
    missing = (0..<slots).map { [graph.forwardInputs[$0], graph.backwardInputs[$0]] }
    known = Array(repeating: [0, 0], count: slots)
    forwards = Array(repeating: [], count: devices)
    backwards = forwards
    free = Array(repeating: 0, count: devices)
    held = free
    orders = Array(repeating: [], count: devices)
    var lanes: [Route.Visit: Int] = [:]
    for microbatch in model.problem.microbatches.indices {
      let visits = model.problem.route(of: Microbatch.ID(microbatch)).visits
      let first = Int(model.lowered.originSlots[microbatch]) + 1
      for (position, visit) in visits.enumerated() {
        let number = lanes[visit] ?? limits.count
        if lanes.updateValue(number, forKey: visit) == nil {
          let limit = rule.inFlight * Double(visits.count - position)
          // No piece of a sequence is back before the last one has come.
          let more = rule.extra + model.problem.pieces - 1
          let isUnlimited = !limit.isFinite || !model.problem.stages[visit.stage.index].hasBackward
          limits.append(isUnlimited ? .max : Int(limit.rounded(.up)) + more)
        }
        lane[first + position] = number
        if missing[first + position][0] == 0 {
          forwards[visit.device.index].append(Arrival(slot: first + position, time: 0))
        }
      }
    }
    inFlight = Array(repeating: 0, count: limits.count)
  }

  /// Plays to the end; tells whether all operations ran before the deadline.
  /// O(operations x (devices + operations waiting)).
  mutating func run(until deadline: Deadline) -> Bool {
    while !deadline.hasPassed, let device = nextDevice() { act(on: device) }
    return zip(orders, 0...).allSatisfy { order, device in
      order.reduce(0) { $0 + $1.codeCount } == model.bounds[device + 1] - model.bounds[device]
    }
  }

  /// The device that can do something first.
  private func nextDevice() -> Int? {
    var best: (time: Double, device: Int)?
    for index in orders.indices {
      let times = [forward(on: index)?.time, backward(on: index)?.time].compactMap { $0 }
      guard let first = times.min() else { continue }
      let time = max(first, free[index])
      if time < best?.time ?? .infinity { best = (time, index) }
    }
    return best?.device
  }

  private func earliest(_ arrivals: [Arrival]) -> Arrival? {
    arrivals.min { ($0.time, $0.slot) < ($1.time, $1.slot) }
  }

  /// The forward to run next on a device: the earliest to arrive of those that the rule and the memory allow.
  private func forward(on device: Int, besides microbatch: Int32 = -1) -> Arrival? {
    earliest(
      forwards[device].filter {
        inFlight[lane[$0.slot]] < limits[lane[$0.slot]] && model.microbatch[$0.slot] != microbatch
          && pieceRule?.allowsForward(Int32($0.slot)) ?? true
          && held[device] + model.memory(of: .forward, Int32($0.slot)).growth <= model.capacities[device]
      })
  }

  /// The backward to run next on a device: the earliest to arrive of those whose turn it is.
  private func backward(on device: Int) -> Arrival? {
    earliest(backwards[device].filter { pieceRule?.allowsBackward(Int32($0.slot)) ?? true })
  }

  private mutating func act(on device: Int) {
    let backward = backward(on: device)
    let forward = forward(on: device, besides: backward.map { model.microbatch[$0.slot] } ?? -1)
    if let forward, let backward, graph.kind(ofBackward: backward.slot) == .backward {
      let first = max(free[device], min(forward.time, backward.time))
      let start = max(first, forward.time, backward.time)
      if start <= first + patience { return pair(forward, backward, at: start, on: device) }
    }
    let alone = self.forward(on: device)
    if let backward, backward.time <= max(free[device], alone?.time ?? .infinity) {
      run(backward, graph.kind(ofBackward: backward.slot), on: device)
    } else if let alone {
      run(alone, .forward, on: device)
    }
  }

  private mutating func run(_ arrival: Arrival, _ kind: BlockModel.Block.Kind, on device: Int) {
    let slot = Int32(arrival.slot)
    free[device] = max(free[device], arrival.time) + model.row(of: kind.operation, slot).duration
    orders[device].append(BlockModel.Block(kind: kind, slot: slot))
    finish(arrival.slot, kind.operation, on: device)
  }

  private mutating func pair(_ forward: Arrival, _ backward: Arrival, at start: Double, on device: Int) {
    let block = BlockModel.Block(
      kind: .pair, slot: Int32(forward.slot), backward: Int32(backward.slot))
    free[device] = start + model.duration(ofPair: block)
    orders[device].append(block)
    finish(forward.slot, .forward, on: device)
    finish(backward.slot, .backward, on: device)
  }

  private mutating func finish(_ slot: Int, _ kind: Operation.Kind, on device: Int) {
    let memory = model.memory(of: kind, Int32(slot))
    held[device] += memory.growth - memory.release
    if kind == .forward {
      forwards[device].removeAll { $0.slot == slot }
      pieceRule?.noteForward(Int32(slot))
      inFlight[lane[slot]] += 1
      for arc in graph.forwardOutputs[slot] { supply(arc, direction: 0, at: free[device]) }
      if graph.turns[slot] { supply(SlotGraph.Arc(slot: slot, latency: 0), direction: 1, at: free[device]) }
    } else {
      backwards[device].removeAll { $0.slot == slot }
      pieceRule?.noteBackward(Int32(slot))
      inFlight[lane[slot]] -= 1
      for arc in graph.backwardOutputs[slot] { supply(arc, direction: 1, at: free[device]) }
    }
  }

  /// Lets an operation wait for its device once all its inputs are known to arrive.
  private mutating func supply(_ arc: SlotGraph.Arc, direction: Int, at time: Double) {
    missing[arc.slot][direction] -= 1
    known[arc.slot][direction] = max(known[arc.slot][direction], time + arc.latency)
    guard missing[arc.slot][direction] == 0 else { return }
    let arrival = Arrival(slot: arc.slot, time: known[arc.slot][direction])
    let device = graph.device[arc.slot]
    if direction == 0 { forwards[device].append(arrival) } else { backwards[device].append(arrival) }
  }
}
