extension PathGraphChart {
  /// The most nodes, a device of a stage each, and the most links between them that are drawn.
  static let mostNodes = 1_000
  static let mostLinks = 2_000

  /// Draws the chart as a file of the given format, complete in memory.
  ///
  /// Up to a dozen paths each have a colour of their own; of more, those that begin on one device share one.
  ///
  /// - Throws: `DiagramError` for more nodes or links than can be read, for a width that cannot be drawn, for a
  ///   window, since the picture has no time axis, and for whatever Graphviz complains about.
  /// - Complexity: O(visits), and the time that Graphviz takes to order nodes and bend links.
  public func render(as format: DiagramFormat, style: GanttStyle = GanttStyle()) throws(DiagramError)
    -> [UInt8]
  {
    let renderer = style.forced ? GraphvizRenderer(largestSVG: nil) : GraphvizRenderer()
    return try renderer.render(drawing(style: style), as: format)
  }

  /// The chart as plain shapes, for another renderer or to be drawn into.
  ///
  /// - Throws: `DiagramError` for nodes, links, a window or a width that cannot be drawn.
  public func drawing(style: GanttStyle = GanttStyle()) throws(DiagramError) -> Drawing {
    guard style.from == nil, style.to == nil else { throw .windowWithoutTime }
    return try PathGraphPainter.drawing(of: self, style: style)
  }
}
