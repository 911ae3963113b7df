import PipelineModel
import Timeline

/// Several timed schedules under each other on one time axis, as a picture shows them.
///
/// Up to 5,000 operations inside the window each is an element with a tooltip, up to 50,000 an element without one;
/// more are drawn as bare rectangles, merged where they are narrower than a point.
public struct ComparisonChart: Chart {
  /// The first line above the picture.
  public var title: String
  /// The lines under the title.
  public var subtitle: [String]
  /// What a screen reader says instead of the picture.
  public var description: String
  /// The unit of every time, such as `ms`; empty for abstract time.
  public var timeUnit: String
  /// One band of lanes per schedule, from top to bottom.
  public var bands: [Band]
  /// What the time axis leaves out; `nil` for nothing.
  public var fold: TimeFold?

  /// One schedule.
  public struct Band: Hashable, Sendable {
    /// The heading's first part, such as `ZB-H1`.
    public var title: String
    /// The rest of the heading: figures.
    public var figures: String
    /// One lane per device, in the order drawn. Memory is not drawn.
    public var lanes: [GanttChart.Lane]

    /// Joins the parts of a band.
    public init(title: String, figures: String = "", lanes: [GanttChart.Lane]) {
      self.title = title
      self.figures = figures
      self.lanes = lanes
    }
  }

  /// Joins the parts of a chart.
  public init(
    title: String, subtitle: [String] = [], description: String = "", timeUnit: String = "", bands: [Band]
  ) {
    self.title = title
    self.subtitle = subtitle
    self.description = description
    self.timeUnit = timeUnit
    self.bands = bands
  }

  /// The chart as plain shapes. O(operations).
  ///
  /// - Throws: `DiagramError` for times, a window or a width that cannot be drawn.
  public func drawing(style: DiagramStyle) throws(DiagramError) -> Drawing {
    try checkTimes()
    return try ComparisonPainter.drawing(of: self, style: style)
  }
}

extension ComparisonChart {
  /// All lanes on one time axis, without their headings.
  var joined: GanttChart {
    var chart = GanttChart(
      title: title, subtitle: subtitle, description: description, timeUnit: timeUnit,
      lanes: bands.flatMap(\.lanes).map { lane in
        var lane = lane
        lane.memory = []
        lane.memoryLimit = nil
        lane.note = ""
        if !lane.group.isEmpty { lane.name = "\(lane.group) / \(lane.name)" }
        lane.group = ""
        return lane
      })
    chart.fold = fold
    return chart
  }

  /// The chart as a style asks for it: without what it leaves out, and under its title. O(operations).
  ///
  /// - Throws: `DiagramError.noDevices` where a schedule has none of the devices.
  func dressed(for style: DiagramStyle) throws(DiagramError) -> ComparisonChart {
    var chart = style.isFolded ? leavingOut(steadyStretch.flatMap(style.showing)) : self
    for index in bands.indices {
      if !style.hasNotes { chart.bands[index].figures = "" }
      guard let devices = style.devices else { continue }
      chart.bands[index].lanes = try GanttChart.lanes(chart.bands[index].lanes, of: devices)
    }
    (chart.title, chart.subtitle) = style.heading(title, subtitle)
    return chart
  }

  /// What all schedules repeat at once; `nil` where one does not.
  private var steadyStretch: TimeFold? {
    let folds = bands.map { GanttChart(title: "", lanes: $0.lanes).steadyStretch() }
    guard folds.allSatisfy({ $0 != nil }) else { return nil }
    let start = folds.compactMap { $0?.range.lowerBound }.max() ?? 0
    let end = folds.compactMap { $0?.range.upperBound }.min() ?? 0
    return start < end ? TimeFold(start...end) : nil
  }

  private func leavingOut(_ fold: TimeFold?) -> ComparisonChart {
    var chart = self
    chart.fold = fold
    for index in bands.indices {
      let band = GanttChart(title: "", lanes: bands[index].lanes).leavingOut(fold)
      chart.bands[index].lanes = band.lanes
    }
    return chart
  }

  /// Checks that every time can be drawn.
  ///
  /// - Throws: `DiagramError.badTimes` for the first operation whose times are not finite or run backwards.
  func checkTimes() throws(DiagramError) {
    for band in bands { try GanttChart(title: band.title, lanes: band.lanes).checkTimes() }
  }
}
