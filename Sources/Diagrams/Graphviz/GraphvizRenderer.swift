/// Renders drawings in process through the Graphviz libraries; no `dot` program is needed.
///
/// Boxes and texts become nodes with given positions, all other shapes the graph's background. The same drawing
/// gives the same bytes as long as Graphviz and the fonts stay the same.
package struct GraphvizRenderer: Sendable {
  /// The longest side of a PNG in pixels.
  package static let longestSide = 32_767
  /// Pixels per inch of a PNG: two per point.
  package static let resolution = 144.0

  /// The largest SVG written, in bytes; `nil` for no limit.
  package var largestSVG: Int?

  static let fonts = "Helvetica,Arial,Liberation Sans,DejaVu Sans,sans-serif"

  /// Makes a renderer; by default it refuses SVG files that browsers would hardly open.
  package init(largestSVG: Int? = 20_000_000) { self.largestSVG = largestSVG }

  /// Renders a drawing. O(size of the drawing).
  ///
  /// - Throws: `DiagramError` when the result would be too large, or Graphviz fails.
  package func render(_ drawing: Drawing, as format: DiagramFormat) throws(DiagramError) -> [UInt8] {
    try checkImageSize(drawing, format)
    let bytes = try GraphvizLibrary.use { (library) throws(DiagramError) in
      let graph = try Self.graph(of: drawing, format, in: library)
      return try library.render(graph, format: format.rawValue)
    }
    switch format {
    case .svg:
      let document = SVGDocument(bytes, drawing: drawing).bytes
      if let largestSVG, document.count > largestSVG {
        throw .fileTooLarge(bytes: document.count, limit: largestSVG)
      }
      return document
    case .pdf:
      return PDFDocument(bytes).bytes
    case .png, .dot:
      return bytes
    }
  }

  private func checkImageSize(_ drawing: Drawing, _ format: DiagramFormat) throws(DiagramError) {
    guard format == .png else { return }
    let pixelsPerPoint = Self.resolution / 72
    let width = Int((drawing.width * pixelsPerPoint).rounded(.up))
    let height = Int((drawing.height * pixelsPerPoint).rounded(.up))
    guard max(width, height) <= Self.longestSide else {
      throw .imageTooLarge(width: width, height: height, limit: Self.longestSide)
    }
  }

  static func graph(
    of drawing: Drawing, _ format: DiagramFormat, in library: GraphvizLibrary
  ) throws(DiagramError) -> GraphvizGraph {
    let theme = drawing.theme ?? .light
    var graph = try GraphvizGraph(named: "pipeloom", in: library)
    graph.set("layout", "nop2")
    graph.set("bgcolor", drawing.page.hex(theme))
    graph.set("pad", "0")
    graph.set("margin", "0")
    graph.set("splines", "false")
    graph.set("outputorder", "nodesfirst")
    graph.set("fontname", fonts)
    graph.set("size", "\(drawing.width / 72),\(drawing.height / 72)")
    // In any other format this would cut the picture off.
    if format == .png { graph.set("dpi", resolution.short) }
    graph.set("_background", DrawnBackground(drawing, theme: theme).text)
    declareAttributes(&graph, theme: theme, page: drawing.page)
    let nodes = DrawnNodes(height: drawing.height, width: drawing.width, theme: theme)
    for box in drawing.boxes { nodes.add(box, to: graph) }
    for (index, text) in drawing.texts.enumerated() { nodes.add(text, name: "text\(index)", to: graph) }
    return graph
  }

  private static func declareAttributes(_ graph: inout GraphvizGraph, theme: Theme, page: Paint) {
    for (attribute, value) in [
      ("shape", "box"), ("fixedsize", "true"), ("style", "filled"), ("margin", "0"), ("label", "\\N"),
      ("fontname", fonts), ("fontsize", "90"), ("penwidth", "5"), ("pos", "0,0"), ("width", "1"),
      ("height", "1"), ("fillcolor", page.hex(theme)), ("color", page.hex(theme)),
      ("fontcolor", "#000000"), ("id", ""), ("class", ""), ("tooltip", ""),
    ] {
      graph.declare(attribute, value)
    }
  }
}
