import PipelineModel

/// What schedules take under many scenarios: a strip with a dot for every scenario, one under the other on one axis.
///
/// Up to 1,000 values a strip each is a dot; of more, the strip shows how many lie where.
public struct StripChart: Chart {
  /// The first line above the picture.
  public var title: String
  /// The lines under the title.
  public var subtitle: [String]
  /// What a screen reader says instead of the picture.
  public var description: String
  /// What the axis shows, such as `makespan`.
  public var valueName: String
  /// The unit of every value, such as `ms`; empty for abstract time.
  public var unit: String
  /// From top to bottom.
  public var strips: [Strip]

  /// Joins the parts of a chart.
  public init(
    title: String, subtitle: [String] = [], description: String = "", valueName: String = "makespan",
    unit: String = "", strips: [Strip]
  ) {
    self.title = title
    self.subtitle = subtitle
    self.description = description
    self.valueName = valueName
    self.unit = unit
    self.strips = strips
  }

  /// The chart as plain shapes. O(values log values).
  ///
  /// - Throws: `DiagramError` for values or a width that cannot be drawn, and for a window.
  public func drawing(style: DiagramStyle) throws(DiagramError) -> Drawing {
    try style.refuseWindow()
    try checkFigures()
    var chart = self
    (chart.title, chart.subtitle) = style.heading(title, subtitle)
    if !style.hasNotes { for index in strips.indices { chart.strips[index].figures = "" } }
    var drawing = try StripPainter.drawing(of: chart, style: style)
    drawing.title = title
    return drawing
  }
}

extension StripChart {
  /// One schedule.
  public struct Strip: Hashable, Sendable {
    /// What made it, such as `ZB-H1`.
    public var title: String
    /// The rest of the heading: figures.
    public var figures: String
    /// A value for every scenario.
    public var values: [Double]
    /// The mean of the values.
    public var mean: Double
    /// The value that 95 in 100 scenarios stay at or below.
    public var high: Double
    /// The value without scenarios.
    public var nominal: Double

    /// Describes a strip.
    public init(
      title: String, figures: String = "", values: [Double], mean: Double, high: Double, nominal: Double
    ) {
      self.title = title
      self.figures = figures
      self.values = values
      self.mean = mean
      self.high = high
      self.nominal = nominal
    }
  }

  /// The largest value drawn: far above what any problem takes.
  private static let largestValue = 1e60

  /// Checks that every figure can be drawn.
  ///
  /// - Throws: `DiagramError.badFigure` for the first value below 0, too large or none.
  private func checkFigures() throws(DiagramError) {
    for strip in strips {
      for value in strip.values + [strip.mean, strip.high, strip.nominal] {
        guard (0...Self.largestValue).contains(value) else {
          throw .badFigure(valueName, of: strip.title, value: value, 0...Self.largestValue)
        }
      }
    }
  }
}
