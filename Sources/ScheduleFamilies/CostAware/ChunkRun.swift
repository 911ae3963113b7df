import PipelineModel

/// Runs chunks of a model that lie back and forth over the devices operation by operation, and keeps the time, idle time
/// and memory of every device.
///
/// Chunk 0 is the way from device 0 to the last one, and all there is of a sequential placement; chunk 1 is the way back.
/// On a chunk, every kind runs in the microbatches' order.
struct ChunkRun {
  /// Why a run ends early: an operation lacks its input, or memory for itself.
  struct Stuck: Error {}

  /// The two kinds whose results other devices wait for.
  enum Pass { case forward, backward }

  /// An operation as a device keeps it for later.
  private struct Visit {
    var chunk: Int
    var microbatch: Int
  }

  let deviceCount: Int
  let microbatchCount: Int
  private let stageCount: Int
  private let problem: Problem
  /// Where each stage is.
  private let visits: [Route.Visit]
  /// The latency from each stage to the next one, and to the one before.
  private let forwardLatencies: [Double]
  private let backwardLatencies: [Double]
  /// The most memory that each device may hold, its static memory included.
  private let limits: [Double]
  /// The end of each `F` and `B`, by stage and microbatch; below 0 before it has run.
  private var forwardEnds: [Double]
  private var backwardEnds: [Double]
  /// How many passes of each chunk have run on each device, chunk 0 first.
  private var forwards: [Int]
  private var backwards: [Int]
  /// The backwards of each device whose `W` waits, and how many of them have had it.
  private var waiting: [[Visit]]
  private var weights: [Int]

  private var backwardsLeft: Int
  /// How many passes have had their turn, those that stages lack too.
  private(set) var turns = 0
  private(set) var orders: [[Operation]]
  /// When each device is free.
  private(set) var clocks: [Double]
  /// When each device first starts.
  private var starts: [Double]
  /// How long each device has waited since its first operation.
  private(set) var idle: [Double]
  /// The largest of `idle`.
  private(set) var longestIdle = 0.0
  private var memory: [Double]

  init(_ problem: Problem, limits: [Double]) {
    let (devices, stages, microbatches) = (problem.deviceCount, problem.stageCount, problem.microbatchCount)
    deviceCount = devices
    stageCount = stages
    microbatchCount = microbatches
    self.problem = problem
    let visits = problem.routes[0].visits
    self.visits = visits
    forwardLatencies = visits.indices.dropFirst().map { problem.latency(along: visits, from: $0 - 1, to: $0) }
    backwardLatencies = visits.indices.dropFirst().map {
      problem.latency(along: visits, from: $0, to: $0 - 1)
    }
    self.limits = limits
    forwardEnds = Array(repeating: -1, count: stages * microbatches)
    backwardEnds = forwardEnds
    forwards = Array(repeating: 0, count: stages)
    backwards = forwards
    waiting = Array(repeating: [], count: devices)
    weights = Array(repeating: 0, count: devices)
    backwardsLeft = stages * microbatches
    orders = Array(repeating: [], count: devices)
    for device in orders.indices { orders[device].reserveCapacity(3 * stages / devices * microbatches) }
    clocks = Array(repeating: 0, count: devices)
    starts = clocks
    idle = clocks
    memory = problem.staticMemory
  }

  /// Whether some device has a backward to run.
  var hasBackwardsLeft: Bool { backwardsLeft > 0 }

  /// The longest time from a device's first start to its last end.
  var longestSpan: Double { zip(clocks, starts).reduce(0) { max($0, $1.0 - $1.1) } }

  /// How many passes of a chunk a device has run.
  func count(_ pass: Pass, _ chunk: Int, on device: Int) -> Int {
    pass == .forward ? forwards[chunk * deviceCount + device] : backwards[chunk * deviceCount + device]
  }

  /// Whether a device has run a chunk's pass for every microbatch.
  func isDone(_ pass: Pass, _ chunk: Int, on device: Int) -> Bool {
    count(pass, chunk, on: device) == microbatchCount
  }

  func hasWaitingWeights(on device: Int) -> Bool { weights[device] < waiting[device].count }

  func stage(_ chunk: Int, on device: Int) -> Int {
    chunk.isMultiple(of: 2) ? chunk * deviceCount + device : (chunk + 1) * deviceCount - 1 - device
  }

  /// When the input of a chunk's next pass arrives; `nil` while its producer has not run.
  func arrival(_ pass: Pass, _ chunk: Int, on device: Int) -> Double? {
    let microbatch = count(pass, chunk, on: device)
    guard microbatch < microbatchCount else { return nil }
    let stage = stage(chunk, on: device)
    let slot = stage * microbatchCount + microbatch
    let end: Double
    let latency: Double
    switch pass {
    case .forward:
      guard stage > 0 else { return 0 }
      end = forwardEnds[slot - microbatchCount]
      latency = forwardLatencies[stage - 1]
    case .backward where stage == stageCount - 1:
      end = forwardEnds[slot]
      latency = 0
    case .backward:
      end = backwardEnds[slot + microbatchCount]
      latency = backwardLatencies[stage]
    }
    return end < 0 ? nil : end + latency
  }

  /// How long the gradient of a device's stage of a chunk is on its way, from the stage after it.
  func gradientLatency(_ chunk: Int, on device: Int) -> Double { backwardLatencies[stage(chunk, on: device)] }

  /// Whether a device can take so many more activations of a stage.
  func hasRoom(for activations: Double, on device: Int) -> Bool {
    memory[device] + activations <= limits[device]
  }

  /// What the next forward of a chunk takes on a device.
  func activation(_ chunk: Int, on device: Int) -> Double {
    held(stage(chunk, on: device), min(forwards[chunk * deviceCount + device], microbatchCount - 1)).forward
  }

