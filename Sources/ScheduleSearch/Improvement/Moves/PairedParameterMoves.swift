import PipelineModel
import Timeline

/// Random changes of what a dispatcher of pairs goes by, each played and timed.
struct PairedParameterMoves: Neighbourhood, ~Copyable {
  private var dispatcher: PairedDispatcher
  private var timer: SweepingTimer
  private let model: BlockModel
  private let objective: Objective
  /// The mean duration of an operation, in which heat is measured.
  private let unit: Double
  private(set) var plan: PairedParameters
  private(set) var score = Score.none

  init(_ model: BlockModel, _ lanes: PairedLanes, objective: Objective) {
    self.model = model
    self.objective = objective
    dispatcher = PairedDispatcher(model, lanes)
    timer = SweepingTimer(model, objective: objective)
    unit = model.meanDuration
    plan = dispatcher.lanes.parameters(.plain)
  }

  mutating func start(from candidate: Candidate<PairedParameters>) -> Bool {
    guard let value = value(of: candidate.plan, atMost: .infinity) else { return false }
    plan = candidate.plan
    score = Score(value: value)
    return true
  }

  mutating func tryMove(heat: Double, random: inout FastRandom) -> Bool {
    var changed = plan
    changed.change(ofLanes: dispatcher.lanes, microbatches: model.problem.microbatchCount, &random)
    let threshold = score.value * (1 + 1e-12) + unit * heat * random.exponential()
    guard changed != plan, let value = value(of: changed, atMost: threshold) else { return false }
    plan = changed
    score.value = value
    return true
  }

  private mutating func value(of parameters: PairedParameters, atMost limit: Double) -> Double? {
    guard
      dispatcher.run(parameters, atMost: limit, countsFromOwnStart: objective.countsFromOwnStart)
    else { return nil }
    for device in timer.busy { timer.write(dispatcher.orders[device], on: device, from: 0) }
    return timer.value(atMost: limit)
  }
}

extension PairedParameters {
  /// Changes one to three parameters at random.
  fileprivate mutating func change(ofLanes lanes: PairedLanes, microbatches: Int, _ random: inout FastRandom)
  {
    for _ in 0...random.index(below: 3) {
      let lane = random.index(below: inFlight.count)
      let device = lanes.device[lane]
      let sign: Int32 = random.next() & 1 == 0 ? 1 : -1
      let step = random.index(below: 6) == 0 ? sign * Int32(2 + random.index(below: 4)) : sign
      // As many as there are at most stand for any number.
      let most = (lane: Int32(lanes.sizes[lane]), device: lanes.backwardCounts[device])
      switch random.index(below: 9) {
      case 0, 1: inFlight[lane] = max(1, min(most.lane, min(inFlight[lane], most.lane) + step))
      case 2, 3: shift(&warmUp, device, by: step, atMost: most.device)
      case 4, 5: shift(&coolDown, device, by: step, atMost: most.device)
      case 6: priority[lane] += step * Int32(1 + random.index(below: 8))
      case 7: changeCommon(by: step, &random)
      default:
        // Some devices in a row.
        var last = device
        while last + 1 < warmUp.count, random.index(below: 3) > 0 { last += 1 }
        let isWarmUp = random.next() & 1 == 0
        for device in device...last {
          let most = lanes.backwardCounts[device]
          if isWarmUp {
            shift(&warmUp, device, by: sign, atMost: most)
          } else {
            shift(&coolDown, device, by: sign, atMost: most)
          }
        }
      }
    }
  }

  private func shift(_ counts: inout [Int32], _ device: Int, by step: Int32, atMost most: Int32) {
    counts[device] = max(0, min(most, min(counts[device], most) + step))
  }

  private mutating func changeCommon(by step: Int32, _ random: inout FastRandom) {
    switch random.index(below: 4) {
    case 0: patience = max(0, min(32, patience + step))
    case 1: weightFill = max(0, min(16, weightFill + step))
    default: backwardLead = max(-1, min(12, backwardLead + step))
    }
  }
}
