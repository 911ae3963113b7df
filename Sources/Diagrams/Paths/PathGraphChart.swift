import PipelineModel

/// The paths of microbatches through stages and devices, as a picture shows them: stages as columns, their devices
/// as nodes, and a coloured line for every distinct route.
///
/// Up to a dozen paths each have a colour of their own; of more, those that begin on one device share one.
public struct PathGraphChart: Chart {
  /// The most nodes, a device of a stage each, and the most links between them that are drawn.
  static let mostNodes = 1_000
  static let mostLinks = 2_000

  /// The first line above the picture.
  public var title: String
  /// The lines under the title.
  public var subtitle: [String]
  /// What a screen reader says instead of the picture.
  public var description: String
  /// The unit of every latency, such as `ms`; empty for abstract time.
  public var timeUnit: String
  /// The devices of each stage: one column per stage.
  public var stages: [[Device.ID]]
  /// The paths, no two along the same visits.
  public var paths: [Path]
  /// The latencies of links; up to a hundred links are labelled with those of a matrix, or of links of a bandwidth.
  public var communication: Communication

  /// One route and who takes it.
  public struct Path: Hashable, Sendable {
    /// The stops in forward order; each is a device of its stage.
    public var visits: [Route.Visit]
    /// The microbatches that take the route, ascending.
    public var microbatches: [Microbatch.ID]

    /// Per stop, the positions of those that it sends its output to.
    public var outputs: [[Int]]

    /// Joins a route and its microbatches.
    ///
    /// - Parameter outputs: where each stop sends its output; `nil` for the next stop.
    public init(visits: [Route.Visit], microbatches: [Microbatch.ID], outputs: [[Int]]? = nil) {
      self.visits = visits
      self.microbatches = microbatches
      self.outputs = outputs ?? Self.chain(visits.count)
    }

    /// Whether every stop sends its output to the next.
    var isChain: Bool { outputs == Self.chain(visits.count) }

    private static func chain(_ count: Int) -> [[Int]] { (0..<count).map { $0 + 1 < count ? [$0 + 1] : [] } }
  }

  /// Joins the parts of a chart.
  public init(
    title: String, subtitle: [String] = [], description: String = "", timeUnit: String = "",
    stages: [[Device.ID]], paths: [Path], communication: Communication
  ) {
    self.title = title
    self.subtitle = subtitle
    self.description = description
    self.timeUnit = timeUnit
    self.stages = stages
    self.paths = paths
    self.communication = communication
  }

  /// The chart as plain shapes. O(visits), and the time that Graphviz takes to order nodes and bend links.
  ///
  /// - Throws: `DiagramError` for more nodes or links than can be read, for a width that cannot be drawn, and for a
  ///   window.
  public func drawing(style: DiagramStyle) throws(DiagramError) -> Drawing {
    try style.refuseWindow()
    var chart = self
    (chart.title, chart.subtitle) = style.heading(title, subtitle)
    var drawing = try PathGraphPainter.drawing(of: chart, style: style)
    drawing.title = title
    return drawing
  }

  /// The chart of a problem's routes; equal routes are one path.
  ///
  /// - Complexity: O(microbatches + visits of the distinct routes).
  public init(_ problem: Problem) {
    let problem = problem.asWritten
    var microbatches: [Route: [Microbatch.ID]] = [:]
    var order: [Route] = []
    for index in problem.microbatches.indices {
      let route = problem.route(of: Microbatch.ID(index))
      if microbatches[route] == nil { order.append(route) }
      microbatches[route, default: []].append(Microbatch.ID(index))
    }
    let heading = ProblemHeading(problem)
    let paths = order.map { route in
      Path(
        visits: route.visits, microbatches: microbatches[route] ?? [],
        outputs: RouteLinks(of: route.visits, stages: problem.stages).outputs)
    }
    let count = paths.count.counted("distinct path")
    self.init(
      title: heading.title("Paths"), subtitle: [heading.costs],
      description: "Graph of \(count) of \(problem.microbatchCount.counted("microbatch", "microbatches")) "
        + "through \(problem.stageCount.counted("stage")) on \(problem.deviceCount.counted("device")). "
        + "Costs: \(heading.costs).",
      timeUnit: problem.units.time, stages: problem.hosts, paths: paths,
      communication: problem.communication)
  }
}
