import PipelineModel

/// Turns a strip plot into plain shapes.
struct StripPainter: Painter {
  let chart: StripChart
  let layout: StripLayout
  /// The page positions of the values of each strip, ascending.
  private let positions: [[Double]]
  private let dotRadius: Double
  var drawing: Drawing

  /// More values than this are a silhouette.
  static let mostDots = 1_000
  private static let markRadius = 4.0

  /// The drawing of a chart whose figures have been checked. O(values log values).
  ///
  /// - Throws: `DiagramError.widthOutOfRange` for a width that cannot hold the labels.
  static func drawing(of chart: StripChart, style: DiagramStyle) throws(DiagramError) -> Drawing {
    let layout = try StripLayout(chart, style: style)
    let positions = chart.strips.map { $0.values.sorted().map(layout.x) }
    var painter = StripPainter(
      chart: chart, layout: layout, positions: positions,
      dotRadius: Swarm.radius(
        ofDotsAt: positions.filter { $0.count <= mostDots }, height: layout.swarmHeight),
      drawing: Drawing(
        width: layout.pageWidth, height: layout.pageHeight, title: chart.title,
        description: chart.description, theme: style.theme, page: Palette.page))
    painter.paint(layout.heading)
    painter.paintLegend()
    painter.paintAxis()
    for index in chart.strips.indices { painter.paintStrip(index) }
    return painter.drawing
  }

  private mutating func paintAxis() {
    guard let first = layout.strips.first, let last = layout.strips.last else { return }
    for strip in layout.strips { add(strip, fill: Palette.lane) }
    for tick in layout.ticks.ticks {
      let x = layout.x(tick.value)
      for strip in layout.strips {
        add(Drawing.Point(x, strip.top), Drawing.Point(x, strip.bottom), paint: Palette.grid)
      }
      add(Drawing.Point(x, last.bottom), Drawing.Point(x, last.bottom + 3), paint: Palette.muted)
      write(tick.label, Drawing.Point(x, last.bottom + 9), .middle)
    }
    add(
      Drawing.Point(first.left, last.bottom), Drawing.Point(first.right, last.bottom), paint: Palette.muted,
      width: 0.6)
    let unit = chart.unit.isEmpty ? "" : " (\(chart.unit))"
    write(
      TextMetrics.fit(chart.valueName + unit, size: PageMeasures.smallSize, width: first.width),
      Drawing.Point((first.left + first.right) / 2, last.bottom + 21), .middle)
  }

  private mutating func paintStrip(_ index: Int) {
    let (strip, frame) = (chart.strips[index], layout.strips[index])
    let middle = (frame.top + frame.bottom) / 2
    let positions = positions[index]
    if positions.count > Self.mostDots {
      paintSilhouette(positions, around: middle, height: layout.swarmHeight)
    } else {
      let swarm = Swarm(at: positions, radius: dotRadius, height: layout.swarmHeight)
      for (number, place) in swarm.places.enumerated() {
        let at = Drawing.Point(place.x, middle + place.y)
        drawing.boxes.append(dot(at, radius: dotRadius, id: "strip.\(index).\(number)"))
      }
    }
    paintMarks(of: strip, index, in: frame)
    let (title, figures) = layout.headings[index]
    add(title.lines, size: PageMeasures.textSize, from: title.at)
    add(figures.lines, size: PageMeasures.smallSize, paint: Palette.muted, from: figures.at)
  }

