import PipelineModel

/// The stages of one device and, between them, stages that take no time on devices of their own.
struct IsolatedChain {
  /// What lies between two stages: how long it takes there and back.
  struct Lag {
    var there: Double
    var back: Double
    /// Whether gradients come through.
    var hasBackward: Bool
  }

  private let problem: PartitionProblem
  private let device: Device.ID
  private var stages: [Stage] = []
  /// The stage of the problem that each one is; `nil` for what lies between.
  private var numbers: [Int?] = []
  private var lags: [Lag?] = []

  init(_ problem: PartitionProblem, device: Device.ID) {
    self.problem = problem
    self.device = device
  }

  /// Goes on to what lies before the device's first stage, or behind its last one.
  mutating func pass(_ lag: Lag) { add(lag) }

  /// Goes on to what lies between two stages of the device: two stages, so that either way has a latency of its own.
  mutating func passBetween(_ lag: Lag) {
    add(nil, hasBackward: lag.hasBackward)
    add(lag)
  }

  private mutating func add(_ lag: Lag?, hasBackward: Bool? = nil) {
    let passes = hasBackward ?? lag?.hasBackward ?? false
    stages.append(
      Stage(forward: 0, backward: passes ? .input(0) : .none, activationForB: 0, activationForW: 0))
    numbers.append(nil)
    lags.append(lag)
  }

  /// Goes on to a stage of the device.
  mutating func host(_ number: Int, _ stage: Stage) {
    stages.append(stage)
    numbers.append(number)
    lags.append(nil)
  }
}

extension IsolatedChain {
  /// The chain as a problem, the device being the first; `nil` where it does not hold one microbatch in any mode.
  func closed() -> Problem? {
    var instance = problem.instance
    instance.partition = nil
    instance.stages = stages
    instance.devices = [problem.devices[device.index]] + numbers.filter { $0 == nil }.map { _ in Device() }
    var next = 0
    let hosts = numbers.map { number -> Device.ID in
      guard number == nil else { return Device.ID(0) }
      next += 1
      return Device.ID(next)
    }
    instance.placement = .explicit(hosts.map { [$0] })
    instance.communication = .matrix(latencies(hosts))
    instance.barrier = .none
    instance.layerCount = nil
    if instance.modesPer == .problem { instance.modesPer = .stage }
    instance.microbatches = problem.microbatches.map { microbatch in
      Microbatch(
        scale: Microbatch.Scale(
          forward: restricted(microbatch.scale.forward),
          backwardInput: restricted(microbatch.scale.backwardInput),
          backwardWeight: restricted(microbatch.scale.backwardWeight)), memory: restricted(microbatch.memory))
    }
    instance.overlap = instance.overlap.map { Overlap(forwardBackward: restricted($0.forwardBackward)) }
    return try? ProblemParts(instance).problem()
  }

  /// The factors of the stages that there are; what takes no time has none.
  private func restricted(_ factors: PerStage) -> PerStage {
    guard case .each(let each) = factors else { return factors }
    return .each(numbers.map { $0.map { each[$0] } ?? 1 })
  }

  private func latencies(_ hosts: [Device.ID]) -> [[Double]] {
    let count = (hosts.map(\.index).max() ?? 0) + 1
    var rows = [[Double]](repeating: [Double](repeating: 0, count: count), count: count)
    for (place, lag) in lags.enumerated() {
      guard let lag else { continue }
      let here = hosts[place].index
      // Between two stages of the device it is on the way to here that time passes.
      let before = place > 0 ? hosts[place - 1].index : nil
      if let before {
        (rows[before][here], rows[here][before]) = (lag.there, lag.back)
      } else {
        (rows[here][0], rows[0][here]) = (lag.there, lag.back)
      }
    }
    return rows
  }
}
