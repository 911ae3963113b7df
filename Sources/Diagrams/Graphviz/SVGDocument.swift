/// Graphviz's SVG with what it leaves out: a name and a description for screen readers, and the dark colours.
struct SVGDocument {
  /// The finished document.
  private(set) var bytes: [UInt8] = []

  /// Completes a document. O(size).
  ///
  /// Graphviz writes one element a line and announces every node with a comment, which is left out.
  init(_ source: [UInt8], drawing: Drawing) {
    bytes.reserveCapacity(source.count + 4_096)
    var isInside = false
    for line in source.split(separator: UInt8(ascii: "\n")) {
      if !isInside, line.starts(with: "<svg ".utf8) {
        bytes += "<svg role=\"img\" aria-labelledby=\"diagram-title diagram-description\" ".utf8
        bytes += line.dropFirst(5)
      } else if !isInside, line.starts(with: "<g id=\"graph0\"".utf8) {
        isInside = true
        bytes += Self.head(drawing).utf8
        bytes += line
      } else if isInside, Self.isRedundant(line) {
        continue
      } else {
        bytes += line
      }
      bytes.append(UInt8(ascii: "\n"))
    }
  }

  /// Comments, and the names of the graph and of texts, which a browser would show on top of them.
  private static func isRedundant(_ line: ArraySlice<UInt8>) -> Bool {
    guard line.first == UInt8(ascii: "<") else { return false }
    return line.starts(with: "<!-- ".utf8) || line.starts(with: "<title>text".utf8)
      || line.starts(with: "<title>pipeloom<".utf8)
  }

  private static func head(_ drawing: Drawing) -> String {
    var head = "<title id=\"diagram-title\">\(PlainText.xml(drawing.title))</title>\n"
    head += "<desc id=\"diagram-description\">\(PlainText.xml(drawing.description))</desc>\n"
    guard drawing.theme == nil else { return head }
    return head + "<style>\n@media (prefers-color-scheme: dark) {\n\(rules(drawing))}\n</style>\n"
  }

  /// One rule per paint: elements are found by their light colour, which the style sheet overrides.
  private static func rules(_ drawing: Drawing) -> String {
    var selectors: [String: Paint] = [:]
    func fill(_ element: String, _ paint: Paint) {
      selectors["\(element)[fill=\"\(paint.hex(.light))\"]"] = paint
    }
    func stroke(_ element: String, _ paint: Paint) {
      selectors["\(element)[stroke=\"\(paint.hex(.light))\"]"] = paint
    }
    func add(_ paint: Paint, _ outline: Drawing.Stroke, element: String = "polygon") {
      fill(element, paint)
      stroke(element, outline.width == 0 ? paint : outline.paint)
    }
    add(drawing.page, Drawing.Stroke(drawing.page))
    for shape in Set(drawing.shapes.lazy.map(ShapePaints.init)) {
      if let paint = shape.fill {
        add(paint, shape.stroke)
      } else {
        stroke(shape.isCurve ? "path" : "polyline", shape.stroke.paint)
      }
    }
    for (element, boxes) in [
      ("polygon", drawing.boxes.lazy.filter { $0.form != .ellipse }),
      ("ellipse", drawing.boxes.lazy.filter { $0.form == .ellipse }),
    ] {
      for paints in Set(boxes.map { ShapePaints(fill: $0.fill, stroke: $0.stroke) }) {
        if let paint = paints.fill { add(paint, paints.stroke, element: element) }
      }
    }
    for paint in Set(drawing.texts.lazy.map(\.label.paint)) { fill("text", paint) }
    for paint in Set(drawing.boxes.lazy.compactMap(\.label?.paint)) { fill("text", paint) }
    return selectors.filter { $0.value.light != $0.value.dark }.sorted { $0.key < $1.key }.map {
      selector, paint in
      let property = selector.contains("[fill") ? "fill" : "stroke"
      return "\(selector) { \(property): \(paint.hex(.dark)) }\n"
    }.joined()
  }
}

/// The colours of a shape, whatever its form.
private struct ShapePaints: Hashable {
  var fill: Paint?
  var stroke: Drawing.Stroke
  var isCurve = false
}

extension ShapePaints {
  init(_ shape: Drawing.Shape) {
    switch shape {
    case .polygon(_, let fill, let stroke), .rectangle(_, let fill, let stroke):
      self.init(fill: fill, stroke: stroke)
    case .line(_, let stroke):
      self.init(fill: nil, stroke: stroke)
    case .curve(_, let stroke):
      self.init(fill: nil, stroke: stroke, isCurve: true)
    }
  }
}
