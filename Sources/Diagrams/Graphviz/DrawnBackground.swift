/// Writes shapes in the language of Graphviz's `_background` attribute, in tenths of points with y growing
/// upwards: http://graphviz.org/docs/outputs/canon/#xdot.
struct DrawnBackground {
  private var bytes: [UInt8] = []
  private let height: Double
  private let theme: Theme
  private var pen: Paint?
  private var fill: Paint?
  private var penWidth: Double?

  /// The finished text.
  var text: String { String(decoding: bytes, as: UTF8.self) }

  /// Writes a drawing's shapes. O(points).
  init(_ drawing: Drawing, theme: Theme) {
    height = drawing.height
    self.theme = theme
    // A polygon as large as the page makes the page the picture's bounds.
    add(
      .rectangle(
        Drawing.Rectangle(left: 0, top: 0, right: drawing.width, bottom: drawing.height),
        fill: drawing.page, stroke: Drawing.Stroke(drawing.page, width: 0)))
    for shape in drawing.shapes { add(shape) }
  }

  private mutating func add(_ shape: Drawing.Shape) {
    switch shape {
    case .polygon(let points, let fill, let stroke):
      use(fill: fill, stroke)
      begin("P", points.count)
      for point in points { add(point) }
    case .rectangle(let frame, let fill, let stroke):
      use(fill: fill, stroke)
      begin("P", 4)
      add(Drawing.Point(frame.left, frame.top))
      add(Drawing.Point(frame.right, frame.top))
      add(Drawing.Point(frame.right, frame.bottom))
      add(Drawing.Point(frame.left, frame.bottom))
    case .line(let points, let stroke):
      use(fill: nil, stroke)
      begin("L", points.count)
      for point in points { add(point) }
    case .curve(let points, let stroke):
      use(fill: nil, stroke)
      begin("B", points.count)
      for point in points { add(point) }
    }
  }

  /// Changes pen and fill where they differ from the shape before.
  private mutating func use(fill newFill: Paint?, _ stroke: Drawing.Stroke) {
    // Without an outline the pen still draws, in the colour of the fill.
    let newPen = stroke.width == 0 ? newFill ?? stroke.paint : stroke.paint
    if penWidth != stroke.width {
      append("S", counted: "setlinewidth(\((stroke.width * 10).short))")
      penWidth = stroke.width
    }
    if pen != newPen {
      append("c", counted: newPen.hex(theme))
      pen = newPen
    }
    if let newFill, fill != newFill {
      append("C", counted: newFill.hex(theme))
      fill = newFill
    }
  }

  private mutating func append(_ command: String, counted text: String) {
    bytes += "\(command) \(text.utf8.count) -\(text) ".utf8
  }

  private mutating func begin(_ command: String, _ count: Int) {
    bytes += "\(command) \(count) ".utf8
  }

  private mutating func add(_ point: Drawing.Point) {
    add((point.x * 10).rounded())
    add((height * 10).rounded() - (point.y * 10).rounded())
  }

  private mutating func add(_ tenths: Double) {
    bytes += String(Int(tenths)).utf8
    bytes.append(UInt8(ascii: " "))
  }
}
