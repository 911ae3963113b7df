import PipelineModel

/// Plays a batch along its routes forward in time: every idle device takes work by a rule, as its memory allows.
///
/// A step of a microbatch is one `F` or `B` along its way there and back; the head's `F` and `B` are one step.
/// `W` fills time in which nothing else could start. One value is reused for many batches.
struct RouteSimulator {
  /// A piece of work in the order in which a device starts it.
  struct Start {
    var microbatch: Int32
    var step: Int16
    var isWeight: Bool
  }

  /// A step's place and costs.
  struct Step {
    var device: Int32
    /// -1 for the head's.
    var lane: Int32
    var duration: Double
    /// From the end until the next step's device has the result.
    var latency: Double
    /// The unobstructed time from this step's start to the end of the way.
    var rest: Double
    var isForward: Bool
    /// Memory taken at the start, given back at the end and, where it is a `B`, kept on for `W`.
    var growth: Double
    var release: Double
    var weight: Double
    var kept: Double
  }

  private struct Waiting {
    var key: Double
    var microbatch: Int32
    var step: Int16
    /// The memory it needs to start.
    var growth: Double
  }

  private struct Device {
    var isBusy = false
    var held = 0.0
    var waiting: [Waiting] = []
    var weights: [(microbatch: Int32, step: Int16)] = []
    var lastEnd = 0.0
    var running: (microbatch: Int32, step: Int16, isWeight: Bool) = (0, 0, false)
    var isMarked = false
  }

  let model: RoutingModel
  /// Steps per microbatch.
  let stepCount: Int
  private(set) var steps: [Step]
  private var devices: [Device]
  private var events = TimedQueue()
  private var marked: [Int32] = []
  private var lastEnded = 0

  /// The microbatch that ended last in the last run that came to its end.
  private(set) var lastMicrobatch = 0

  /// What every device started, in order, in the last run that recorded it.
  private(set) var starts: [[Start]] = []

  init(_ model: RoutingModel) {
    self.model = model
    let hasHead = model.problem.rules.head != nil
    stepCount = 2 * (model.length + 1) + (hasHead ? 1 : 0)
    steps = Array(
      repeating: Step(
        device: 0, lane: -1, duration: 0, latency: 0, rest: 0, isForward: true, growth: 0, release: 0,
        weight: 0, kept: 0),
      count: stepCount * model.microbatchCount)
    devices = Array(repeating: Device(), count: model.deviceCount)
  }

  /// The visit along the route, the origin's first, that a step belongs to.
  func position(of step: Int) -> Int { min(step, stepCount - 1 - step) }

  /// Whether a step is the head's.
  func isHead(_ step: Int) -> Bool { stepCount % 2 == 1 && step == stepCount / 2 }

  /// Gives a microbatch its path. O(length).
  mutating func set(_ microbatch: Int, path: ArraySlice<Int32>) {
    let base = microbatch * stepCount
    let origin = model.origins[microbatch]
    let own = model.ground.microbatches[microbatch]
    for index in 0..<stepCount {
      let position = position(of: index)
      let isForward = 2 * index < stepCount - 1
      let step =
        isHead(index)
        ? headStep(on: model.lanes[Int(origin)].device, scale: model.scales[microbatch])
        : step(on: position == 0 ? origin : path[path.startIndex + position - 1], isForward: isForward, own)
      steps[base + index] = step
    }
    var rest = 0.0
    for index in (base..<base + stepCount).reversed() {
      if index + 1 < base + stepCount {
        let link = Int(steps[index].device) * model.deviceCount + Int(steps[index + 1].device)
        steps[index].latency = model.link[link]
        rest += model.link[link]
      }
      rest += steps[index].duration
      steps[index].rest = rest
    }
  }

  private func step(on lane: Int32, isForward: Bool, _ microbatch: Microbatch) -> Step {
    let costs = model.lanes[Int(lane)]
    let (stage, scale) = (Stage.ID(costs.stage), microbatch.scale)
    let size = microbatch.memory[stage] / model.leastMemory
    let growth = size * costs.growth
    let kept = costs.weight > 0 ? size * costs.kept : 0
    let duration =
      isForward ? scale.forward[stage] * costs.forward : scale.backwardInput[stage] * costs.backward
    return Step(
      device: Int32(costs.device), lane: lane, duration: duration, latency: 0, rest: 0,
      isForward: isForward, growth: isForward ? growth : 0, release: isForward ? 0 : growth - kept,
      weight: isForward ? 0 : scale.backwardWeight[stage] * costs.weight, kept: kept)
  }

  private func headStep(on device: Int, scale: Double) -> Step {
    let kept = model.headWeight[device] > 0 ? model.headKept : 0
    return Step(
      device: Int32(device), lane: -1, duration: scale * model.headChain[device], latency: 0, rest: 0,
      isForward: true, growth: model.headGrowth, release: model.headGrowth - kept,
      weight: scale * model.headWeight[device], kept: kept)
  }

  /// The unobstructed round trip of a microbatch.
  func roundTrip(of microbatch: Int) -> Double { steps[microbatch * stepCount].rest }

