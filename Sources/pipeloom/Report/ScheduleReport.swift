import PipelineModel
import ScheduleSearch
import Timeline

/// What `generate` and `simulate` say of a schedule, for people and for machines.
struct ScheduleReport: Encodable {
  /// What the schedule is called.
  let title: String
  let problem: ProblemLine
  let summary: SummaryFigures
  let devices: [DeviceLine]
  let criticalPath: CriticalPathLine
  /// Why no schedule is shorter than the lower bound.
  let lowerBoundArgument: String

  /// The problem in short.
  struct ProblemLine: Encodable {
    let name: String
    let devices: Int
    let stages: Int
    let microbatches: Int
    let timeUnit: String
    let memoryUnit: String
  }

  /// One device's share.
  struct DeviceLine: Encodable {
    let device: Int
    let operations: Int
    let work: Double
    let span: Double
    let idle: Double
    let peakMemory: Double
    let memoryLimit: Double?
  }

  /// The critical path in short.
  struct CriticalPathLine: Encodable {
    let operations: Int
    let work: Double
    let communication: Double
    let optimizerStep: Double
    let path: [String]
  }

  /// Figures a timed schedule. O(operations).
  init(title: String, timeline: Timeline) {
    let problem = timeline.schedule.problem
    var summary = timeline.summary
    summary.certificate = Certificate(for: timeline)
    self.title = title
    self.problem = ProblemLine(
      name: problem.name, devices: problem.deviceCount, stages: problem.stageCount,
      microbatches: problem.microbatchCount, timeUnit: problem.units.time, memoryUnit: problem.units.memory)
    self.summary = SummaryFigures(summary)
    lowerBoundArgument = LowerBound.simple(for: problem, objective: .makespan).explanation
    let work = problem.deviceWork
    devices = problem.devices.indices.map { index in
      DeviceLine(
        device: index, operations: timeline.schedule.words[Device.ID(index)].count, work: work[index],
        span: timeline.span(of: Device.ID(index)), idle: timeline.idle(of: Device.ID(index)),
        peakMemory: summary.peakMemory[index], memoryLimit: problem.devices[index].memoryLimit)
    }
    criticalPath = CriticalPathLine(timeline.criticalPath)
    costs = CostLine(problem).text
  }

  private let costs: String
  private enum CodingKeys: String, CodingKey {
    case title, problem, summary, devices, criticalPath, lowerBoundArgument
  }
}

extension ScheduleReport.CriticalPathLine {
  /// Sums a path up: one entry per visit of a device.
  init(_ path: CriticalPath) {
    operations = path.links.count
    work = path.work
    communication = path.communication
    optimizerStep = path.optimizerStep
    self.path = path.links.indices.filter { $0 == 0 || path.links[$0].device != path.links[$0 - 1].device }
      .map { first in
        let link = path.links[first]
        let run = path.links[first...].prefix { $0.device == link.device }
        let kinds = run.map { "\($0.operation.kind.symbol)\($0.operation.microbatch)" }
        let shown = kinds.count <= 4 ? kinds : [kinds[0], kinds[1], "...", kinds[kinds.count - 1]]
        return "device \(link.device): \(shown.joined(separator: " "))"
      }
  }
}

extension ScheduleReport {
  /// How many devices the text lists one by one.
  private static let listedDevices = 16

  /// The report for a person.
  var text: String {
    let unit = problem.timeUnit
    let figures = summary
    var table = TextTable([("", .left), ("", .left), ("", .left)])
    table.add([
      "makespan", Figures.quantity(figures.makespan, unit),
      "makespanBubble \(Figures.percent(figures.makespanBubble))",
    ])
    table.add([
      "period", Figures.quantity(figures.period, unit),
      "periodBubble \(Figures.percent(figures.periodBubble))",
    ])
    table.add([
      "longestDeviceSpan", Figures.quantity(figures.longestDeviceSpan, unit),
      "spanBubble \(Figures.percent(figures.spanBubble))",
    ])
    table.add(["imbalance", Figures.percent(figures.imbalance), ""])
    table.add(["peakMemory", Figures.quantity(figures.peakMemory.max() ?? 0, problem.memoryUnit), ""])
    if let bound = figures.lowerBound, let gap = figures.gap {
      table.add([
        "lowerBound", Figures.quantity(bound, unit),
        gap == 0 ? "optimal: gap 0" : "gap \(Figures.percent(gap))",
      ])
    }
    return """
      \(title) · \(heading)
      \(costs)

      \(table.text)
        The bound: \(lowerBoundArgument).

      \(deviceTable)
        Critical path: \(criticalPathText)

      """
  }

  private var heading: String {
    let devices = Figures.count(problem.devices, "device")
    let microbatches = problem.microbatches == 1 ? "1 microbatch" : "\(problem.microbatches) microbatches"
    return ((problem.name.isEmpty ? [] : [problem.name]) + [devices, microbatches]).joined(separator: " · ")
  }

  private var deviceTable: String {
    var table = TextTable([
      ("device", .right), ("work", .right), ("span", .right), ("idle", .right), ("peak", .right),
      ("limit", .right),
    ])
    for line in devices.prefix(Self.listedDevices) {
      table.add([
        String(line.device), Figures.number(line.work), Figures.number(line.span), Figures.percent(line.idle),
        Figures.number(line.peakMemory), line.memoryLimit.map(Figures.number) ?? "none",
      ])
    }
    let rest = devices.count - Self.listedDevices
    return table.text + (rest > 0 ? "  ... and \(rest) more; --json lists all\n" : "")
  }

  private var criticalPathText: String {
    let path = criticalPath
    let shown = path.path.count <= 6 ? path.path : Array(path.path.prefix(3)) + ["..."] + path.path.suffix(2)
    var parts = ["\(Figures.quantity(path.work, problem.timeUnit)) of work"]
    if path.communication > 0 {
      parts.append("\(Figures.quantity(path.communication, problem.timeUnit)) of communication")
    }
    if path.optimizerStep > 0 {
      parts.append("\(Figures.quantity(path.optimizerStep, problem.timeUnit)) of optimizer step")
    }
    return "\(Figures.count(path.operations, "operation")), \(parts.joined(separator: ", "))\n    "
      + shown.joined(separator: "\n    ")
  }
}
