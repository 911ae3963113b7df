import Diagrams
import PipelineModel
import ScheduleFamilies
import ScheduleStudies
import Timeline

/// A schedule of a comparison with its line.
struct ComparisonEntry {
  let timeline: Timeline
  var line: ComparisonLine
  /// Its makespans under scenarios, where somebody asks.
  var makespans: [Double]?

  /// Reads a schedule file.
  init(_ path: FilePath) throws {
    let input = try ScheduleInput(path)
    timeline = try input.timeline()
    line = ComparisonLine(title: input.title, timeline: timeline, proof: Proof(for: timeline))
    line.file = path.text
  }

  private init(_ entry: FamilyComparison.Entry) {
    timeline = entry.timeline
    line = ComparisonLine(entry)
  }

  /// The schedules of families, in the order in which the families are given.
  static func entries(of comparison: FamilyComparison, in families: [any Family]) -> [ComparisonEntry] {
    families.compactMap { family in
      comparison.entries.first { $0.family.name == family.name }.map(ComparisonEntry.init)
    }
  }

  /// Takes the title that it has been given, by its file or its family.
  mutating func name(by labels: [String: String]) {
    guard let label = (line.file ?? line.family).flatMap({ labels[$0] }) else { return }
    line.title = label
  }

  /// The shortest first; of equally long ones families by their titles, and files as they are given.
  func isBefore(_ other: ComparisonEntry) -> Bool {
    let (own, its) = (line.summary.makespan, other.line.summary.makespan)
    guard own == its, line.family != nil, other.line.family != nil else { return own < its }
    return line.title < other.line.title
  }

  /// Times all schedules under scenarios.
  static func time(_ entries: inout [ComparisonEntry], under scenarios: ScenarioInput) throws(Failure) {
    let run = try scenarios.run(entries.map(\.timeline))
    for (index, outcome) in run.outcomes.enumerated() {
      entries[index].line.scenarios = ScenarioReport(outcome, isOneOfSeveral: true)
      entries[index].makespans = outcome.makespans
    }
  }

  /// All schedules in one picture: their operations, or what they take under scenarios.
  static func drawing(
    of entries: [ComparisonEntry], as format: DiagramFormat, style: DiagramStyle
  ) throws(DiagramError) -> [UInt8] {
    if entries.contains(where: { $0.makespans != nil }) {
      return try StripChart(entries.compactMap(\.scenarioLine)).render(as: format, style: style)
    }
    return try ComparisonChart(
      entries.map { ($0.line.title, $0.timeline) },
      gaps: entries.map { $0.line.summary.gap.map { $0 == 0 ? "optimal" : "gap \($0.percent)" } }
    ).render(as: format, style: style)
  }

  /// What a picture says of the schedule under scenarios.
  private var scenarioLine: StripChart.Subject? {
    guard let makespans, let figures = line.scenarios else { return nil }
    return StripChart.Subject(
      title: line.title, timeline: timeline, makespans: makespans, mean: figures.makespan.mean,
      high: figures.makespan.p95, regret: figures.regret ?? 0)
  }
}
