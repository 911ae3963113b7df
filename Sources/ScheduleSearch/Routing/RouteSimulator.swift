import PipelineModel

/// Plays a batch along its routes forward in time: every idle device takes work by a rule, as its memory allows.
///
/// A step of a microbatch is one `F` or `B` along its way there and back; the head's `F` and `B` are one step.
/// `W` fills time in which nothing else could start. One value is reused for many batches; it cannot be copied, as its
/// memory would be shared.
struct RouteSimulator: ~Copyable {
  let model: RoutingModel
  /// What a run is judged by: the makespan, or the longest span of a device, which no period of its orders exceeds.
  let objective: Objective
  /// Steps per microbatch.
  let stepCount: Int
  let instant: Double
  let steps: FlatArray<Step>
  /// How much later in turn each step is than a rule says, in instants.
  let delays: FlatArray<Double>
  /// When each step started in the last run that came so far.
  let startTimes: FlatArray<Double>
  let waiting: FlatArray<Waiting>
  private let devices: FlatArray<Device>
  /// The steps of each device whose `W` waits, and how many of them have run.
  private var weights: [[Int32]]
  private let weightsDone: FlatArray<Int>
  private var events: TimedQueue
  /// The devices to look at.
  private let marked: FlatArray<Int32>
  private var markedCount = 0
  private var lastEnded = 0
  /// When each queue of messages lets the next one in.
  private let queueFree: FlatArray<Double>

  /// The microbatch that ended last in the last run that came to its end.
  private(set) var lastMicrobatch = 0

  /// What every device started, in order, in the last run that recorded it.
  private(set) var starts: [[Start]] = []

  init(_ model: RoutingModel, objective: Objective = .makespan) {
    self.model = model
    self.objective = objective
    instant = model.instant
    let hasHead = model.problem.rules.head != nil
    stepCount = 2 * (model.length + 1) + (hasHead ? 1 : 0)
    steps = FlatArray(
      repeating: Step(
        device: 0, lane: -1, duration: 0, latency: 0, isForward: true, growth: 0, release: 0, weight: 0,
        kept: 0),
      count: stepCount * model.microbatchCount)
    delays = FlatArray(repeating: 0, count: steps.count)
    startTimes = FlatArray(repeating: 0, count: steps.count)
    waiting = FlatArray(repeating: Waiting(), count: steps.count)
    devices = FlatArray(repeating: Device(), count: model.deviceCount)
    weights = Array(repeating: [], count: model.deviceCount)
    weightsDone = FlatArray(repeating: 0, count: model.deviceCount)
    // A device runs one thing at a time, and a microbatch is in one place.
    events = TimedQueue(capacity: model.deviceCount + model.microbatchCount)
    marked = FlatArray(repeating: 0, count: model.deviceCount)
    queueFree = FlatArray(repeating: 0, count: model.queues?.count ?? 0)
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
      device: Int32(costs.device), lane: lane, duration: duration, latency: 0,
      isForward: isForward, growth: isForward ? growth : 0, release: isForward ? 0 : growth - kept,
      weight: isForward ? 0 : scale.backwardWeight[stage] * costs.weight, kept: kept)
  }

  private func headStep(on device: Int, scale: Double) -> Step {
    let kept = model.headWeight[device] > 0 ? model.headKept : 0
    return Step(
      device: Int32(device), lane: -1, duration: scale * model.headChain[device], latency: 0,
      isForward: true, growth: model.headGrowth, release: model.headGrowth - kept,
      weight: scale * model.headWeight[device], kept: kept)
  }

  /// The unobstructed round trip of a microbatch.
  func roundTrip(of microbatch: Int) -> Double { steps[microbatch * stepCount].rest }

  /// The makespan or longest span under a rule, optimizer steps included.
  ///
  /// - Parameters:
  ///   - limit: a run that does not end before this is worth nothing, and broken off as soon as that is known.
  ///   - records: whether to keep the starts.
  ///   - deadline: when a run is broken off that has not ended.
  /// - Returns: infinite where it does not end before the limit, or devices wait for each other's memory for ever.
  mutating func run(
    _ rule: DispatchRule, limit: Double = .infinity, records: Bool = false, until deadline: Deadline = .never
  ) -> Double {
    devices.fill(Device())
    weightsDone.fill(0)
    for device in weights.indices { weights[device].removeAll(keepingCapacity: true) }
    events.removeAll()
    queueFree.fill(0)
    markedCount = 0
    if records { starts = Array(repeating: [], count: devices.count) }
    for microbatch in 0..<model.microbatchCount {
      arrive(microbatch, step: 0, at: 0, rule)
    }
    var left = stepCount * model.microbatchCount
    var instants = 0
    while true {
      instants += 1
      if instants & 255 == 0, deadline.hasPassed { return .infinity }
      for index in 0..<markedCount {
        let device = Int(marked[index])
        devices[device].isMarked = false
        guard dispatch(device, at: events.now, limit: limit, records: records) else { return .infinity }
      }
      markedCount = 0
      let time = events.nextTime
      guard time < .infinity else { break }
      // Sums in another order differ in their last binary digits: one instant is as long as that.
      while events.nextTime <= time + instant {
        let event = events.removeFirst()
        if event.code >= 0 {
          arrive(Int(event.code) / stepCount, step: Int(event.code) % stepCount, at: event.time, rule)
        } else {
          left -= complete(Int(-1 - event.code), at: event.time, rule)
        }
      }
    }
    guard left == 0 else { return .infinity }
    lastMicrobatch = lastEnded
    // The last `W` of a device, which no way counts, may end behind the limit.
    let value = self.value
    return value < limit ? value : .infinity
  }

  /// The makespan, or the longest span of a device: an entry has none of its own.
  private var value: Double {
    let counted = objective.countsFromOwnStart ? model.problem.devices.count : devices.count
    return (0..<counted).reduce(0) {
      let device = devices[$1]
      guard device.lastEnd > 0 else { return $0 }
      let start = objective.countsFromOwnStart ? device.firstStart : 0
      return max($0, device.lastEnd - start + model.optimizerSteps[$1])
    }
  }

  private mutating func mark(_ device: Int) {
    guard !devices[device].isMarked else { return }
    devices[device].isMarked = true
    marked[markedCount] = Int32(device)
    markedCount += 1
  }

  private mutating func arrive(_ microbatch: Int, step: Int, at time: Double, _ rule: DispatchRule) {
    let index = microbatch * stepCount + step
    let work = steps[index]
    // The head is sure to find room.
    let reserved = step == 0 ? model.headGrowth : 0
    let device = Int(work.device)
    waiting[index] = Waiting(
      key: key(of: index, at: time, rule), growth: work.growth + reserved, next: devices[device].waiting)
    devices[device].waiting = Int32(index)
    mark(device)
  }

  /// Ends what a device runs; tells how many steps that is.
  private mutating func complete(_ device: Int, at time: Double, _ rule: DispatchRule) -> Int {
    let index = Int(devices[device].running)
    let (microbatch, step) = index.quotientAndRemainder(dividingBy: stepCount)
    devices[device].isBusy = false
    devices[device].lastEnd = time
    mark(device)
    let (work, held) = (steps[index], devices[device].held)
    if devices[device].isWeight {
      devices[device].held = held - work.kept
      return 0
    }
    devices[device].held = held - work.release
    if work.weight > 0 { weights[device].append(Int32(index)) }
    if step + 1 < stepCount {
      if work.latency > 0 {
        let leaves = enter(from: device, to: Int(steps[index + 1].device), at: time)
        events.insert(leaves + work.latency, code: Int32(index + 1))
      } else {
        arrive(microbatch, step: step + 1, at: time, rule)
      }
    } else {
      lastEnded = microbatch
    }
    return 1
  }
}

