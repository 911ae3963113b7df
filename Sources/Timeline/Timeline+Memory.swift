import OperationGraph
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
    let grid = lowered.problem.memoryGrid
    var last = lowered.problem.staticMemory[device.index]
    var profile = [MemoryStep(time: 0, memory: grid.units(last))]
    walkHeld(of: device.index) { time, held in
      if held == last { return }
      last = held
      let step = MemoryStep(time: self.grid.units(time), memory: grid.units(held))
      if profile[profile.count - 1].time == step.time { profile.removeLast() }
      profile.append(step)
    }
    return profile
  }

  /// The most memory each device holds at any moment, static memory included, in the problem's memory unit.
  ///
  /// It follows from the orders alone, but for what is with a host for some time: what an operation needs at its start
  /// is what the order before it left. O(operations).
  public var peakMemory: [Double] {
    schedule.problem.devices.indices.map { device in
      var peak = lowered.problem.staticMemory[device]
      walkHeld(of: device) { _, held in peak = max(peak, held) }
      return lowered.problem.memoryGrid.units(peak)
    }
  }

  /// Whether every device stays within its memory. O(operations).
  package var fitsMemory: Bool {
    if lowered.problem.hasOffloads { return lowered.rooms.fit }
    return schedule.problem.devices.indices.allSatisfy { device in
      var fits = true
      let capacity = lowered.problem.capacities[device] + lowered.problem.staticMemory[device]
      walkMemory(of: device) { _, held, _ in fits = fits && held <= capacity }
      return fits
    }
  }

  /// Tells what a device holds from each moment on at which it changes, in grid steps.
  private func walkHeld(of device: Int, _ visit: (_ time: Double, _ held: Double) -> Void) {
    guard lowered.problem.hasOffloads else {
      return walkMemory(of: device) { position, held, isStart in
        visit(isStart ? starts[position] : ends[position], held)
      }
    }
    // Offloads end whenever their channel is done with them: what they give back comes in between.
    var ended = hostTransfers.lazy.filter { $0.device == device && $0.way == .offload }.makeIterator()
    var (next, freed) = (ended.next(), 0.0)
    func endOffloads(until time: Double, held: Double) {
      while let transfer = next, transfer.end <= time {
        freed += transfer.memory
        visit(transfer.end, held - freed)
        next = ended.next()
      }
    }
    var before = lowered.problem.staticMemory[device]
    walkMemory(of: device) { position, held, isStart in
      let time = isStart ? starts[position] : ends[position]
      endOffloads(until: time, held: before)
      visit(time, held - freed)
      before = held
    }
    endOffloads(until: .infinity, held: before)
  }

  /// Tells what a device holds from the start of each of its operations on, and from the end of each.
  private func walkMemory(of device: Int, _ visit: (_ position: Int, _ held: Double, _ isStart: Bool) -> Void)
  {
    var held = lowered.problem.staticMemory[device]
    var shared = SharedOutputs(lowered.problem)
    var position = lowered.bounds[device]
    while position < lowered.bounds[device + 1] {
      // The parts of a pair take what they need at one moment, and give back at another.
      let together = position...(lowered.opensPair(position) ? position + 1 : position)
      for part in together {
        held += lowered.traits[Int(lowered.codes[part].row)].growth
        visit(part, held, true)
      }
      for part in together {
        held -= lowered.traits[Int(lowered.codes[part].row)].release
        if shared.isNeeded { held += shared.correction(after: schedule.orders.operations[part]) }
        visit(part, held, false)
      }
      position = together.upperBound + 1
    }
  }
}

/// The outputs of stages without a backward pass that several stages of their own device read: they are held until all
/// of those have run, whatever the order, where a row can only say that the last one along the route releases them.
private struct SharedOutputs {
  private let lowered: LoweredProblem
  /// Whether there are any.
  let isNeeded: Bool
  private let outputs: [[(producer: Int, consumers: [Int])]]
  /// How many consumers have run, by microbatch and producer.
  private var done: [SIMD2<Int32>: Int] = [:]

  init(_ lowered: LoweredProblem) {
    self.lowered = lowered
    let problem = lowered.problem
    let isPossible = problem.stages.contains { !$0.hasBackward && $0.activationForB > 0 }
    outputs =
      !isPossible
      ? []
      : problem.routes.map {
        RouteLinks(of: $0.visits, stages: problem.stages).sharedOutputs(on: $0.visits, stages: problem.stages)
      }
    isNeeded = outputs.contains { !$0.isEmpty }
  }

  /// What to add to the memory held after an operation whose row may release an output too early, or release it only
  /// now that the last consumer has run.
  mutating func correction(after operation: Operation) -> Double {
    guard operation.kind == .forward,
      let position = lowered.position(of: operation.stage, for: operation.microbatch)
    else { return 0 }
    var correction = 0.0
    for output in outputs[Int(lowered.problem.routeIndexes[operation.microbatch.index])]
    where output.consumers.contains(Int(position)) {
      let key: SIMD2<Int32> = [operation.microbatch.rawValue, Int32(output.producer)]
      done[key, default: 0] += 1
      // All that the producer took is held for its readers.
      let row = lowered.row(of: .forward, at: Int32(output.producer), for: operation.microbatch.index)
      let memory = lowered.traits[Int(row)].growth
      let isLastOnRoute = output.consumers.last == Int(position)
      let isLast = done[key] == output.consumers.count
      if isLastOnRoute, !isLast { correction += memory }
      if isLast, !isLastOnRoute { correction -= memory }
    }
    return correction
  }
}
