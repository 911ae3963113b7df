/// A stage before the model's first, on devices of its own, from which routes start whose first device is a choice.
///
/// It takes no time and no memory, and what it sends arrives at once: schedules of the model and of the model behind an
/// entry are the same. Microbatches that may start on any host of the first stage have one device of the entry in
/// common; those that name an origin have one for each, and its only link leads there.
struct RouteEntry {
  /// How many devices there are without the entry's, which come after them.
  private let deviceCount: Int
  /// Per device of the entry, the origin that it leads to; `nil` where it leads to all.
  private let leadsTo: [Device.ID?]
  /// The device from which each microbatch enters.
  let deviceOf: [Device.ID]

  init(_ microbatches: [Microbatch], deviceCount: Int) {
    var places: [Device.ID?: Int] = [:]
    var leadsTo: [Device.ID?] = []
    deviceOf = microbatches.map { microbatch in
      if let place = places[microbatch.origin] { return Device.ID(deviceCount + place) }
      places[microbatch.origin] = leadsTo.count
      leadsTo.append(microbatch.origin)
      return Device.ID(deviceCount + leadsTo.count - 1)
    }
    self.leadsTo = leadsTo
    self.deviceCount = deviceCount
  }

  var devices: [Device.ID] { leadsTo.indices.map { Device.ID(deviceCount + $0) } }

  /// No microbatch skips or reorders stages: each route goes on to the next stage until there is none.
  func rules(stageCount: Int) -> SkipReorderRules {
    SkipReorderRules(
      stagesPerMicrobatch: stageCount, maxForwardJump: 1, maxSkips: Array(repeating: 0, count: stageCount))
  }

  /// The links with the entry's devices added. O(devices²).
  func links(_ communication: Communication) -> Communication {
    if case .uniform(0) = communication, leadsTo.allSatisfy({ $0 == nil }) { return communication }
    func time(_ source: Int, _ target: Int) -> Double {
      let entry = max(source, target)
      guard entry >= deviceCount else {
        return communication.latency(from: Device.ID(source), to: Device.ID(target))
      }
      guard let origin = leadsTo[entry - deviceCount] else { return 0 }
      return min(source, target) == origin.index ? 0 : .infinity
    }
    let all = 0..<deviceCount + leadsTo.count
    let times = all.map { source in all.map { time(source, $0) } }
    if times.joined().allSatisfy(\.isFinite) { return .matrix(times) }
    // What nothing gets through is said by a bandwidth of 0; over other links a message this small takes no time.
    return .links(
      Communication.Links(
        latency: times.map { $0.map { $0.isFinite ? $0 : 0 } },
        bandwidth: times.map { $0.map { $0.isFinite ? ProblemRules.largestNumber : 0 } },
        bytes: ProblemRules.smallestNumber))
  }
}

extension ProblemParts {
  /// The problem behind an entry: what is said stage by stage says of the entry what it says of the first stage.
  func behind(_ entry: RouteEntry, hosts: [[Device.ID]]) -> ProblemParts {
    var parts = self
    parts.layerCount = nil
    for index in parts.stages.indices {
      parts.stages[index].layers = nil
      parts.stages[index].inputs = instance.stages[index].inputs.map { $0.map { Stage.ID($0.index + 1) } }
    }
    let entrance = Stage(forward: 0, backward: .input(0), activationForB: 0, activationForW: 0)
    parts.stages.insert(entrance, at: 0)
    parts.modes = modes.map { $0.withStageBefore }
    parts.devices += entry.devices.map { _ in Device() }
    parts.placement = .explicit([entry.devices] + hosts)
    parts.communication = entry.links(instance.communication)
    for index in parts.microbatches.indices {
      parts.microbatches[index].origin = nil
      parts.microbatches[index].memory = instance.microbatches[index].memory.repeatingFirst
      let scale = instance.microbatches[index].scale
      parts.microbatches[index].scale = Microbatch.Scale(
        forward: scale.forward.repeatingFirst, backwardInput: scale.backwardInput.repeatingFirst,
        backwardWeight: scale.backwardWeight.repeatingFirst)
    }
    parts.overlap = instance.overlap.map { Overlap(forwardBackward: $0.forwardBackward.repeatingFirst) }
    return parts
  }
}

extension PerStage {
  /// The same with one stage more before the first, and like it.
  fileprivate var repeatingFirst: PerStage {
    guard case .each(let numbers) = self else { return self }
    return .each(numbers.prefix(1) + numbers)
  }
}