extension RouteSimulator {
  /// When a message that is ready leaves its sender: at once, or behind those that are in its queue.
  private mutating func enter(from source: Int, to target: Int, at time: Double) -> Double {
    guard let queues = model.queues, source != target else { return time }
    let queue = queues.queue(from: source, to: target)
    let leaves = max(time, queueFree[queue])
    queueFree[queue] = leaves + queues.transfer[source * model.deviceCount + target]
    return leaves
  }

  /// Starts the next work of an idle device; false when the run cannot end before the limit any more.
  private mutating func dispatch(_ device: Int, at time: Double, limit: Double, records: Bool) -> Bool {
    guard !devices[device].isBusy else { return true }
    let (held, capacity) = (devices[device].held, model.capacities[device])
    var (best, beforeBest, before): (Int32, Int32, Int32) = (-1, -1, -1)
    var index = devices[device].waiting
    // The longest way of those that wait on.
    var rest = -Double.infinity
    while index >= 0 {
      let own = waiting[Int(index)]
      let hasRoom = own.growth <= 0 || held + own.growth <= capacity
      if hasRoom, best < 0 || precedes(index, best) {
        if best >= 0 { rest = max(rest, steps[Int(best)].rest) }
        (best, beforeBest) = (index, before)
      } else {
        rest = max(rest, steps[Int(index)].rest)
      }
      before = index
      index = own.next
    }
    if best < 0 {
      startWeight(device, at: time, records: records)
      return true
    }
    let next = waiting[Int(best)].next
    if beforeBest < 0 { devices[device].waiting = next } else { waiting[Int(beforeBest)].next = next }
    let work = steps[Int(best)]
    let left = max(work.rest, work.duration + rest)
    if !objective.countsFromOwnStart, time + left >= limit { return false }
    devices[device].held = held + work.growth
    startTimes[Int(best)] = time
    run(best, isWeight: false, on: device, from: time, for: work.duration, records)
    return true
  }

  private mutating func startWeight(_ device: Int, at time: Double, records: Bool) {
    guard weightsDone[device] < weights[device].count else { return }
    let index = weights[device][weightsDone[device]]
    weightsDone.add(1, at: device)
    run(index, isWeight: true, on: device, from: time, for: steps[Int(index)].weight, records)
  }

  private mutating func run(
    _ index: Int32, isWeight: Bool, on device: Int, from time: Double, for duration: Double, _ records: Bool
  ) {
    if devices[device].lastEnd == 0 { devices[device].firstStart = time }
    (devices[device].isBusy, devices[device].running, devices[device].isWeight) = (true, index, isWeight)
    events.insert(time + duration, code: Int32(-1 - device))
    guard records else { return }
    let (microbatch, step) = Int(index).quotientAndRemainder(dividingBy: stepCount)
    starts[device].append(
      Start(microbatch: Int32(microbatch), step: Int16(step), isWeight: isWeight))
  }
}
