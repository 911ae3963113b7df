/// What can be drawn: a chart says what a picture shows, and knows nothing of points, colours or Graphviz.
public protocol Chart: Hashable, Sendable {
  /// The chart as plain shapes.
  ///
  /// - Throws: `DiagramError` for what cannot be drawn, and for what Graphviz says where it finds the layout.
  func drawing(style: DiagramStyle) throws(DiagramError) -> Drawing
}

extension Chart {
  /// Draws the chart as a file of the given format, complete in memory.
  ///
  /// - Throws: `DiagramError` for what cannot be drawn, for a result that would be too large, and for whatever
  ///   Graphviz complains about.
  public func render(
    as format: DiagramFormat, style: DiagramStyle = DiagramStyle()
  ) throws(DiagramError) -> [UInt8] {
    let renderer = style.forced ? GraphvizRenderer(largestSVG: nil) : GraphvizRenderer()
    return try renderer.render(drawing(style: style), as: format)
  }

  /// The chart as plain shapes, drawn as usual.
  package func drawing() throws(DiagramError) -> Drawing { try drawing(style: DiagramStyle()) }
}
