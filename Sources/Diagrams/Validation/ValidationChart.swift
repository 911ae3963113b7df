import PipelineModel

/// Measured runs, each above its prediction on one time axis, and beside them how far the two are apart, enlarged.
public struct ValidationChart: Chart {
  /// The first line above the picture.
  public var title: String
  /// The lines under the title: what was fitted, and the errors.
  public var subtitle: [String]
  /// What a screen reader says instead of the picture.
  public var description: String
  /// The unit of every time, such as `ms`; empty for abstract time.
  public var timeUnit: String
  /// The runs, from top to bottom.
  public var runs: [Run]
  /// The magnitude up to which errors are allowed, as a fraction of one; `nil` where nobody says it.
  public var allowed: Double?

  /// Joins the parts of a chart.
  public init(
    title: String, subtitle: [String] = [], description: String = "", timeUnit: String = "", runs: [Run],
    allowed: Double? = nil
  ) {
    self.title = title
    self.subtitle = subtitle
    self.description = description
    self.timeUnit = timeUnit
    self.runs = runs
    self.allowed = allowed
  }

  /// The chart as plain shapes. O(runs).
  ///
  /// - Throws: `DiagramError` for figures or a width that cannot be drawn, and for a window.
  public func drawing(style: DiagramStyle) throws(DiagramError) -> Drawing {
    try style.refuseWindow()
    try checkFigures()
    return try ValidationPainter.drawing(of: self, style: style)
  }
}

extension ValidationChart {
  /// One run.
  public struct Run: Hashable, Sendable {
    /// Whether a prediction has been made to fit its run.
    public enum Side: Hashable, Sendable {
      /// It has, with others.
      case fitted
      /// It has not: the run was held out.
      case heldOut
    }

    /// Its name.
    public var name: String
    /// What it took; above 0.
    public var measured: Double
    /// What it takes by prediction.
    public var predicted: Double
    /// Its side; `nil` where nothing was fitted at all.
    public var side: Side?

    /// Describes a run.
    public init(name: String, measured: Double, predicted: Double, side: Side? = nil) {
      self.name = name
      self.measured = measured
      self.predicted = predicted
      self.side = side
    }

    /// Predicted / measured - 1.
    var error: Double { predicted / measured - 1 }
  }

  /// The largest time drawn, as in files.
  private static let largestTime = 1e15
  /// The largest error drawn: that of a wrong unit.
  private static let largestError = 1e12

  /// Checks that every figure can be drawn.
  ///
  /// - Throws: `DiagramError.badFigure` for the first time or error outside its range.
  private func checkFigures() throws(DiagramError) {
    for run in runs {
      try Self.check(run.measured, "measured time", of: run.name, atMost: Self.largestTime)
      try Self.check(run.predicted, "predicted time", of: run.name, atMost: 2 * Self.largestTime)
      try Self.check(run.error + 1, "predicted / measured", of: run.name, atMost: Self.largestError)
    }
    if let allowed { try Self.check(allowed, "error", of: "what is allowed", atMost: Self.largestError) }
  }

  private static func check(
    _ value: Double, _ quantity: String, of name: String, atMost most: Double
  ) throws(DiagramError) {
    guard value >= 0, value <= most else { throw .badFigure(quantity, of: name, value: value, 0...most) }
  }
}
