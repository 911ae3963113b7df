import PipelineModel

/// Turns a path graph into plain shapes.
struct PathGraphPainter: Painter {
  let chart: PathGraphChart
  let strands: PathStrands
  let layout: PathGraphLayout
  var drawing: Drawing

  /// The drawing of a chart.
  ///
  /// - Throws: `DiagramError` for a graph or a width that cannot be drawn, and for what Graphviz complains about.
  static func drawing(of chart: PathGraphChart, style: DiagramStyle) throws(DiagramError) -> Drawing {
    let strands = try PathStrands(chart)
    let layout = try PathGraphLayout(chart, strands: strands, style: style)
    var painter = PathGraphPainter(
      chart: chart, strands: strands, layout: layout,
      drawing: Drawing(
        width: layout.pageWidth, height: layout.pageHeight, title: chart.title,
        description: chart.description, theme: style.theme, page: Palette.page))
    painter.paintColumns()
    painter.paintLinks()
    painter.paintLatencies()
    painter.paintNodes()
    painter.paint(layout.heading)
    painter.paintLegend()
    return painter.drawing
  }

  /// Writes the stages' names over their columns, on a faint ground.
  private mutating func paintColumns() {
    for (stage, nodes) in strands.columns.enumerated() {
      guard let first = nodes.first else { continue }
      let x = layout.nodes[first].x
      let half = layout.nodeWidth / 2 + 5
      add(
        Drawing.Rectangle(
          left: x - half, top: layout.namesTop + 6, right: x + half,
          bottom: layout.pageHeight - PageMeasures.margin / 2), fill: Palette.lane)
      add(
        "Stage \(stage)", size: PageMeasures.textSize, at: Drawing.Point(x, layout.namesTop - 2),
        anchor: .middle)
    }
  }

  private mutating func paintNodes() {
    for (index, node) in strands.nodes.enumerated() {
      let frame = frame(of: index)
      let count = strands.visitCounts[index]
      let isVisited = count > 0
      let ink = isVisited ? Palette.ink : Palette.muted
      drawing.boxes.append(
        Drawing.Box(
          frame, fill: Palette.page,
          stroke: Drawing.Stroke(isVisited ? Palette.muted : Palette.hatch, width: 0.8),
          label: Drawing.Label(node.device.description, size: PageMeasures.textSize, paint: ink),
          id: "s\(node.stage).d\(node.device)", classes: "device",
          tooltip: "stage \(node.stage) on device \(node.device): "
            + count.counted("microbatch", "microbatches")))
    }
  }

  func frame(of node: Int) -> Drawing.Rectangle {
    let at = layout.nodes[node]
    let (width, height) = (layout.nodeWidth / 2, layout.nodeHeight / 2)
    return Drawing.Rectangle(
      left: at.x - width, top: at.y - height, right: at.x + width, bottom: at.y + height)
  }

  private mutating func paintLegend() {
    for entry in layout.legend {
      var at = Drawing.Point(entry.at.x, entry.at.y + 5)
      if let group = entry.group {
        add(
          at, Drawing.Point(at.x + PathGraphLayout.signWidth, at.y), paint: PathGraphPalette.path(group),
          width: 2)
        at.x += PathGraphLayout.signWidth + 5
      }
      add(entry.lines, size: PageMeasures.textSize, lineHeight: LegendRows.lineHeight, from: at)
    }
  }
}
