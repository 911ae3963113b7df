import PipelineModel

/// From `time` on, a device holds `memory`.
public struct MemoryStep: Hashable, Sendable {
  /// When the amount changes, in the problem's time unit.
  public var time: Double
  /// What is held from then on, static memory included, in the problem's memory unit.
  public var memory: Double

  /// Joins a time and an amount.
  public init(time: Double, memory: Double) {
    self.time = time
    self.memory = memory
  }
}

extension Timeline {
  /// What a device holds over time, from time 0 on: one step per moment at which it changes.
  ///
  /// A release at the moment of a growth comes before it. O(operations of the device).
  public func memoryProfile(of device: Device.ID) -> [MemoryStep] {
    var held = ledger.staticMemory[device.index]
    var profile = [MemoryStep(time: 0, memory: ledger.grid.units(held))]
    func append(_ steps: Double, at time: Double) {
      guard steps != 0 else { return }
      held += steps
      let step = MemoryStep(time: time, memory: ledger.grid.units(held))
      if profile[profile.count - 1].time == time { profile.removeLast() }
      profile.append(step)
    }
    for position in schedule.orders.range(of: device) {
      let change = ledger.change(of: schedule.orders.operations[position])
      append(change.growth, at: start(at: position))
      append(-change.release, at: end(at: position))
    }
    return profile
  }

  /// The most memory each device holds at any moment, static memory included, in the problem's memory unit.
  ///
  /// It follows from the orders alone: what an operation needs at its start is what the order before it left.
  /// O(operations).
  public var peakMemory: [Double] {
    return schedule.problem.devices.indices.map { device in
      var held = ledger.staticMemory[device]
      var peak = held
      for operation in schedule.orders[Device.ID(device)] {
        let change = ledger.change(of: operation)
        held += change.growth
        peak = max(peak, held)
        held -= change.release
      }
      return ledger.grid.units(peak)
    }
  }

  /// Whether every device stays within its memory. O(operations).
  package var fitsMemory: Bool {
    schedule.problem.devices.indices.allSatisfy { device in
      var held = 0.0
      return schedule.orders[Device.ID(device)].allSatisfy { operation in
        let change = ledger.change(of: operation)
        held += change.growth
        defer { held -= change.release }
        return held <= ledger.capacities[device]
      }
    }
  }
}

/// What every operation holds and releases, on an exact decimal grid.
package struct MemoryLedger: Sendable {
  /// The grid of all memory sizes.
  package let grid: DecimalGrid
  /// Per device, in grid steps.
  package let staticMemory: [Double]
  /// Per device, in grid steps: the activations that count as within the limit, static memory taken off. Never less
  /// than one microbatch holds, for which every device of a problem has room, however sums are rounded; infinite
  /// without a limit.
  package let capacities: [Double]
  /// Per stage `activationForB`, in grid steps.
  package let forB: [Double]
  /// Per stage `activationForW`, in grid steps.
  package let forW: [Double]

  /// Lowers a problem's memory sizes. O(stages).
  package init(_ problem: Problem) {
    let values = problem.stages.flatMap { [$0.activationForB, $0.activationForW, $0.staticMemory] }
    let fixed = problem.stages.reduce(0) { $0 + $1.staticMemory }
    let alone = problem.activationsOfOneMicrobatch
    let most = alone.max() ?? 0
    let grid = DecimalGrid(values: Set(values), bound: fixed + most * Double(problem.microbatchCount))
    var memory = [Double](repeating: 0, count: problem.deviceCount)
    for (stage, hosts) in zip(problem.stages, problem.hosts) {
      for host in hosts { memory[host.index] += grid.steps(stage.staticMemory) }
    }
    self.grid = grid
    staticMemory = memory
    capacities = problem.devices.indices.map { device in
      max(problem.devices[device].capacity * grid.stepsPerUnit - memory[device], grid.steps(alone[device]))
    }
    forB = problem.stages.map { grid.steps($0.activationForB) }
    forW = problem.stages.map { grid.steps($0.activationForW) }
  }

  /// What the operation takes at its start and gives back at its end, in grid steps.
  func change(of operation: Operation) -> (growth: Double, release: Double) {
    let stage = operation.stage.index
    return switch operation.kind {
    case .forward: (forB[stage], 0)
    case .backwardInput: (0, forB[stage] - forW[stage])
    case .backwardWeight: (0, forW[stage])
    case .backward: (0, forB[stage])
    }
  }
}
