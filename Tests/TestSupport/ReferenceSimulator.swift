import PipelineModel

/// The semantics as plainly as they can be written: start times rise until nothing contradicts them.
///
/// O(operations²) and more; the yardstick for clever kernels on small problems.
public struct ReferenceSimulator {
  /// The start of every operation.
  public private(set) var starts: [Operation: Double] = [:]
  /// The end of every operation.
  public private(set) var ends: [Operation: Double] = [:]

  /// Times orders; `nil` when they can never run.
  ///
  /// - Parameter releases: when each device is free; 0 where left out. Minus infinity means never asked for:
  ///   paths from other devices alone count.
  public init?(_ problem: Problem, _ orders: Orders, releases: [Double]? = nil) {
    var done: [Operation: Double] = [:]
    var left: [Operation: Double] = [:]
    var queues: [[Device.ID]: Double] = [:]
    var position = orders.bounds.dropLast().map { $0 }
    var free = releases ?? Array(repeating: 0, count: problem.deviceCount)
    var moved = true
    while moved {
      moved = false
      for device in problem.devices.indices where position[device] < orders.bounds[device + 1] {
        var together = [orders.operations[position[device]]]
        var factor = 1.0
        if let overlap = problem.overlap, orders.pairs.contains(position[device]) {
          together.append(orders.operations[position[device] + 1])
          factor = overlap.forwardBackward
        }
        let arrivals = together.compactMap { Self.arrival(of: $0, Device.ID(device), problem, done, left) }
        guard arrivals.count == together.count else { continue }
        let start = arrivals.reduce(free[device], max)
        free[device] =
          start + factor * together.reduce(0) { $0 + problem.duration(of: $1, on: Device.ID(device)) }
        for operation in together {
          starts[operation] = start
          ends[operation] = free[device]
          let kind = operation.kind == .backward ? Operation.Kind.backwardInput : operation.kind
          let supplied = Operation(kind, stage: operation.stage, microbatch: operation.microbatch)
          done[supplied] = free[device]
          left[supplied] = free[device]
          if let serialise = problem.communication.serialise,
            let target = Self.receiver(of: supplied, problem), target != Device.ID(device)
          {
            let queue = serialise == .link ? [Device.ID(device), target] : [Device.ID(device)]
            let transfer = problem.communication.transfer(from: Device.ID(device), to: target)
            let departure = max(free[device], queues[queue] ?? -.infinity) + transfer
            queues[queue] = departure
            // What follows adds the transfer once more.
            left[supplied] = departure - transfer
          }
        }
        position[device] += together.count
        moved = true
      }
    }
    guard starts.count == orders.operations.count else { return nil }
  }

  /// The device to which an operation's message goes, its own included; `nil` where it sends nothing.
  private static func receiver(of operation: Operation, _ problem: Problem) -> Device.ID? {
    let visits = problem.route(of: operation.microbatch).visits
    guard let position = visits.firstIndex(where: { $0.stage == operation.stage }) else { return nil }
    let other =
      switch operation.kind {
      case .forward: position + 1
      case .backwardInput, .backward: position - 1
      case .backwardWeight: -1
      }
    return visits.indices.contains(other) ? visits[other].device : nil
  }

  /// When the operation's input has arrived; `nil` while its producer has not run.
  private static func arrival(
    of operation: Operation, _ device: Device.ID, _ problem: Problem, _ done: [Operation: Double],
    _ left: [Operation: Double]
  ) -> Double? {
    let visits = problem.route(of: operation.microbatch).visits
    guard let position = visits.firstIndex(where: { $0.stage == operation.stage }) else { return nil }
    func end(_ kind: Operation.Kind, at index: Int) -> Double? {
      let producer = Operation(kind, stage: visits[index].stage, microbatch: operation.microbatch)
      let times = visits[index].device == device ? done : left
      return times[producer].map {
        $0 + problem.communication.latency(from: visits[index].device, to: device)
      }
    }
    switch operation.kind {
    case .forward: return position == 0 ? -.infinity : end(.forward, at: position - 1)
    case .backwardWeight: return end(.backwardInput, at: position)
    case .backwardInput, .backward:
      return position == visits.count - 1
        ? end(.forward, at: position) : end(.backwardInput, at: position + 1)
    }
  }
}
