import PipelineModel
import ScheduleStudies
import Timeline

/// One schedule among others, for people and for machines.
struct ComparisonLine: Encodable {
  /// The file of the schedule, where it has one.
  var file: String?
  /// The family that made it, where one did for this comparison.
  var family: String?
  /// The placement that its stages have been given anew for the family, where they have.
  var placement: String?
  var title: String
  let devices: Int
  let stagesPerDevice: Double
  let microbatches: Int
  /// Boundary activations and their gradients sent between devices, each of one whole microbatch.
  let communicationVolume: Double
  let summary: SummaryFigures
  /// What it takes under scenarios, where somebody asks.
  var scenarios: ScenarioReport?
  /// Why there is no certificate, where it had to be withdrawn; not part of the machine form.
  let defect: Failure?

  private enum CodingKeys: String, CodingKey {
    case file, family, placement, title, devices, stagesPerDevice, microbatches, communicationVolume, summary,
      scenarios
  }

  /// Figures a timed schedule. O(visits).
  init(title: String, timeline: Timeline, proof: Proof) {
    let problem = timeline.schedule.problem
    var summary = timeline.summary
    summary.certificate = proof.valid
    defect = proof.defect(of: problem)
    self.title = title
    let written = problem.asWritten
    devices = written.deviceCount
    stagesPerDevice = Double(written.hosts.reduce(0) { $0 + $1.count }) / Double(written.deviceCount)
    microbatches = written.microbatchCount / written.pieces
    communicationVolume = written.communicationVolume
    self.summary = SummaryFigures(summary)
  }
}

extension Problem {
  /// How many boundary activations and gradients cross between devices, in those of a whole microbatch: a piece
  /// of a sequence sends its share. O(visits and inputs of the distinct routes + microbatches).
  fileprivate var communicationVolume: Double {
    let crossings = routes.map { messageCount(along: $0.visits) }
    let messages = routeIndexes.reduce(0) { $0 + crossings[Int($1)] }
    return Double(messages) / Double(pieces)
  }

  /// An activation for every input on another device, and a gradient back where both stages have one.
  private func messageCount(along visits: [Route.Visit]) -> Int {
    let inputs = RouteLinks(of: visits, stages: stages).inputs
    return visits.indices.reduce(0) { count, position in
      let distant = inputs[position].filter { visits[$0].device != visits[position].device }
      let hasBackward = stages[visits[position].stage.index].hasBackward
      let gradients = distant.count { hasBackward && stages[visits[$0].stage.index].hasBackward }
      return count + distant.count + gradients
    }
  }
}

extension [ComparisonLine] {
  /// Fails where a certificate had to be withdrawn: said once everything else is written.
  func checkCertificates() throws(Failure) {
    if let failure = lazy.compactMap(\.defect).first { throw failure }
  }

  /// A difference with its sign, that of nothing included.
  private static func change(_ share: Double) -> String { (share < 0 ? "" : "+") + share.percent }

  /// The lines as a table, in their order, each makespan against the first.
  var table: TerminalText {
    let hasFiles = contains { $0.file != nil }
    let hasScenarios = contains { $0.scenarios != nil }
    let hasAddedWork = contains { $0.summary.recomputeShare != nil }
    let best = first?.summary.makespan ?? 0
    var columns: [(title: String, alignment: TextTable.Alignment)] = [
      ("schedule", .left), ("p", .right), ("v", .right), ("m", .right), ("makespan", .right), ("", .right),
      ("makespanBubble", .right), ("period", .right), ("periodBubble", .right), ("spanBubble", .right),
    ]
    if hasAddedWork { columns.append(("recomputeShare", .right)) }
    columns += [("peakMemory", .right), ("messages", .right), ("gap", .right)]
    if hasScenarios { columns += [("mean", .right), ("p95", .right), ("regret", .right)] }
    if hasFiles { columns.append(("file", .left)) }
    var table = TextTable(columns)
    for line in self {
      let figures = line.summary
      var cells: [String] = [
        line.title, String(line.devices), line.stagesPerDevice.short, String(line.microbatches),
        figures.makespan.short, best > 0 ? Self.change(figures.makespan / best - 1) : "",
        figures.makespanBubble.percent, figures.period.short, figures.periodBubble.percent,
        figures.spanBubble.percent,
      ]
      if hasAddedWork { cells.append((figures.recomputeShare ?? 0).percent) }
      cells += [
        (figures.peakMemory.max() ?? 0).short, line.communicationVolume.short, figures.gap?.percent ?? "",
      ]
      if hasScenarios {
        let scenarios = line.scenarios.map { [$0.makespan.mean, $0.makespan.p95, $0.regret ?? 0] } ?? []
        cells += scenarios.map(\.short)
      }
      if hasFiles { cells.append(line.file ?? "") }
      table.add(cells)
    }
    return table.text
  }
}
