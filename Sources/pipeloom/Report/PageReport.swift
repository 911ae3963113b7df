import PipelineModel
import ReportPages
import ScheduleStudies
import Timeline

/// What the page of a report says of one schedule.
struct PageReport {
  /// Its figures, as `compare` has them.
  let line: ComparisonLine
  /// The schedule on the page.
  let entry: ReportPage.Entry

  /// Figures a schedule of a file. O(operations).
  ///
  /// - Throws: `Failure` where it cannot be timed.
  init(_ input: ScheduleInput) throws {
    let timeline = try input.timeline()
    let problem = timeline.schedule.problem
    let proof = Proof(for: timeline)
    let stated = input.certificate(of: timeline)
    var line = ComparisonLine(title: input.title, timeline: timeline, proof: proof)
    line.file = input.path.text
    self.line = line
    let heading = ProblemHeading(problem)
    let idle = timeline.idleTime
    entry = ReportPage.Entry(
      title: heading.title(input.title), heading: heading.costs, timeline: timeline,
      gaps: ReportPage.gaps(idle),
      certificate: Self.words(stated: stated, proof: proof, of: timeline),
      tables: ReportPage.tables(idle, of: problem) + [Self.devices(of: timeline)] + Self.streams(of: timeline)
    )
  }

  /// What is proved here, and what the file states besides.
  private static func words(stated: Certificate?, proof: Proof, of timeline: Timeline) -> [String] {
    let unit = timeline.schedule.problem.units.time
    var words: [String] = []
    if let certificate = proof.valid {
      words.append(
        sentence(of: certificate, value: timeline.value(of: certificate.objective), unit: unit)
          + " The bound: \(proof.argument.explanation(in: timeline.schedule.problem)).")
    }
    // A search may have proved more than is worked out here, and of another figure.
    if let stated,
      stated.objective != proof.valid?.objective || stated.lowerBound > proof.valid?.lowerBound ?? 0
    {
      words.append(
        "The file states: "
          + sentence(of: stated, value: timeline.value(of: stated.objective), unit: unit).lowercasedFirst
          + " Not proved here: pipeloom check --prove-bound does.")
    }
    return words.isEmpty ? ["Nothing is proved of the best possible."] : words
  }

  private static func sentence(of certificate: Certificate, value: Double, unit: String) -> String {
    let objective = certificate.objective.rawValue
    let which =
      certificate.scope == .fused ? "No schedule with whole backward passes" : "No schedule of this problem"
    let bound = "\(which) has a \(objective) below \(certificate.lowerBound.short(unit))"
    return certificate.optimal
      ? "\(bound), which is what this one takes: it is optimal."
      : "\(bound); this one takes \(value.short(unit)), of which at most \(certificate.gap.percent) can be saved."
  }

  private static func devices(of timeline: Timeline) -> ReportPage.Table {
    let problem = timeline.schedule.problem
    let peaks = timeline.peakMemory
    return ReportPage.Table(
      caption: "Devices",
      columns: ["device", "operations", "work", "span", "idle", "peak memory", "limit"].map { ($0, true) },
      rows: problem.computeDevices.map { index in
        let device = Device.ID(index)
        return [
          String(index), String(timeline.schedule.orders[device].count), timeline.work(of: device).short,
          timeline.span(of: device).short, timeline.idle(of: device).percent, peaks[index].short,
          problem.devices[index].memoryLimit?.short ?? "none",
        ]
      })
  }

  /// The streams beside the compute streams; none where there are none.
  private static func streams(of timeline: Timeline) -> [ReportPage.Table] {
    guard let lines = ScheduleReport.StreamLine.all(of: timeline) else { return [] }
    return [
      ReportPage.Table(
        caption: "Streams",
        columns: [
          ("device", true), ("stream", false), ("operations", true), ("work", true), ("busy", true),
        ],
        rows: lines.map {
          [String($0.device), $0.stream, String($0.operations), $0.work.short, $0.busy.percent]
        })
    ]
  }
}

extension String {
  fileprivate var lowercasedFirst: String { prefix(1).lowercased() + dropFirst() }
}

extension [PageReport] {
  /// All schedules, a row each.
  var overview: ReportPage.Table {
    let hasRecompute = contains { $0.line.summary.recomputeShare != nil }
    let titles =
      ["devices", "microbatches", "makespan", "makespanBubble", "period", "periodBubble", "spanBubble"]
      + (hasRecompute ? ["recomputeShare"] : []) + ["peakMemory", "lowerBound", "gap"]
    return ReportPage.Table(
      caption:
        "All times and sizes in the units of their problems; bubbles as docs/semantics.md defines them",
      columns: [("schedule", false)] + titles.map { ($0, true) } + [("file", false)],
      rows: map { report in
        let (line, figures) = (report.line, report.line.summary)
        return [
          line.title, String(line.devices), String(line.microbatches), figures.makespan.short,
          figures.makespanBubble.percent, figures.period.short, figures.periodBubble.percent,
          figures.spanBubble.percent,
        ] + (hasRecompute ? [(figures.recomputeShare ?? 0).percent] : [])
          + [
            (figures.peakMemory.max() ?? 0).short, figures.lowerBound?.short ?? "",
            figures.gap?.percent ?? "",
            line.file ?? "",
          ]
      })
  }
}
