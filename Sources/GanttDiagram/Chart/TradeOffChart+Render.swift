extension TradeOffChart {
  /// Draws the chart as a file of the given format, complete in memory.
  ///
  /// Up to 5,000 memory limits each is an element with a tooltip; of more only the curves are drawn.
  ///
  /// - Throws: `DiagramError` for figures or a width that cannot be drawn, for a window, since the picture has
  ///   no time axis, and for whatever Graphviz complains about.
  /// - Complexity: O(points log points + marks²).
  public func render(as format: DiagramFormat, style: GanttStyle = GanttStyle()) throws(DiagramError)
    -> [UInt8]
  {
    let renderer = style.forced ? GraphvizRenderer(largestSVG: nil) : GraphvizRenderer()
    return try renderer.render(drawing(style: style), as: format)
  }

  /// The chart as plain shapes, for another renderer or to be drawn into.
  ///
  /// - Throws: `DiagramError` for figures, a window or a width that cannot be drawn.
  public func drawing(style: GanttStyle = GanttStyle()) throws(DiagramError) -> Drawing {
    guard style.from == nil, style.to == nil else { throw .windowWithoutTime }
    try checkFigures()
    return try TradeOffPainter.drawing(of: self, style: style)
  }
}