  /// The makespan under a rule, optimizer steps included.
  ///
  /// - Parameters:
  ///   - limit: a run that cannot end before this is broken off.
  ///   - records: whether to keep the starts.
  ///   - deadline: when a run is broken off that has not ended.
  /// - Returns: infinite when broken off or when devices wait for each other's memory for ever.
  mutating func run(
    _ rule: DispatchRule, limit: Double = .infinity, records: Bool = false, until deadline: Deadline = .never
  ) -> Double {
    for device in devices.indices {
      devices[device].isBusy = false
      devices[device].held = 0
      devices[device].lastEnd = 0
      devices[device].waiting.removeAll(keepingCapacity: true)
      devices[device].weights.removeAll(keepingCapacity: true)
    }
    events.removeAll()
    if records { starts = Array(repeating: [], count: devices.count) }
    for microbatch in 0..<model.microbatchCount {
      arrive(microbatch, step: 0, at: 0, rule)
    }
    var left = stepCount * model.microbatchCount
    var instants = 0
    while true {
      instants += 1
      if instants & 255 == 0, deadline.hasPassed { return .infinity }
      for device in marked {
        devices[Int(device)].isMarked = false
        guard dispatch(Int(device), at: events.now, limit: limit, records: records) else {
          unmarkAll()
          return .infinity
        }
      }
      marked.removeAll(keepingCapacity: true)
      guard let time = events.nextTime else { break }
      // Sums in another order differ in their last binary digits: one instant is as long as that.
      while let next = events.nextTime, next <= time + model.instant, let event = events.removeFirst() {
        if event.code >= 0 {
          arrive(Int(event.code) / stepCount, step: Int(event.code) % stepCount, at: event.time, rule)
        } else {
          left -= complete(Int(-1 - event.code), at: event.time, rule)
        }
      }
    }
    guard left == 0 else { return .infinity }
    lastMicrobatch = lastEnded
    return devices.indices.reduce(0) {
      max($0, devices[$1].lastEnd > 0 ? devices[$1].lastEnd + model.optimizerSteps[$1] : 0)
    }
  }

  private mutating func unmarkAll() {
    marked.removeAll(keepingCapacity: true)
    for device in devices.indices { devices[device].isMarked = false }
  }

  private mutating func mark(_ device: Int) {
    guard !devices[device].isMarked else { return }
    devices[device].isMarked = true
    marked.append(Int32(device))
  }

  private mutating func arrive(_ microbatch: Int, step: Int, at time: Double, _ rule: DispatchRule) {
    let work = steps[microbatch * stepCount + step]
    // The head comes between the way there and the way back.
    let place = work.lane < 0 ? 1 : work.isForward ? 0 : 2
    let kind =
      switch rule.preference {
      case .none: 0
      case .backward: 2 - place
      case .forward: place
      }
    // Work of a later kind has a larger key than any of an earlier one.
    let order = ((rule.longestFirst ? -work.rest : time) / model.instant).rounded()
    // The head is sure to find room.
    let reserved = step == 0 ? model.headGrowth : 0
    devices[Int(work.device)].waiting.append(
      Waiting(
        key: 1e12 * Double(kind) + order, microbatch: Int32(microbatch), step: Int16(step),
        growth: work.growth + reserved))
    mark(Int(work.device))
  }

  /// Ends what a device runs; tells how many steps that is.
  private mutating func complete(_ device: Int, at time: Double, _ rule: DispatchRule) -> Int {
    let (microbatch, step, isWeight) = devices[device].running
    devices[device].isBusy = false
    devices[device].lastEnd = time
    mark(device)
    let index = Int(microbatch) * stepCount + Int(step)
    let work = steps[index]
    if isWeight {
      devices[device].held -= work.kept
      return 0
    }
    devices[device].held -= work.release
    if work.weight > 0 { devices[device].weights.append((microbatch, step)) }
    if Int(step) + 1 < stepCount {
      if work.latency > 0 {
        events.insert(time + work.latency, code: Int32(index + 1))
      } else {
        arrive(Int(microbatch), step: Int(step) + 1, at: time, rule)
      }
    } else {
      lastEnded = Int(microbatch)
    }
    return 1
  }
}

extension RouteSimulator {
  /// Starts the next work of an idle device; false when the run cannot end before the limit any more.
  private mutating func dispatch(_ device: Int, at time: Double, limit: Double, records: Bool) -> Bool {
    guard !devices[device].isBusy else { return true }
    var best = -1
    for index in devices[device].waiting.indices {
      let waiting = devices[device].waiting[index]
      if waiting.growth > 0, devices[device].held + waiting.growth > model.capacities[device] { continue }
      if best < 0 || precedes(waiting, devices[device].waiting[best]) { best = index }
    }
    if best < 0 {
      startWeight(device, at: time, records: records)
      return true
    }
    let chosen = devices[device].waiting.remove(at: best)
    let work = steps[Int(chosen.microbatch) * stepCount + Int(chosen.step)]
    if time + work.rest >= limit { return false }
    devices[device].held += work.growth
    run(chosen.microbatch, chosen.step, isWeight: false, on: device, from: time, for: work.duration, records)
    return true
  }

  /// The smaller key first; at equal ones a microbatch that is just let in last, then in order.
  private func precedes(_ left: Waiting, _ right: Waiting) -> Bool {
    if left.key != right.key { return left.key < right.key }
    if (left.step == 0) != (right.step == 0) { return right.step == 0 }
    return left.microbatch < right.microbatch
  }

  private mutating func startWeight(_ device: Int, at time: Double, records: Bool) {
    guard !devices[device].weights.isEmpty else { return }
    let (microbatch, step) = devices[device].weights.removeFirst()
    let duration = steps[Int(microbatch) * stepCount + Int(step)].weight
    run(microbatch, step, isWeight: true, on: device, from: time, for: duration, records)
  }

  private mutating func run(
    _ microbatch: Int32, _ step: Int16, isWeight: Bool, on device: Int, from time: Double,
    for duration: Double, _ records: Bool
  ) {
    devices[device].isBusy = true
    devices[device].running = (microbatch, step, isWeight)
    events.insert(time + duration, code: Int32(-1 - device))
    if records { starts[device].append(Start(microbatch: microbatch, step: step, isWeight: isWeight)) }
  }
}
