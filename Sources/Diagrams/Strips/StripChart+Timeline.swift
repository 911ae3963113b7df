import PipelineModel
import Timeline

extension StripChart {
  /// A schedule and its makespans under scenarios.
  public struct Subject: Sendable {
    /// What made the schedule, such as `ZB-H1`.
    public var title: String
    /// The schedule with its own times.
    public var timeline: Timeline
    /// Scenario by scenario.
    public var makespans: [Double]
    /// Their mean.
    public var mean: Double
    /// What 95 in 100 scenarios stay at or below.
    public var high: Double
    /// By how much the mean is above that of the best schedule of each scenario.
    public var regret: Double

    /// Describes what a schedule takes.
    public init(
      title: String, timeline: Timeline, makespans: [Double], mean: Double, high: Double, regret: Double
    ) {
      self.title = title
      self.timeline = timeline
      self.makespans = makespans
      self.mean = mean
      self.high = high
      self.regret = regret
    }
  }

  /// The chart of schedules in the order given; their unit is the first one's.
  public init(_ subjects: [Subject]) {
    let problems = subjects.map(\.timeline.schedule.problem)
    let units = problems.first?.units.time ?? ""
    let strips = subjects.map { subject in
      let figures = [("mean", subject.mean), ("p95", subject.high), ("regret", subject.regret)]
      return Strip(
        title: subject.title,
        figures: figures.map { "\($0) \(NumberText.fixed($1, decimals: 2))" }.joined(separator: " · ")
          + " · without scenarios \(subject.timeline.makespan.short(units))",
        values: subject.makespans, mean: subject.mean, high: subject.high,
        nominal: subject.timeline.makespan)
    }
    let counts =
      "\(subjects.count.counted("schedule")) under "
      + (subjects.first?.makespans.count ?? 0).counted("scenario")
    let costs = problems.first.map { [ProblemHeading($0).costs] } ?? []
    self.init(
      title: problems.first.map { ProblemHeading($0).title(counts) } ?? counts, subtitle: costs,
      description: "Strip plots of the makespans of \(counts) on one axis. "
        + strips.map { "\($0.title): \($0.figures)." }.joined(separator: " "),
      unit: units, strips: strips)
  }
}