  /// The mean, the high value and what is without scenarios, over the dots: they are boxes, as only those have tooltips.
  private mutating func paintMarks(of strip: StripChart.Strip, _ index: Int, in frame: Drawing.Rectangle) {
    let middle = (frame.top + frame.bottom) / 2
    func tell(_ name: String, _ value: Double) -> String {
      "\(strip.title): \(name) \(chart.valueName) \(value.short(chart.unit))"
    }
    drawing.boxes.append(
      diamond(
        Drawing.Point(layout.x(strip.nominal), middle), id: "nominal.\(index)",
        tooltip: tell("nominal", strip.nominal)))
    drawing.boxes.append(
      bar(
        at: layout.x(strip.mean), in: frame, paint: StripPalette.mean, id: "mean.\(index)",
        tooltip: tell("mean", strip.mean)))
    drawing.boxes.append(
      bar(
        at: layout.x(strip.high), in: frame, paint: StripPalette.high, id: "p95.\(index)",
        tooltip: tell("p95", strip.high)))
  }

  /// How many of many values lie where, as high to both sides of the middle.
  private mutating func paintSilhouette(_ positions: [Double], around middle: Double, height: Double) {
    let width = 3.0
    var counts: [Int: Int] = [:]
    for position in positions { counts[Int((position / width).rounded(.down)), default: 0] += 1 }
    let most = Double(counts.values.max() ?? 1)
    for (column, count) in counts.sorted(by: { $0.key < $1.key }) {
      let half = max(0.4, Double(count) / most * height / 2)
      let left = Double(column) * width
      add(
        Drawing.Rectangle(left: left, top: middle - half, right: left + width, bottom: middle + half),
        fill: StripPalette.dot)
    }
  }

  private mutating func paintLegend() {
    for (index, (text, at)) in zip(StripLayout.legendTexts, layout.legendPlaces).enumerated() {
      let frame = Drawing.Rectangle(
        left: at.x, top: at.y, right: at.x + StripLayout.legendSignWidth, bottom: at.y + 10)
      let middle = Drawing.Point((frame.left + frame.right) / 2, at.y + 5)
      let id = "legend.\(index)"
      switch index {
      case 0: drawing.boxes.append(dot(middle, radius: 2.2, id: id))
      case 1: drawing.boxes.append(bar(at: middle.x, in: frame, paint: StripPalette.mean, id: id))
      case 2: drawing.boxes.append(bar(at: middle.x, in: frame, paint: StripPalette.high, id: id))
      default: drawing.boxes.append(diamond(middle, id: id))
      }
      add(
        text, size: PageMeasures.textSize,
        at: Drawing.Point(at.x + StripLayout.legendSignWidth + 4, at.y + 5))
    }
  }

  private func dot(_ at: Drawing.Point, radius: Double, id: String) -> Drawing.Box {
    Drawing.Box(
      frame(around: at, radius), form: .ellipse, fill: StripPalette.dot,
      stroke: Drawing.Stroke(StripPalette.dotOutline, width: 0.3), id: id, classes: "scenario")
  }

  private func bar(
    at x: Double, in frame: Drawing.Rectangle, paint: Paint, id: String, tooltip: String? = nil
  ) -> Drawing.Box {
    Drawing.Box(
      Drawing.Rectangle(left: x - 0.8, top: frame.top, right: x + 0.8, bottom: frame.bottom), fill: paint,
      stroke: Drawing.Stroke(Palette.lane, width: 0.4), id: id, classes: "figure",
      tooltip: tooltip)
  }

  private func diamond(_ at: Drawing.Point, id: String, tooltip: String? = nil) -> Drawing.Box {
    Drawing.Box(
      frame(around: at, Self.markRadius), form: .diamond, fill: StripPalette.nominal,
      stroke: Drawing.Stroke(StripPalette.nominalOutline, width: 0.8), id: id, classes: "nominal",
      tooltip: tooltip)
  }

  private func frame(around at: Drawing.Point, _ radius: Double) -> Drawing.Rectangle {
    Drawing.Rectangle(left: at.x - radius, top: at.y - radius, right: at.x + radius, bottom: at.y + radius)
  }

  private mutating func write(_ text: String, _ at: Drawing.Point, _ anchor: Drawing.Text.Anchor) {
    add(text, size: PageMeasures.smallSize, paint: Palette.muted, at: at, anchor: anchor)
  }
}