  /// What the next backward of a chunk takes on a device, besides what its forward left there.
  func spike(_ chunk: Int, on device: Int) -> Double {
    let held = held(stage(chunk, on: device), count(.backward, chunk, on: device))
    return held.backward - held.between
  }

  /// What a microbatch holds on a stage: while `F` runs, from then on, from the start of `B` on, and until `W`.
  private func held(
    _ stage: Int, _ microbatch: Int
  ) -> (forward: Double, between: Double, backward: Double, weight: Double) {
    let costs = problem.stage(Stage.ID(stage), of: Microbatch.ID(microbatch))
    let factor = problem.microbatches[microbatch].memory[Stage.ID(stage)]
    let all = costs.activationForB * factor
    // Without a backward pass it is held for the next stage, which is elsewhere on all devices but one.
    guard costs.hasBackward else { return (all, 0, 0, 0) }
    let kept = costs.checkpoint.map { $0 * factor } ?? all
    return (kept, kept, all, costs.duration(of: .backwardWeight) == nil ? 0 : costs.activationForW * factor)
  }

  private func costs(_ stage: Int, of microbatch: Int) -> Stage {
    problem.costs(at: visits[stage], of: Microbatch.ID(microbatch))
  }

  /// Whether a device can take the next forward of a chunk.
  func canRunForward(_ chunk: Int, on device: Int) -> Bool {
    arrival(.forward, chunk, on: device) != nil
      && hasRoom(for: activation(chunk, on: device), on: device)
  }

  /// Whether a chunk has a backward pass on a device; one that it has not takes no turn.
  func hasBackward(_ chunk: Int, on device: Int) -> Bool {
    problem.stages[stage(chunk, on: device)].hasBackward
  }

  /// How long a chunk's next pass lasts on a device, or the one of so many microbatches later; 0 where there is none.
  func duration(_ pass: Pass, _ chunk: Int, on device: Int, later: Int = 0) -> Double {
    let costs = costs(stage(chunk, on: device), of: count(pass, chunk, on: device) + later)
    if pass == .forward { return costs.forward }
    // What makes a backward pass ready comes right before it.
    return costs.duration(of: .backwardInput).map { $0 + (costs.recompute ?? 0) } ?? 0
  }

  /// How long the next waiting `W` of a device lasts; `nil` when none waits.
  func weightDuration(on device: Int) -> Double? {
    guard hasWaitingWeights(on: device) else { return nil }
    let visit = waiting[device][weights[device]]
    return costs(stage(visit.chunk, on: device), of: visit.microbatch).duration(of: .backwardWeight)
  }

  /// How long the waiting `W` take that have to run before a device can take so many more activations.
  func weightTime(toFit activations: Double, on device: Int) -> Double {
    var (held, time) = (memory[device], 0.0)
    for visit in waiting[device].dropFirst(weights[device]) {
      if held + activations <= limits[device] { break }
      let stage = stage(visit.chunk, on: device)
      held -= self.held(stage, visit.microbatch).weight
      time += costs(stage, of: visit.microbatch).duration(of: .backwardWeight) ?? 0
    }
    return time
  }

  /// Runs a chunk's next pass on a device.
  ///
  /// - Throws: `Stuck` when its input is missing or it does not fit.
  mutating func run(_ pass: Pass, _ chunk: Int, on device: Int) throws(Stuck) {
    guard let arrival = arrival(pass, chunk, on: device) else { throw Stuck() }
    let microbatch = count(pass, chunk, on: device)
    let stage = stage(chunk, on: device)
    let slot = stage * microbatchCount + microbatch
    let held = held(stage, microbatch)
    let exists = pass == .forward || hasBackward(chunk, on: device)
    if exists {
      guard hasRoom(for: pass == .forward ? held.forward : held.backward - held.between, on: device) else {
        throw Stuck()
      }
      wait(until: arrival, on: device)
      clocks[device] += duration(pass, chunk, on: device)
      append(pass == .forward ? .forward : .backwardInput, stage, microbatch, on: device)
    }
    switch pass {
    case .forward:
      memory[device] += held.between
      forwardEnds[slot] = clocks[device]
      forwards[chunk * deviceCount + device] += 1
    case .backward:
      memory[device] += held.weight - held.between
      backwardEnds[slot] = exists ? clocks[device] : arrival
      backwards[chunk * deviceCount + device] += 1
      backwardsLeft -= 1
      if costs(stage, of: microbatch).duration(of: .backwardWeight) != nil {
        waiting[device].append(Visit(chunk: chunk, microbatch: microbatch))
      }
    }
    turns += 1
  }

  private mutating func wait(until arrival: Double, on device: Int) {
    let start = max(clocks[device], arrival)
    if orders[device].isEmpty {
      starts[device] = start
    } else {
      idle[device] += start - clocks[device]
      longestIdle = max(longestIdle, idle[device])
    }
    clocks[device] = start
  }

  /// Runs the next waiting `W` of a device, where one waits.
  mutating func runWeight(on device: Int) {
    guard let duration = weightDuration(on: device) else { return }
    let visit = waiting[device][weights[device]]
    let stage = stage(visit.chunk, on: device)
    clocks[device] += duration
    memory[device] -= held(stage, visit.microbatch).weight
    weights[device] += 1
    turns += 1
    append(.backwardWeight, stage, visit.microbatch, on: device)
  }

  private mutating func append(_ kind: Operation.Kind, _ stage: Int, _ microbatch: Int, on device: Int) {
    orders[device].append(
      Operation(kind, stage: Stage.ID(stage), microbatch: Microbatch.ID(microbatch)))
  }
}
