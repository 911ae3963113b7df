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

  /// The least memory limit of each device under which any schedule fits: what one microbatch needs, besides what is
  /// there when an iteration begins. Running one microbatch after another needs no more. O(visits of the distinct routes).
  public var leastMemory: [Double] {
    zip(zip(staticMemory, carriedMemory).map(+), activationsOfOneMicrobatch).map(+)
  }

  /// The outputs that are held beyond the iteration, or by time. O(visits, where there are tasks).
  package var outputsApart: [OutputApart] {
    guard layout != nil else { return [] }
    let held = HeldOutputs(self)
    return microbatches.indices.map { Microbatch.ID($0) }.flatMap { microbatch in
      route(of: microbatch).visits.enumerated().compactMap { position, visit in
        let output = OutputApart(
          microbatch: microbatch, visit: visit, activation: stages[visit.stage.index].activationForB,
          factor: microbatches[microbatch.index].memory[visit.stage],
          isCarried: held.isCarried(at: position, of: microbatch),
          isHeldByTime: held.isHeldByTime(at: position, of: microbatch))
        return output.isCarried || output.isHeldByTime ? output : nil
      }
    }
  }

  /// What each device holds when an iteration begins of what the one before made, but for what is held by time.
  package var carriedMemory: [Double] {
    var memory = [Double](repeating: 0, count: deviceCount)
    for output in outputsApart where !output.isHeldByTime {
      memory[output.visit.device.index] += output.memory
    }
    return memory
  }

  /// What each microbatch holds on the devices of its route while it runs alone, besides what is there when an iteration
  /// begins: the distinct peaks, and which of them are a microbatch's. O(microbatches + visits of the distinct routes and
  /// factors).
  package var activationPeaks: (distinct: [[Device.ID: ActivationPeaks]], numbers: [Int]) {
    struct MemoryClass: Hashable {
      var memory: PerStage
      var route: Int32
      var modes: Int32
      var apart: [Stage.ID]
    }
    var known: [MemoryClass: Int] = [:]
    var distinct: [[Device.ID: ActivationPeaks]] = []
    let apart = Dictionary(grouping: outputsApart) { $0.microbatch }
    let numbers = microbatches.indices.map { index in
      let (microbatch, route) = (microbatches[index], routeIndexes[index])
      let own = apart[Microbatch.ID(index)]?.map(\.visit.stage) ?? []
      let key = MemoryClass(
        memory: microbatch.memory, route: route, modes: modes.indexes[index], apart: own)
      if let number = known[key] { return number }
      known[key] = distinct.count
      // What takes the place of what it made an iteration ago takes nothing besides; what is held by time is no part of
      // any order.
      let visits = routes[Int(route)].visits.filter { !own.contains($0.stage) }
      distinct.append(peaks(along: visits, memory: microbatch.memory, stages(inModes: key.modes)))
      return distinct.count - 1
    }
    return (distinct, numbers)
  }

  private func peaks(
    along visits: [Route.Visit], memory: PerStage, _ stages: [Stage]
  ) -> [Device.ID: ActivationPeaks] {
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

/// An output of a task, or of a stage without a backward pass, that is held beyond the iteration or by time.
package struct OutputApart: Sendable {
  /// Whose it is.
  package let microbatch: Microbatch.ID
  /// Where it is made and held.
  package let visit: Route.Visit
  /// What its stage holds of a microbatch, and how many times as much this one takes.
  package let activation: Double
  package let factor: Double
  /// Whether the next iteration needs it.
  package let isCarried: Bool
  /// Whether no order of a stream says how long it is held.
  package let isHeldByTime: Bool

  /// How much it takes.
  package var memory: Double { activation * factor }
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
