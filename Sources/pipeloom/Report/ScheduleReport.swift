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
  /// What it takes under scenarios, where somebody asks.
  let scenarios: ScenarioReport?
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
    partition: PartitionedSchedule? = nil, scenarios: ScenarioReport? = nil,
    communication: CommunicationReport? = nil, repair: RepairReport? = nil
  ) {
    let problem = timeline.schedule.problem
    var summary = timeline.summary
    summary.certificate = proof.valid
    self.title = title
    self.scenarios = scenarios
    self.communication = communication
    self.repair = repair
    self.slopePerMicrobatch = slopePerMicrobatch
    self.problem = ProblemLine(
      name: problem.name, devices: problem.deviceCount, stages: problem.stageCount,
      microbatches: problem.microbatchCount, timeUnit: problem.units.time, memoryUnit: problem.units.memory)
    self.summary = SummaryFigures(summary)
    lowerBoundArgument = proof.valid.map { _ in proof.argument.explanation }
    exactSearch = proof.exactRun.map(ExactReport.init)
    routes = RouteUse(problem)
    modes = ModeUse(problem)
    self.partition = PartitionUse(timeline, search: partition)
    devices = problem.devices.indices.map { index in
      DeviceLine(
        device: index, operations: timeline.schedule.orders[Device.ID(index)].count,
        work: timeline.work(of: Device.ID(index)),
        span: timeline.span(of: Device.ID(index)), idle: timeline.idle(of: Device.ID(index)),
        peakMemory: summary.peakMemory[index], memoryLimit: problem.devices[index].memoryLimit)
    }
    criticalPath = CriticalPathLine(timeline.criticalPath)
    costs = ProblemHeading(problem).costs
  }

  /// The costs in one line, as diagrams print them; not part of the machine form.
  let costs: String
  private enum CodingKeys: String, CodingKey {
    case title, problem, summary, slopePerMicrobatch, devices, criticalPath, lowerBoundArgument, exactSearch
    case routes, modes, partition, scenarios, communication, repair
  }
}

extension ScheduleReport.CriticalPathLine {
  /// Sums a path up: one entry per visit of a device.
  init(_ path: CriticalPath) {
    operations = path.links.count
    work = path.work
    communication = path.communication
    hostTransfers = path.hostTransfers > 0 ? path.hostTransfers : nil
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
