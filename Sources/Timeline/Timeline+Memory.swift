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
    var last = lowered.problem.heldAtStart[device.index]
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
      var peak = lowered.problem.heldAtStart[device]
      walkHeld(of: device) { _, held in peak = max(peak, held) }
      return lowered.problem.memoryGrid.units(peak)
    }
  }

  /// Whether every device stays within its memory. O(operations).
  package var fitsMemory: Bool {
    if lowered.problem.hasOffloads { return lowered.rooms.fit }
    return schedule.problem.devices.indices.allSatisfy { device in
      var fits = true
      let problem = lowered.problem
      let capacity = problem.capacities[device] + problem.heldAtStart[device] + problem.reserved[device]
      walkHeld(of: device) { _, held in fits = fits && held <= capacity }
      return fits
    }
  }

  /// Tells what a device holds from each moment on at which it changes, in grid steps.
  private func walkHeld(of device: Int, _ visit: (_ time: Double, _ held: Double) -> Void) {
    let timed = timedMemory[device]
    guard !timed.isEmpty else { return walkOrder(of: device, visit) }
    var (next, before) = (0, lowered.problem.heldAtStart[device])
    func change(until time: Double) {
      while next < timed.count, Rounding.isClearly(timed[next].time, below: time) {
        visit(timed[next].time, before + timed[next].held)
        next += 1
      }
    }
    walkOrder(of: device) { time, held in
      change(until: time)
      // A release at the moment of a growth comes first, on whatever stream.
      if held > before {
        while next < timed.count, !Rounding.isClearly(time, below: timed[next].time) { next += 1 }
      }
      visit(time, held + (next > 0 ? timed[next - 1].held : 0))
      before = held
    }
    change(until: .greatestFiniteMagnitude)
  }

  /// Tells what a device holds by its order, from each moment on at which it changes.
  private func walkOrder(of device: Int, _ visit: (_ time: Double, _ held: Double) -> Void) {
    guard lowered.problem.hasOffloads else {
      return walkMemory(of: device) { position, held, isStart in
        visit(isStart ? starts[position] : ends[position], held)
      }
    }
    // Offloads end whenever their channel is done with them: what they give back comes in between.
    var ended = hostTransfers.lazy.filter { $0.device == device && $0.way == .offload }.makeIterator()
    var (next, freed) = (ended.next(), 0.0)
    func endOffloads(until time: Double, before position: Int, held: Double) {
      while let transfer = next, transfer.end <= time, transfer.position < position {
        freed += transfer.memory
        visit(transfer.end, held - freed)
        next = ended.next()
      }
    }
    var before = lowered.problem.heldAtStart[device]
    walkMemory(of: device) { position, held, isStart in
      let time = isStart ? starts[position] : ends[position]
      endOffloads(until: time, before: isStart ? position : position + 1, held: before)
      visit(time, held - freed)
      before = held
    }
    endOffloads(until: .infinity, before: .max, held: before)
  }

  /// Tells what a device holds from the start of each of its operations on, and from the end of each.
  private func walkMemory(of device: Int, _ visit: (_ position: Int, _ held: Double, _ isStart: Bool) -> Void)
  {
    var held = lowered.problem.heldAtStart[device]
    var shared = OutputReaders(lowered.problem)
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
        if shared.isNeeded { held += shared.correction(after: lowered.codes[part], lowered.traits) }
        visit(part, held, false)
      }
      position = together.upperBound + 1
    }
  }
}
