extension Problem {
  /// The memory each device holds all the time: the static memory of every stage it hosts. O(stages).
  public var staticMemory: [Double] {
    var memory = [Double](repeating: 0, count: deviceCount)
    for (stage, devices) in zip(stages, hosts) {
      for device in devices { memory[device.index] += stage.staticMemory }
    }
    return memory
  }

  /// The most activation memory that one microbatch holds on each device while it runs alone, all `F` along its route
  /// and then all backward passes: the largest over all microbatches. O(visits of the distinct routes and factors).
  public var activationsOfOneMicrobatch: [Double] {
    var most = [Double](repeating: 0, count: deviceCount)
    for (device, peaks) in activationPeaks.distinct.joined() {
      most[device.index] = max(most[device.index], peaks.most)
    }
    return most
  }

  /// The most that one microbatch, or all pieces of one sequence together, hold on each device: no piece of a sequence
  /// runs backwards on a stage before all have run forwards. O(visits).
  private var activationsOfOneSequence: [Double] {
    let peaks = activationPeaks
    var most = [Double](repeating: 0, count: deviceCount)
    for first in stride(from: 0, to: microbatchCount, by: pieces) {
      var held = [Double](repeating: 0, count: deviceCount)
      for microbatch in first..<first + pieces {
        for (device, peaks) in peaks.distinct[peaks.numbers[microbatch]] { held[device.index] += peaks.most }
      }
      for device in held.indices { most[device] = max(most[device], held[device]) }
    }
    return most
  }

  /// The first device that does not hold all pieces of a sequence, and the least limit that would do there; `nil` where
  /// all do. O(visits); O(1) for whole sequences, of which a problem promises it.
  package var deviceWithoutRoomForSequence: (device: Device.ID, least: Double)? {
    guard pieces > 1 else { return nil }
    let least = zip(staticMemory, activationsOfOneSequence).map(+)
    return devices.indices.first { least[$0] > devices[$0].capacity }.map { (Device.ID($0), least[$0]) }
  }

  /// The least memory limit of each device under which any schedule fits: what one microbatch needs. Running
  /// one microbatch after another needs no more. O(visits of the distinct routes).
  public var leastMemory: [Double] { zip(staticMemory, activationsOfOneMicrobatch).map { $0 + $1 } }

  /// What each microbatch holds on the devices of its route while it runs alone: the distinct peaks, and which of them
  /// are a microbatch's. O(microbatches + visits of the distinct routes and factors).
  package var activationPeaks: (distinct: [[Device.ID: ActivationPeaks]], numbers: [Int]) {
    struct MemoryClass: Hashable {
      var memory: PerStage
      var route: Int32
      var modes: Int32
    }
    var known: [MemoryClass: Int] = [:]
    var distinct: [[Device.ID: ActivationPeaks]] = []
    let numbers = microbatches.indices.map { index in
      let (microbatch, route) = (microbatches[index], routeIndexes[index])
      let key = MemoryClass(memory: microbatch.memory, route: route, modes: modes.indexes[index])
      if let number = known[key] { return number }
      known[key] = distinct.count
      distinct.append(peaks(ofRoute: Int(route), memory: microbatch.memory, stages(inModes: key.modes)))
      return distinct.count - 1
    }
    return (distinct, numbers)
  }

  private func peaks(
    ofRoute index: Int, memory: PerStage, _ stages: [Stage]
  ) -> [Device.ID: ActivationPeaks] {
    let visits = routes[index].visits
    let links = RouteLinks(of: visits, stages: stages)
    var peaks: [Device.ID: ActivationPeaks] = [:]
    func amount(_ held: KindTraits.Held, _ visit: Route.Visit) -> Double {
      stages[visit.stage.index].memory(held) * memory[visit.stage]
    }
    for (position, visit) in visits.enumerated() {
      var peak = peaks[visit.device] ?? ActivationPeaks()
      peak.takeForward(amount(.checkpoint, visit))
      peak.held -= amount(.offloaded, visit)
      for released in links.releases(after: position, on: visits, stages: stages) {
        peak.held -= amount(.activation, visits[released])
      }
      peaks[visit.device] = peak
    }
    var left = peaks.mapValues(\.held)
    for visit in visits.reversed() where stages[visit.stage.index].hasBackward {
      let stored = amount(.checkpoint, visit) - amount(.offloaded, visit)
      let running = (left[visit.device] ?? 0) - stored + amount(.activation, visit)
      peaks[visit.device, default: ActivationPeaks()].takeBackward(running)
      left[visit.device] = running - amount(.activation, visit)
    }
    return peaks
  }
}

/// What one microbatch holds on one device while it runs alone, all `F` along its route and then all backward passes.
package struct ActivationPeaks: Sendable {
  /// The most while its `F` run.
  package private(set) var forward = 0.0
  /// Between its last `F` and its first backward pass there.
  package fileprivate(set) var held = 0.0
  /// The most while its backward passes run.
  package private(set) var backward = 0.0

  /// Of a microbatch that does not visit the device.
  package init() {}

  /// The most at any time.
  package var most: Double { max(forward, backward) }

  fileprivate mutating func takeForward(_ amount: Double) {
    held += amount
    forward = max(forward, held)
  }

  fileprivate mutating func takeBackward(_ amount: Double) { backward = max(backward, amount) }
}
