import PipelineModel

/// What less or more memory does to the bubble: the values that a search reached and proved for several memory
/// limits, as a picture shows them.
///
/// Up to 5,000 memory limits each is an element with a tooltip; of more only the curves are drawn.
public struct TradeOffChart: Chart {
  /// The first line above the picture.
  public var title: String
  /// The lines under the title: costs, then figures, so that the picture explains itself.
  public var subtitle: [String]
  /// What a screen reader says instead of the picture.
  public var description: String
  /// The unit of every memory figure, such as `GiB`; empty for abstract memory.
  public var memoryUnit: String
  /// The bubble's name in reports, such as `makespanBubble`.
  public var valueName: String
  /// What memory, points and marks are called.
  public var wording: Wording
  /// The limits searched under, in any order.
  public var points: [Point]
  /// Named schedules to compare with.
  public var marks: [Mark]
  /// The least memory limit under which any schedule fits; `nil` when unknown.
  public var infeasibleBelow: Double?

  /// Joins the parts of a chart.
  public init(
    title: String, subtitle: [String] = [], description: String = "", memoryUnit: String = "",
    valueName: String, wording: Wording = .ofLimits, points: [Point], marks: [Mark] = [],
    infeasibleBelow: Double? = nil
  ) {
    self.title = title
    self.subtitle = subtitle
    self.description = description
    self.memoryUnit = memoryUnit
    self.valueName = valueName
    self.wording = wording
    self.points = points
    self.marks = marks
    self.infeasibleBelow = infeasibleBelow
  }

  /// The chart as plain shapes. O(points log points + marks²).
  ///
  /// - Throws: `DiagramError` for figures or a width that cannot be drawn, and for a window.
  public func drawing(style: DiagramStyle) throws(DiagramError) -> Drawing {
    try style.refuseWindow()
    try checkFigures()
    return try TradeOffPainter.drawing(of: self, style: style)
  }
}

extension TradeOffChart {
  /// What the parts of the picture are called.
  public struct Wording: Hashable, Sendable {
    /// The memory of points.
    public var memory: String
    /// Points that are not proved optimal.
    public var points: String
    /// Marks.
    public var marks: String

    /// For the best schedules found under limits.
    public static let ofLimits = Wording(
      memory: "memory limit", points: "best schedule found", marks: "known schedules")
    /// For schedules with what each holds.
    public static let ofPeaks = Wording(memory: "peak memory", points: "schedules", marks: "Pareto set")
  }

  /// One memory limit, and what is known under it.
  public struct Point: Hashable, Sendable {
    /// What the point is; `nil` where its memory says it.
    public var label: String?
    /// The memory limit of every device.
    public var memory: Double
    /// The limit as a multiple of 1F1B's peak, such as 0.75; `nil` to leave it unsaid.
    public var multiple: Double?
    /// The bubble of the best schedule found, as a fraction of one.
    public var bubble: Double
    /// The bubble that no schedule within the limit goes below, as a fraction of one; `nil` where none is known.
    public var bound: Double?

    /// Describes what is known under a limit.
    public init(
      label: String? = nil, memory: Double, multiple: Double? = nil, bubble: Double, bound: Double? = nil
    ) {
      self.label = label
      self.memory = memory
      self.multiple = multiple
      self.bubble = bubble
      self.bound = bound
    }

    /// Whether no schedule within the limit does better.
    var isOptimal: Bool { bound.map { bubble - $0 <= 1e-9 } ?? false }
  }

  /// A named schedule for comparison.
  public struct Mark: Hashable, Sendable {
    /// The name, such as `ZB-H1`.
    public var label: String
    /// The schedule's peak memory.
    public var memory: Double
    /// The schedule's bubble, as a fraction of one.
    public var bubble: Double

    /// Names a schedule.
    public init(label: String, memory: Double, bubble: Double) {
      self.label = label
      self.memory = memory
      self.bubble = bubble
    }
  }
}

extension TradeOffChart {
  /// The largest memory figure drawn, as in files.
  static let largestMemory = 1e15

  /// Checks that every figure can be drawn.
  ///
  /// - Throws: `DiagramError.badFigure` for the first memory outside 0...1e15 or bubble outside 0...1.
  func checkFigures() throws(DiagramError) {
    for point in points {
      let name = "the \(wording.memory) \(point.memory.plain)"
      try Self.check(point.memory, wording.memory, of: name, atMost: Self.largestMemory)
      try Self.check(point.bubble, "bubble", of: name, atMost: 1)
      if let bound = point.bound { try Self.check(bound, "lower bound", of: name, atMost: 1) }
    }
    for mark in marks {
      try Self.check(mark.memory, "peak memory", of: mark.label, atMost: Self.largestMemory)
      try Self.check(mark.bubble, "bubble", of: mark.label, atMost: 1)
    }
    if let infeasibleBelow {
      try Self.check(
        infeasibleBelow, "memory limit", of: "the infeasible part", atMost: Self.largestMemory)
    }
  }

  private static func check(
    _ value: Double, _ quantity: String, of name: String, atMost most: Double
  ) throws(DiagramError) {
    // A bubble computed as a difference may miss zero by a rounding error.
    guard value >= -1e-9, value <= most * (1 + 1e-9) else {
      throw .badFigure(quantity, of: name, value: value, 0...most)
    }
  }
}
