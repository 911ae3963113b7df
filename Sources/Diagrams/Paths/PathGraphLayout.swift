import PipelineModel

/// Where everything of a path graph stands on the page, in points.
struct PathGraphLayout {
  /// The title and the lines under it.
  let heading: PageHeading
  /// The legend's entries in their lines, with the group they explain, where they do, and where they begin.
  let legend: [(group: Int?, lines: [String], at: Drawing.Point)]
  /// The middle of each node.
  let nodes: [Drawing.Point]
  /// Each link's Bézier curves.
  let curves: [ColumnGraph.Link: [Drawing.Point]]
  /// Half the height of the line of column names.
  let namesTop: Double
  /// A node's size.
  let nodeWidth, nodeHeight: Double
  /// The page.
  let pageWidth, pageHeight: Double

  /// The distance between two lines of one link.
  let strandPitch: Double
  /// From a legend's line to its text.
  static let signWidth = 18.0

  private static let chosenGap = 78.0
  private static let leastGap = 24.0
  private static let widestEntry = 330.0
  private static let namesHeight = 24.0

  /// Lays a page out.
  ///
  /// - Throws: `DiagramError` for a width that cannot hold the columns, and for what Graphviz complains about.
  init(_ chart: PathGraphChart, strands: PathStrands, style: DiagramStyle) throws(DiagramError) {
    let margin = PageMeasures.margin
    let columns = Double(max(1, strands.columns.count))
    let most = Double(strands.links.map(\.strands.count).max() ?? 1)
    strandPitch = strands.isPerPath ? 2.6 : 2
    nodeWidth = 30
    nodeHeight = max(18, most * strandPitch + 6)
    var gap = Self.chosenGap
    if let width = style.layoutWidth {
      let fixed = 2 * margin + columns * nodeWidth
      let least = max(fixed + (columns - 1) * Self.leastGap, 200).rounded(.up)
      guard width >= least, width <= PageMeasures.widestPage else {
        throw .widthOutOfRange(width, least...PageMeasures.widestPage)
      }
      gap = min(2 * Self.chosenGap, (width - fixed) / max(1, columns - 1))
    }
    let graph = ColumnGraph(
      columns: strands.columns, links: strands.links.map(\.link), nodeWidth: nodeWidth,
      nodeHeight: nodeHeight,
      columnGap: gap, rowGap: max(16, 0.6 * nodeHeight))
    let placed = try graph.placed()

    let text = PageHeading.width(title: chart.title, subtitle: chart.subtitle)
    let chosen = min(max(placed.width, text, 480), max(placed.width, 960)) + 2 * margin
    pageWidth = style.layoutWidth.map(style.wholePoints) ?? chosen.rounded(.up)
    let textWidth = pageWidth - 2 * margin
    heading = PageHeading(title: chart.title, subtitle: chart.subtitle, left: margin, width: textWidth)
    let entryWidth = min(Self.widestEntry, textWidth - Self.signWidth - 5)
    let entries = style.hasLegend ? Self.entries(chart, strands, width: entryWidth) : []
    let rows = LegendRows(
      widths: entries.map {
        TextMetrics.width(of: $0.lines, size: PageMeasures.textSize)
          + ($0.group == nil ? 0 : Self.signWidth + 5)
      }, lineCounts: entries.map(\.lines.count), left: margin, top: heading.bottom + 6, width: textWidth)
    legend = zip(entries, rows.places).map { (group: $0.group, lines: $0.lines, at: $1) }
    namesTop = rows.bottom + Self.namesHeight
    let origin = Drawing.Point(margin + max(0, (textWidth - placed.width) / 2), namesTop + 12)
    func moved(_ point: Drawing.Point) -> Drawing.Point {
      Drawing.Point(point.x + origin.x, point.y + origin.y)
    }
    nodes = placed.nodes.map(moved)
    curves = placed.curves.mapValues { $0.map(moved) }
    pageHeight = (origin.y + placed.height + margin).rounded(.up)
  }

  /// The legend's entries, broken to a width: the paths or where they begin, and what the numbers are.
  private static func entries(
    _ chart: PathGraphChart, _ strands: PathStrands, width: Double
  ) -> [(group: Int?, lines: [String])] {
    func lines(_ text: String) -> [String] {
      TextMetrics.wrap(text, size: PageMeasures.textSize, width: width)
    }
    let most = PathStrands.mostColours
    let shown = strands.groups.count <= most ? strands.groups.count : most - 1
    var entries: [(group: Int?, lines: [String])] = strands.groups.prefix(shown).enumerated().map {
      ($0, lines($1.text))
    }
    if shown < strands.groups.count {
      entries.append((nil, ["and \(strands.groups.count - shown) more devices"]))
    }
    if strands.labelsLinks(of: chart) {
      let unit = chart.timeUnit.isEmpty ? "" : " (\(chart.timeUnit))"
      entries.append((nil, lines("numbers: link latency" + unit)))
    }
    return entries
  }
}

extension PathStrands {
  /// With more links their latencies would hide them.
  private static let mostLabels = 100

  /// Whether links have latencies of their own, which are written beside them, and are few enough for it.
  func labelsLinks(of chart: PathGraphChart) -> Bool {
    if case .uniform = chart.communication { return false }
    return links.count <= Self.mostLabels
  }
}
