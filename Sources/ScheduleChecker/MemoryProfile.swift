import PipelineModel

/// The memory each device holds along its order, and the operations that take it over the limit.
///
/// Within one order memory does not depend on timing, but for offloads: when these end, only a run can say. Only
/// operations that do work nobody else does, on the device where it belongs, take part; what a misplaced or repeated
/// one would hold is not defined.
struct MemoryProfile {
  /// Every start that takes a device over its limit.
  private(set) var violations: [Violation] = []
  /// The `F` for the end of whose offload each operation waits, to have room; empty where nothing is offloaded.
  private(set) var rooms: [Int32] = []

  /// A start that takes memory.
  private struct Growth {
    /// The first of the operations that start together.
    var position: Int
    /// What the device would hold then if no offload had ended.
    var held: Double
  }

  /// What the end of an offload gives back, together with all offloads before it on the device.
  private struct Offload {
    var position: Int
    var freed: Double
  }

  /// What a device holds of its order from a moment on.
  struct Level {
    /// The operation that starts or ends then.
    var position: Int
    var isStart: Bool
    var held: Double
  }

  /// By device, what its order makes it hold; empty where nothing is held by time.
  private(set) var levels: [[Level]] = []
  /// What is held by time, beside what orders tell.
  private(set) var timed: [(timed: HeldForTasks.Timed, amount: Double)] = []
  /// What each device holds before its first operation.
  private(set) var atStart: [Double] = []

  /// The most each device would hold if no offload ever ended, static memory included.
  private var mosts: [Double]
  /// By device; empty where nothing is offloaded.
  private var growths: [[Growth]] = []
  private var offloads: [[Offload]]

  /// Follows every order once. O(n log n + stages + visits and their inputs).
  init(of schedule: Schedule, coverage: Coverage, starts: PairedStarts, visits table: VisitNumbers) {
    let (problem, orders) = (schedule.problem, schedule.orders)
    mosts = Self.staticMemory(of: problem)
    offloads = Array(repeating: [], count: problem.deviceCount)
    if problem.hasReloads {
      rooms = Array(repeating: Coverage.none, count: orders.operations.count)
      growths = Array(repeating: [], count: problem.deviceCount)
    }
    var activations = Activations(of: problem, visits: table)
    for (device, amount) in activations.handedOver { mosts[device.index] += amount }
    atStart = mosts
    timed = activations.needs.timed.map { ($0, activations.amount($0.output)) }
    if !timed.isEmpty { levels = Array(repeating: [], count: problem.deviceCount) }
    for index in problem.devices.indices {
      let range = orders.range(of: Device.ID(index))
      var memory = mosts[index]
      var position = range.lowerBound
      while position < range.upperBound {
        // What runs together starts together and ends together.
        let together = starts.together(position)
        position += together.count
        for part in together where coverage.counts[part] {
          let taken = activations.take(for: orders.operations[part], at: Int(coverage.visits[part]))
          guard taken > 0 else { continue }
          memory += taken
          if !levels.isEmpty { levels[index].append(Level(position: part, isStart: true, held: memory)) }
          mosts[index] = max(mosts[index], memory)
          if !growths.isEmpty {
            growths[index].append(Growth(position: together.lowerBound, held: memory))
          }
          guard let limit = problem.devices[index].memoryLimit, limit.isClearlyBelow(memory) else { continue }
          let left = makeRoom(for: part, on: index, memory: memory, limit: limit)
          if limit.isClearlyBelow(left) {
            let kind = Violation.Kind.overMemoryLimit(memory: left, limit: limit)
            violations.append(orders.violation(at: part, on: Device.ID(index), kind))
          }
        }
        for part in together where coverage.counts[part] {
          let operation = orders.operations[part]
          memory -= activations.release(after: operation, at: Int(coverage.visits[part]))
          if !levels.isEmpty { levels[index].append(Level(position: part, isStart: false, held: memory)) }
          guard !growths.isEmpty else { continue }
          let amount = activations.offloaded(after: operation)
          if amount > 0 {
            offloads[index].append(
              Offload(position: part, freed: (offloads[index].last?.freed ?? 0) + amount))
          }
        }
      }
    }
  }

  /// Lets an operation wait for as few offloads as will do, or for all; tells what is held then. O(log offloads).
  private mutating func makeRoom(for position: Int, on device: Int, memory: Double, limit: Double) -> Double {
    let offloads = offloads[device]
    var (low, high) = (0, offloads.count)
    while low < high {
      let middle = (low + high) / 2
      if limit.isClearlyBelow(memory - offloads[middle].freed) { low = middle + 1 } else { high = middle }
    }
    guard let awaited = low < offloads.count ? offloads[low] : offloads.last else { return memory }
    rooms[position] = Int32(awaited.position)
    return memory - awaited.freed
  }

  /// The most each device holds at any moment of a run, static memory included. O(operations).
  ///
  /// - Parameters:
  ///   - starts: when each operation starts.
  ///   - transferEnds: when the transfer ends that each operation begins.
  func peaks(starts: (Int) -> Double, transferEnds: [Double]) -> [Double] {
    mosts.indices.map { device in
      let offloads = offloads[device]
      guard let first = growths.isEmpty || offloads.isEmpty ? nil : growths[device].first else {
        return mosts[device]
      }
      var (peak, ended) = (first.held, 0)
      for growth in growths[device] {
        let start = starts(growth.position)
        while ended < offloads.count, offloads[ended].position < growth.position,
          !start.isClearlyBelow(transferEnds[offloads[ended].position])
        {
          ended += 1
        }
        peak = max(peak, growth.held - (ended > 0 ? offloads[ended - 1].freed : 0))
      }
      return peak
    }
  }

  private static func staticMemory(of problem: Problem) -> [Double] {
    var memory = [Double](repeating: 0, count: problem.deviceCount)
    for (stage, hosts) in zip(problem.stages, problem.hosts) {
      for host in hosts { memory[host.index] += stage.staticMemory }
    }
    return memory
  }
}
