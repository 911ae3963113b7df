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
    var seen = Set<MemoryClass>()
    for (microbatch, route) in zip(microbatches, routeIndexes)
    where seen.insert(MemoryClass(memory: microbatch.memory, route: route)).inserted {
      for (device, peak) in peaks(ofRoute: Int(route), memory: microbatch.memory) {
        most[device.index] = max(most[device.index], peak)
      }
    }
    return most
  }

  /// The most that one microbatch, or all pieces of one sequence together, hold on each device: no piece of a sequence
  /// runs backwards on a stage before all have run forwards. O(visits).
  package var activationsOfOneSequence: [Double] {
    var known: [MemoryClass: [(device: Device.ID, peak: Double)]] = [:]
    var most = [Double](repeating: 0, count: deviceCount)
    for first in stride(from: 0, to: microbatchCount, by: pieces) {
      var held = [Double](repeating: 0, count: deviceCount)
      for microbatch in first..<first + pieces {
        let key = MemoryClass(memory: microbatches[microbatch].memory, route: routeIndexes[microbatch])
        let peaks = known[key] ?? peaks(ofRoute: Int(key.route), memory: key.memory)
        known[key] = peaks
        for (device, peak) in peaks { held[device.index] += peak }
      }
      for device in held.indices { most[device] = max(most[device], held[device]) }
    }
    return most
  }

  /// The least memory limit of each device under which any schedule fits: what one microbatch needs. Running
  /// one microbatch after another needs no more. O(visits of the distinct routes).
  public var leastMemory: [Double] { zip(staticMemory, activationsOfOneMicrobatch).map { $0 + $1 } }

  private struct MemoryClass: Hashable {
    var memory: PerStage
    var route: Int32
  }

  /// The peaks of one microbatch's activations on the devices of its route.
  private func peaks(ofRoute index: Int, memory: PerStage) -> [(device: Device.ID, peak: Double)] {
    let visits = routes[index].visits
    let links = RouteLinks(of: visits, stages: stages)
    var held: [Device.ID: Double] = [:]
    var peak: [Device.ID: Double] = [:]
    func take(_ amount: Double, on device: Device.ID) {
      held[device, default: 0] += amount
      peak[device] = max(peak[device] ?? 0, held[device] ?? 0)
    }
    for (position, visit) in visits.enumerated() {
      let stage = stages[visit.stage.index]
      take(stage.activationForForward * memory[visit.stage], on: visit.device)
      for released in links.releases(after: position, on: visits, stages: stages) {
        held[visit.device, default: 0] -=
          stages[visits[released].stage.index].activationForB * memory[visits[released].stage]
      }
    }
    for visit in visits.reversed() where stages[visit.stage.index].hasBackward {
      let stage = stages[visit.stage.index]
      take(
        (stage.activationForB - stage.activationForForward) * memory[visit.stage], on: visit.device)
      held[visit.device, default: 0] -= stage.activationForB * memory[visit.stage]
    }
    return peak.map { ($0.key, $0.value) }
  }
}
