/// What can be drawn: a chart says what a picture shows, and knows nothing of points, colours or Graphviz.
public protocol Chart: Hashable, Sendable {
  /// The chart as plain shapes in the usual sizes.
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
    return try renderer.render(page(style: style), as: format)
  }

  /// The chart as it comes out: laid out in the usual sizes, and scaled to the style's.
  package func page(style: DiagramStyle) throws(DiagramError) -> Drawing {
    do throws(DiagramError) {
      var page = try drawing(style: style).scaled(by: style.scale)
      if let width = style.width { page.width = width.rounded(.up) }
      return page
    } catch .widthOutOfRange(let width, let range) {
      let (least, most) = (range.lowerBound * style.scale, range.upperBound * style.scale)
      throw .widthOutOfRange(width * style.scale, least.rounded(.up)...max(least.rounded(.up), most))
    }
  }

  /// The chart as plain shapes, drawn as usual.
  package func drawing() throws(DiagramError) -> Drawing { try drawing(style: DiagramStyle()) }
}
