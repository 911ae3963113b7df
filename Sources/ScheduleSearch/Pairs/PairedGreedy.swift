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

/// Plays a pipeline forward in time and takes an `F` and a `BW` together wherever both can run.
struct PairedGreedy {
  /// An operation whose input is known to arrive.
  private struct Arrival {
    var slot: Int
    var time: Double
  }

  private let model: PairedModel
  private let rule: PairedRule
  private let patience: Double
  /// Per slot: the device, and the most in flight on the visit's lane with the lane's number.
  private var device: [Int]
  private var lane: [Int]
  private var limits: [Int] = []
  private var isLast: [Bool]
  private var isFirst: [Bool]
  /// `nil` where microbatches are whole sequences.
  private var pieceRule: PieceRule?

  private var inFlight: [Int] = []
  private var forwards: [[Arrival]]
  private var backwards: [[Arrival]]
  private var free: [Double]
  private var held: [Double]
  private(set) var orders: [[PairedModel.Block]]

  init(_ model: PairedModel, _ rule: PairedRule) {
    self.model = model
    self.rule = rule
    patience = rule.patience * model.meanDuration
    pieceRule = PieceRule(model)
    let (slots, devices) = (model.stage.count, model.problem.deviceCount)
    device = Array(repeating: 0, count: slots)
    lane = device
    isLast = Array(repeating: false, count: slots)
    isFirst = isLast
    forwards = Array(repeating: [], count: devices)
    backwards = forwards
    free = Array(repeating: 0, count: devices)
    held = free
    orders = Array(repeating: [], count: devices)
    var lanes: [Route.Visit: Int] = [:]
    for microbatch in model.problem.microbatches.indices {
      let visits = model.problem.route(of: Microbatch.ID(microbatch)).visits
      let first = Int(model.table.originSlots[microbatch]) + 1
      for (position, visit) in visits.enumerated() {
        let number = lanes[visit] ?? limits.count
        if lanes.updateValue(number, forKey: visit) == nil {
          let limit = rule.inFlight * Double(visits.count - position)
          // No piece of a sequence is back before the last one has come.
          let more = rule.extra + model.problem.pieces - 1
          limits.append(limit.isFinite ? Int(limit.rounded(.up)) + more : .max)
        }
        device[first + position] = visit.device.index
        lane[first + position] = number
      }
      isFirst[first] = true
      isLast[first + visits.count - 1] = true
      forwards[visits[0].device.index].append(Arrival(slot: first, time: 0))
    }
    inFlight = Array(repeating: 0, count: limits.count)
  }

  /// Plays to the end; tells whether all operations ran before the deadline.
  /// O(operations x (devices + operations waiting)).
  mutating func run(until deadline: Deadline) -> Bool {
    while !deadline.hasPassed, let device = nextDevice() { act(on: device) }
    return zip(orders, 0...).allSatisfy { order, device in
      order.reduce(0) { $0 + ($1.kind == .pair ? 3 : $1.kind == .backward ? 2 : 1) }
        == model.bounds[device + 1] - model.bounds[device]
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
          && held[device] + model.ledger.forB[Int(model.stage[$0.slot])] <= model.capacities[device]
      })
  }

  /// The backward to run next on a device: the earliest to arrive of those whose turn it is.
  private func backward(on device: Int) -> Arrival? {
    earliest(backwards[device].filter { pieceRule?.allowsBackward(Int32($0.slot)) ?? true })
  }

  private mutating func act(on device: Int) {
    let backward = backward(on: device)
    let forward = forward(on: device, besides: backward.map { model.microbatch[$0.slot] } ?? -1)
    if let forward, let backward {
      let first = max(free[device], min(forward.time, backward.time))
      let start = max(first, forward.time, backward.time)
      if start <= first + patience { return pair(forward, backward, at: start, on: device) }
    }
    let alone = self.forward(on: device)
    if let backward, backward.time <= max(free[device], alone?.time ?? .infinity) {
      run(.backward, backward, on: device)
    } else if let alone {
      run(.forward, alone, on: device)
    }
  }

  private mutating func run(_ kind: PairedModel.Block.Kind, _ arrival: Arrival, on device: Int) {
    let row = Int(model.firstRow[arrival.slot]) + (kind == .forward ? 0 : 3)
    free[device] = max(free[device], arrival.time) + model.rows[row].duration
    orders[device].append(PairedModel.Block(kind: kind, slot: Int32(arrival.slot)))
    if kind == .forward {
      finishForward(arrival.slot, on: device)
    } else {
      finishBackward(arrival.slot, on: device)
    }
  }

  private mutating func pair(_ forward: Arrival, _ backward: Arrival, at start: Double, on device: Int) {
    let block = PairedModel.Block(
      kind: .pair, slot: Int32(forward.slot), backward: Int32(backward.slot))
    free[device] = start + model.duration(ofPair: block)
    orders[device].append(block)
    finishForward(forward.slot, on: device)
    finishBackward(backward.slot, on: device)
  }

  private mutating func finishForward(_ slot: Int, on device: Int) {
    forwards[device].removeAll { $0.slot == slot }
    pieceRule?.noteForward(Int32(slot))
    inFlight[lane[slot]] += 1
    held[device] += model.ledger.forB[Int(model.stage[slot])]
    if isLast[slot] {
      backwards[device].append(Arrival(slot: slot, time: free[device]))
    } else {
      let latency = model.rows[Int(model.firstRow[slot + 1])].latency
      forwards[self.device[slot + 1]].append(Arrival(slot: slot + 1, time: free[device] + latency))
    }
  }

  private mutating func finishBackward(_ slot: Int, on device: Int) {
    backwards[device].removeAll { $0.slot == slot }
    pieceRule?.noteBackward(Int32(slot))
    inFlight[lane[slot]] -= 1
    held[device] -= model.ledger.forB[Int(model.stage[slot])]
    if isFirst[slot] { return }
    let latency = model.rows[Int(model.firstRow[slot - 1]) + 3].latency
    backwards[self.device[slot - 1]].append(Arrival(slot: slot - 1, time: free[device] + latency))
  }
}
