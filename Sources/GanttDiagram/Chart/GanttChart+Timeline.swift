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
    let words = timeline.schedule.words
    let chunks = chunks(of: problem)
    let stages = replicatedStages(of: problem)
    // Where a device has one stage only, its number says nothing of the way.
    let directions = stages == nil ? Direction.directions(of: problem) : nil
    let halves = halves(timeline.schedule)
    return order(of: problem, by: stages).map { index in
      let id = Device.ID(index)
      let device = problem.devices[index]
      let bars = words.range(of: id).map { position in
        let operation = words.operations[position]
        return Bar(
          start: timeline.start(at: position), end: timeline.end(at: position), operation: operation,
          chunk: chunks[index][operation.stage] ?? 0,
          direction: directions.map { $0[Int(problem.routeIndexes[operation.microbatch.index])] },
          half: halves[position])
      }
      let step = bars.last.map { $0.end...$0.end + device.optimizerStep }
      return Lane(
        device: id, group: stages?[index].map { "Stage \($0)" } ?? "", name: "Device \(index)",
        note: "peak \(summary.peakMemory[index].short) · idle \(timeline.idle(of: id).percent)",
        bars: bars, optimizerStep: device.optimizerStep > 0 ? step : nil,
        memory: timeline.memoryProfile(of: id),
        memoryLimit: device.memoryLimit)
    }
  }

  /// Each device's one stage, where stages are replicated over devices that host no other; `nil` elsewhere.
  private static func replicatedStages(of problem: Problem) -> [Stage.ID?]? {
    guard problem.hosts.contains(where: { $0.count > 1 }) else { return nil }
    var stages = [Stage.ID?](repeating: nil, count: problem.deviceCount)
    for (stage, devices) in problem.hosts.enumerated() {
      for device in devices {
        guard stages[device.index] == nil else { return nil }
        stages[device.index] = Stage.ID(stage)
      }
    }
    return stages
  }

  /// The devices, those of a stage beside each other; devices without one come last.
  private static func order(of problem: Problem, by stages: [Stage.ID?]?) -> [Int] {
    guard let stages else { return Array(problem.devices.indices) }
    return problem.devices.indices.sorted {
      (stages[$0]?.index ?? .max, $0) < (stages[$1]?.index ?? .max, $1)
    }
  }

  /// The operations that share a box: those of overlapped pairs, where the problem overlaps them.
  private static func halves(_ schedule: Schedule) -> [Int: Half] {
    guard schedule.problem.overlap != nil else { return [:] }
    let pairs = schedule.words.pairs
    return Dictionary(uniqueKeysWithValues: pairs.flatMap { [($0, .upper), ($0 + 1, .lower)] })
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
