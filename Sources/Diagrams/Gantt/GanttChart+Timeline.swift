import PipelineModel
import Timeline

extension GanttChart {
  /// The chart of a timed schedule, with the costs and figures that explain it in its heading.
  ///
  /// - Parameters:
  ///   - timeline: the schedule with its times.
  ///   - family: what made the schedule, such as `ZB-H1`; it begins the title.
  ///   - certificate: how far from the best possible the schedule is, where that is known.
  /// - Complexity: O(operations + memory steps).
  public init(_ timeline: Timeline, family: String, certificate: Certificate? = nil) {
    let problem = timeline.schedule.problem
    var summary = timeline.summary
    summary.certificate = certificate
    let heading = TimelineHeading(problem: problem, summary: summary, family: family)
    self.init(
      title: heading.title, subtitle: [heading.costs, heading.figures], description: heading.sentence,
      timeUnit: problem.units.time, memoryUnit: problem.units.memory,
      lanes: Self.lanes(timeline, summary))
  }

  /// One lane per device, in the order of devices or, where stages are replicated, of stages.
  static func lanes(_ timeline: Timeline, _ summary: Summary) -> [Lane] {
    let problem = timeline.schedule.problem
    let orders = timeline.schedule.orders
    let chunks = chunks(of: problem.asWritten)
    let groups = groups(of: problem)
    // Where devices are replicas of each other, their numbers say nothing of the way.
    let directions = groups == nil ? Direction.directions(of: problem) : nil
    let halves = halves(timeline.schedule)
    let transfers = Dictionary(grouping: timeline.transfersOfHosts, by: \.device)
    let hostMemory = timeline.peakHostMemory
    return order(of: problem, by: groups).compactMap { index -> Lane? in
      // A stream of a device beside its compute stream has a lane where it runs anything.
      let isCompute = problem.computeDevices.contains(index)
      guard isCompute || !orders.range(of: Device.ID(index)).isEmpty else { return nil }
      let id = Device.ID(index)
      let device = problem.devices[index]
      let bars = orders.range(of: id).compactMap { position -> Bar? in
        let operation = orders.operations[position]
        guard operation.kind != .reload else { return nil }
        return Bar(
          start: timeline.start(at: position), end: timeline.end(at: position), operation: operation,
          chunk: chunk(of: operation, on: id, problem, chunks),
          direction: directions.map { $0[Int(problem.routeIndexes[operation.microbatch.index])] },
          half: halves[position], work: Work(of: operation, in: problem))
      }
      let host = hostMemory[index] > 0 ? " · host \(hostMemory[index].short)" : ""
      let step = timeline.optimizerStepStart(on: id).map { $0...$0 + device.optimizerStep }
      var lane = Lane(
        device: id, group: groups.map { groupName($0[index]) } ?? "", name: "Device \(problem.name(of: id))",
        note: isCompute
          ? "peak \(summary.peakMemory[index].short)\(host) · idle \(timeline.idle(of: id).percent)"
          : "idle \(timeline.idle(of: id).percent)",
        bars: bars, optimizerStep: device.optimizerStep > 0 ? step : nil, transfers: transfers[id] ?? [],
        memory: isCompute ? timeline.memoryProfile(of: id) : [], memoryLimit: device.memoryLimit)
      lane.isThin = !isCompute
      return lane
    }
  }

  /// The stages of each device, where some are replicated over devices that all host the same ones; `nil`
  /// elsewhere. Both ends of a bidirectional pipeline do too, but are no replicas: they are told by direction.
  private static func groups(of problem: Problem) -> [[Stage.ID]]? {
    guard problem.hosts.contains(where: { $0.count > 1 }) else { return nil }
    let hosted = chunks(of: problem).map { $0.keys.sorted() }
    let areReplicas = problem.hosts.allSatisfy { devices in
      devices.allSatisfy { hosted[$0.index] == hosted[devices[0].index] }
    }
    let isOneEach = hosted.allSatisfy { $0.count <= 1 }
    return areReplicas && (isOneEach || Direction.directions(of: problem) == nil) ? hosted : nil
  }

  private static func groupName(_ stages: [Stage.ID]) -> String {
    switch stages.count {
    case 0: ""
    case 1: "Stage \(stages[0])"
    default: "Stages \(stages.map(\.description).joined(separator: ", "))"
    }
  }

  /// The devices, those of a group beside each other; devices without a stage come last.
  private static func order(of problem: Problem, by groups: [[Stage.ID]]?) -> [Int] {
    if let layout = problem.layout {
      return problem.computeDevices.flatMap { device in
        layout.written.streams.indices.map { layout.device(Device.ID(device), stream: $0).index }
      }
    }
    guard let groups else { return Array(problem.devices.indices) }
    return problem.devices.indices.sorted {
      (groups[$0].first?.index ?? .max, $0) < (groups[$1].first?.index ?? .max, $1)
    }
  }

  /// The operations that share a box: those of overlapped pairs, where the problem overlaps them.
  private static func halves(_ schedule: Schedule) -> [Int: Half] {
    guard schedule.problem.overlap != nil else { return [:] }
    let pairs = schedule.orders.pairs
    return Dictionary(uniqueKeysWithValues: pairs.flatMap { [($0, .upper), ($0 + 1, .lower)] })
  }

  /// Which of its device's stages an operation belongs to; 0 for a task.
  private static func chunk(
    of operation: Operation, on device: Device.ID, _ problem: Problem, _ chunks: [[Stage.ID: Int]]
  ) -> Int {
    guard let layout = problem.layout else { return chunks[device.index][operation.stage] ?? 0 }
    return switch layout.work(of: operation)?.work {
    case .pass(_, let stage, _), .message(_, let stage, _):
      chunks[layout.place(of: device).device.index][stage] ?? 0
    case .task, nil: 0
    }
  }

  /// The position of each hosted stage among its device's stages, in the model's order.
  private static func chunks(of problem: Problem) -> [[Stage.ID: Int]] {
    var chunks = [[Stage.ID: Int]](repeating: [:], count: problem.deviceCount)
    for (stage, devices) in problem.hosts.enumerated() {
      for device in devices { chunks[device.index][Stage.ID(stage)] = chunks[device.index].count }
    }
    return chunks
  }
}

extension GanttChart.Direction {
  /// The direction of each route, where each has one and both occur: pipelines whose routes wander, or all go one
  /// way, have none. O(visits of the distinct routes).
  static func directions(of problem: Problem) -> [Self]? {
    var directions: [Self] = []
    for route in problem.routes {
      let devices = route.visits.map(\.device)
      let steps = zip(devices, devices.dropFirst())
      if devices.count > 1, steps.allSatisfy({ $0 < $1 }) {
        directions.append(.ascending)
      } else if devices.count > 1, steps.allSatisfy({ $0 > $1 }) {
        directions.append(.descending)
      } else {
        return nil
      }
    }
    return Set(directions).count == 2 ? directions : nil
  }
}
