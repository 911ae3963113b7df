import PipelineModel
import ScheduleStudies
import Timeline

/// What `generate` and `simulate` say of a schedule, for people and for machines.
struct ScheduleReport: Encodable {
  /// What the schedule is called.
  let title: String
  let problem: ProblemLine
  let summary: SummaryFigures
  /// What each further microbatch adds to the objective, where a search repeated a stretch of the orders.
  let slopePerMicrobatch: Double?
  let devices: [DeviceLine]
  /// How busy the streams of devices are beside their compute streams, where there are any.
  let streams: [StreamLine]?
  /// Which share of the time that compute streams have without tasks these fill; `nil` without tasks there.
  let filledBubble: Double?
  /// When each job runs, where microbatches belong to some.
  let jobs: [JobLine]?
  let criticalPath: CriticalPathLine
  /// Why no schedule is shorter than the lower bound, where there is one.
  let lowerBoundArgument: String?
  /// What an exact search did, where there was one.
  let exactSearch: ExactReport?
  /// How the routes use the stages, where rules let them skip some.
  let routes: RouteUse?
  /// In which modes the stages run, where there is a choice.
  let modes: ModeUse?
  /// How layers are cut, where the problem gives layers.
  let partition: PartitionUse?
  /// What was found under each placement, where one of several was to be chosen.
  let placements: [PlacementLine]?
  /// What it takes under scenarios, where somebody asks.
  let scenarios: ScenarioReport?
  /// What devices wait for whenever they are idle, where somebody asks.
  let gaps: [IdleReport.GapLine]?
  /// The idle time of all devices by what they wait for, where somebody asks.
  let idleByCause: [String: Double]?
  /// What is proved of its sends and receives, where they are its own.
  let communication: CommunicationReport?
  /// What it costs after something broke, where it did.
  let repair: RepairReport?

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

  /// A stream's share.
  struct StreamLine: Encodable {
    let device: Int
    let stream: String
    let operations: Int
    let work: Double
    let busy: Double
  }

  /// The critical path in short.
  struct CriticalPathLine: Encodable {
    let operations: Int
    let work: Double
    let communication: Double
    let hostTransfers: Double?
    let optimizerStep: Double
    let path: [String]
  }

  /// Figures a timed schedule. O(operations).
  init(
    title: String, timeline: Timeline, proof: Proof, slopePerMicrobatch: Double? = nil,
    partition: PartitionedSchedule? = nil, placements: [PlacementLine] = [],
    scenarios: ScenarioReport? = nil, idle: IdleReport? = nil,
    communication: CommunicationReport? = nil, repair: RepairReport? = nil
  ) {
    let problem = timeline.schedule.problem
    var summary = timeline.summary
    summary.certificate = proof.valid
    self.title = title
    self.scenarios = scenarios
    self.idle = idle
    gaps = idle?.gaps
    idleByCause = idle?.byCause
    self.communication = communication
    self.repair = repair
    self.slopePerMicrobatch = slopePerMicrobatch
    let written = problem.asWritten
    self.problem = ProblemLine(
      name: problem.name, devices: written.deviceCount, stages: written.stageCount,
      microbatches: written.microbatchCount, timeUnit: problem.units.time, memoryUnit: problem.units.memory)
    self.summary = SummaryFigures(summary)
    lowerBoundArgument = proof.valid.map { _ in proof.argument.explanation(in: problem) }
    exactSearch = proof.exactRun.map(ExactReport.init)
    routes = RouteUse(problem)
    modes = ModeUse(problem)
    self.partition = PartitionUse(timeline, search: partition)
    self.placements =
      placements.isEmpty
      ? nil : placements
    devices = problem.computeDevices.map { index in
      DeviceLine(
        device: index, operations: timeline.schedule.orders[Device.ID(index)].count,
        work: timeline.work(of: Device.ID(index)),
        span: timeline.span(of: Device.ID(index)), idle: timeline.idle(of: Device.ID(index)),
        peakMemory: summary.peakMemory[index], memoryLimit: problem.devices[index].memoryLimit)
    }
    streams = StreamLine.all(of: timeline)
    filledBubble = timeline.filledBubble
    jobs = JobLine.all(of: timeline)
    criticalPath = CriticalPathLine(timeline.criticalPath, in: problem)
    costs = ProblemHeading(written).costs
  }

  /// The costs in one line, as diagrams print them; not part of the machine form.
  let costs: String
  /// Why devices are idle, for a person.
  let idle: IdleReport?

  private enum CodingKeys: String, CodingKey {
    case title, problem, summary, slopePerMicrobatch, devices, streams, filledBubble, jobs
    case criticalPath
    case lowerBoundArgument, exactSearch, routes, modes, partition, placements, scenarios, gaps, idleByCause
    case communication, repair
  }
}

extension ScheduleReport.CriticalPathLine {
  /// Sums a path up: one entry per visit of a device.
  init(_ path: CriticalPath, in problem: Problem) {
    operations = path.links.count
    work = path.work
    communication = path.communication
    hostTransfers = path.hostTransfers > 0 ? path.hostTransfers : nil
    optimizerStep = path.optimizerStep
    self.path = path.links.indices.filter { $0 == 0 || path.links[$0].device != path.links[$0 - 1].device }
      .map { first in
        let link = path.links[first]
        let run = path.links[first...].prefix { $0.device == link.device }
        let kinds = run.map {
          problem.layout == nil
            ? "\($0.operation.kind.symbol)\($0.operation.microbatch)" : problem.shortName(of: $0.operation)
        }
        let shown = kinds.count <= 4 ? kinds : [kinds[0], kinds[1], "...", kinds[kinds.count - 1]]
        return "device \(problem.name(of: link.device)): \(shown.joined(separator: " "))"
      }
  }
}

extension ScheduleReport.StreamLine {
  /// The streams of each device beside its compute stream that have operations; `nil` where there are none.
  static func all(of timeline: Timeline) -> [Self]? {
    let schedule = timeline.schedule
    guard let layout = schedule.problem.layout, layout.written.streams.count > 1 else { return nil }
    return schedule.problem.devices.indices.dropFirst(layout.deviceCount).compactMap { index in
      let id = Device.ID(index)
      let (device, stream) = layout.place(of: id)
      let count = schedule.orders[id].count
      guard count > 0 else { return nil }
      let (work, makespan) = (timeline.work(of: id), timeline.makespan)
      return Self(
        device: device.index, stream: layout.written.streams[stream], operations: count, work: work,
        busy: makespan > 0 ? work / makespan : 0)
    }.sorted { ($0.device, $0.stream) < ($1.device, $1.stream) }
  }
}
