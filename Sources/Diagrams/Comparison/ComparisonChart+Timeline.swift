import PipelineModel
import Timeline

extension ComparisonChart {
  /// The chart of timed schedules in the order given, each with its figures.
  ///
  /// The schedules may be for different problems; they share the axis, whose unit is the first one's.
  ///
  /// - Parameters:
  ///   - schedules: what made each schedule, such as `ZB-H1`, and the schedule with its times.
  ///   - gaps: what to say of each schedule's certificate, such as `optimal` or `gap 1.2 %`; `nil`, or nothing at
  ///     its place, to say nothing.
  ///   - moved: the operations of each schedule to mark as moved; nothing at its place to mark none.
  /// - Complexity: O(operations).
  public init(
    _ schedules: [(title: String, timeline: Timeline)], gaps: [String?] = [],
    moved: [Set<Operation>] = []
  ) {
    let problems = schedules.map(\.timeline.schedule.problem)
    let summaries = schedules.map(\.timeline.summary)
    let shortest = summaries.map(\.makespan).min() ?? 0
    let bands = zip(schedules, summaries).enumerated().map { index, schedule in
      Band(
        title: schedule.0.title,
        figures: Self.figures(
          schedule.1, units: problems[index].units, shortest: shortest,
          gap: index < gaps.count ? gaps[index] : nil),
        lanes: GanttChart.lanes(schedule.0.timeline, schedule.1)
          .map { index < moved.count ? $0.marking(moved[index]) : $0 })
    }
    let written = problems.map(\.asWritten)
    let costs = Self.costs(written)
    let sentences = bands.map { "\($0.title): \($0.figures)." }
    let subject = schedules.count.counted("schedule")
    self.init(
      title: Self.title(subject, written), subtitle: costs,
      description: "Gantt diagrams of \(subject) on one time axis, one band of lanes per schedule. "
        + "Costs: \(costs.joined(separator: "; ")). " + sentences.joined(separator: " "),
      timeUnit: problems.first?.units.time ?? "", bands: bands)
  }

  private static func figures(_ summary: Summary, units: Units, shortest: Double, gap: String?) -> String {
    var parts = ["makespan \(summary.makespan.short(units.time))"]
    // Sums of decimal durations differ in their last binary digits.
    if summary.makespan > shortest * (1 + 1e-9), shortest > 0 {
      parts[0] += " (+\((summary.makespan / shortest - 1).percent))"
    }
    parts.append("makespanBubble \(summary.makespanBubble.percent)")
    if let share = summary.recomputeShare { parts.append("recomputeShare \(share.percent)") }
    parts.append("peakMemory \((summary.peakMemory.max() ?? 0).short(units.memory))")
    if let gap { parts.append(gap) }
    return parts.joined(separator: " · ")
  }

  /// The first problem's name and the size of all, as ranges where they differ.
  private static func title(_ subject: String, _ problems: [Problem]) -> String {
    func span(_ counts: [Int]) -> String {
      guard let least = counts.min(), let most = counts.max() else { return "0" }
      return least == most ? "\(least)" : "\(least)–\(most)"
    }
    let name = problems.first.map { $0.name.isEmpty ? "" : " · \($0.name)" } ?? ""
    return "\(subject)\(name) · p = \(span(problems.map(\.deviceCount))), "
      + "m = \(span(problems.map(\.microbatchCount)))"
  }

  /// The costs; once for all problems that agree in them, with the number of their stages where not all do.
  private static func costs(_ problems: [Problem]) -> [String] {
    var lines: [String] = []
    for problem in problems {
      let line = "\(problem.stageCount.counted("stage")): \(ProblemHeading(problem).costs)"
      if !lines.contains(line) { lines.append(line) }
    }
    if lines.count == 1 { return [ProblemHeading(problems[0]).costs] }
    return lines.count <= mostCosts ? lines : lines.prefix(mostCosts - 1) + ["…"]
  }

  /// More lines of costs would push the picture off the page.
  private static let mostCosts = 4
}

extension GanttChart.Lane {
  /// The lane with some of its operations marked as moved.
  fileprivate func marking(_ moved: Set<Operation>) -> GanttChart.Lane {
    guard !moved.isEmpty else { return self }
    var lane = self
    for index in lane.bars.indices { lane.bars[index].isMoved = moved.contains(lane.bars[index].operation) }
    return lane
  }
}
