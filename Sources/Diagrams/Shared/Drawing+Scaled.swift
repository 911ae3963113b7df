extension Drawing {
  /// The drawing with everything larger or smaller by one factor. O(shapes).
  func scaled(by factor: Double) -> Drawing {
    guard factor != 1 else { return self }
    var drawing = self
    drawing.width = (width * factor).rounded(.up)
    drawing.height = (height * factor).rounded(.up)
    drawing.shapes = shapes.map { $0.scaled(by: factor) }
    drawing.boxes = boxes.map { box in
      var box = box
      box.frame = box.frame.scaled(by: factor)
      box.stroke.width *= factor
      box.label?.size *= factor
      return box
    }
    drawing.texts = texts.map { text in
      var text = text
      text.at = text.at.scaled(by: factor)
      text.label.size *= factor
      return text
    }
    return drawing
  }
}

extension Drawing.Point {
  fileprivate func scaled(by factor: Double) -> Self { Self(x * factor, y * factor) }
}

extension Drawing.Rectangle {
  fileprivate func scaled(by factor: Double) -> Self {
    Self(left: left * factor, top: top * factor, right: right * factor, bottom: bottom * factor)
  }
}

extension Drawing.Stroke {
  fileprivate func scaled(by factor: Double) -> Self { Self(paint, width: width * factor) }
}

extension Drawing.Shape {
  fileprivate func scaled(by factor: Double) -> Self {
    func points(_ points: [Drawing.Point]) -> [Drawing.Point] { points.map { $0.scaled(by: factor) } }
    switch self {
    case .polygon(let outline, let fill, let stroke):
      return .polygon(points(outline), fill: fill, stroke: stroke.scaled(by: factor))
    case .rectangle(let frame, let fill, let stroke):
      return .rectangle(frame.scaled(by: factor), fill: fill, stroke: stroke.scaled(by: factor))
    case .line(let line, let stroke): return .line(points(line), stroke.scaled(by: factor))
    case .curve(let curve, let stroke): return .curve(points(curve), stroke.scaled(by: factor))
    }
  }
}
