extension ComparisonChart {
  /// Draws the chart as a file of the given format, complete in memory.
  ///
  /// Up to 5,000 operations inside the window each is an element with a tooltip, up to 50,000 an element
  /// without one; more are drawn as bare rectangles, merged where they are narrower than a point.
  ///
  /// - Throws: `DiagramError` for times, a window or a width that cannot be drawn, for a result that would be
  ///   too large, and for whatever Graphviz complains about.
  /// - Complexity: O(operations log operations).
  public func render(as format: DiagramFormat, style: GanttStyle = GanttStyle()) throws(DiagramError)
    -> [UInt8]
  {
    let renderer = style.forced ? GraphvizRenderer(largestSVG: nil) : GraphvizRenderer()
    return try renderer.render(drawing(style: style), as: format)
  }

  /// The chart as plain shapes, for another renderer or to be drawn into.
  ///
  /// - Throws: `DiagramError` for times, a window or a width that cannot be drawn.
  public func drawing(style: GanttStyle = GanttStyle()) throws(DiagramError) -> Drawing {
    try checkTimes()
    return try ComparisonPainter.drawing(of: self, style: style)
  }
}
