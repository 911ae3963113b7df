import PipelineModel

/// The operations: named boxes while there are few, bare rectangles when there are many, and where even those
/// are too narrow to see, one rectangle per point of width in its main colour.
extension GanttPainter {
  /// Up to here every operation carries a tooltip.
  static let mostTooltips = 5_000
  /// Up to here every operation is a box with a name.
  static let mostBoxes = 50_000
  /// Narrower rectangles are merged, in points.
  private static let narrowestRectangle = 1.0

  mutating func paintOperations() {
    let count = bars.count
    guard count <= Self.mostBoxes else { return paintRectangles() }
    let labels = BoxLabels(chart, bars: bars, layout: layout)
    drawing.boxes.reserveCapacity(count)
    for index in chart.lanes.indices {
      let suffix = " dev\(index) mb"
      for bar in chart.lanes[index].bars[bars.lanes[index]] {
        let operation = bar.operation
        let symbol = operation.kind.symbol
        let frame = frame(of: bar, lane: index)
        drawing.boxes.append(
          Drawing.Box(
            frame, fill: GanttPalette.fill(operation.kind, chunk: bar.chunk),
            stroke: stroke(of: bar, width: frame.width),
            label: labels.label(of: bar, width: frame.width),
            id: "d\(index).\(symbol).s\(operation.stage).m\(operation.microbatch)",
            classes: "op " + symbol + suffix + operation.microbatch.description,
            tooltip: count <= Self.mostTooltips ? tooltip(of: bar) : nil))
      }
    }
  }

  /// A frame even for an operation without length, inside the chart.
  private func frame(of bar: GanttChart.Bar, lane: Int) -> Drawing.Rectangle {
    var frame = laneFrame(lane)
    frame.left = layout.x(bar.start)
    frame.right = layout.x(bar.end)
    return frame
  }

  /// Narrow boxes get thinner outlines, or nothing of their fill would be left.
  private func stroke(of bar: GanttChart.Bar, width: Double) -> Drawing.Stroke {
    let outline = GanttPalette.outline(bar.operation.kind, chunk: bar.chunk)
    return Drawing.Stroke(outline, width: width >= 4 ? 0.5 : width >= 1.5 ? 0.2 : 0)
  }

  private func tooltip(of bar: GanttChart.Bar) -> String {
    let operation = bar.operation
    let unit = chart.timeUnit.isEmpty ? "" : " " + chart.timeUnit
    return "\(operation.kind.symbol) stage \(operation.stage) microbatch \(operation.microbatch): "
      + "\(bar.start.short) to \(bar.end.short)\(unit)"
  }

  private mutating func paintRectangles() {
    for index in chart.lanes.indices {
      var columns = ColumnMerger(left: layout.left, right: layout.right)
      for bar in chart.lanes[index].bars[bars.lanes[index]] {
        let frame = frame(of: bar, lane: index)
        if frame.width >= Self.narrowestRectangle {
          drawing.shapes.append(
            .rectangle(
              frame, fill: GanttPalette.fill(bar.operation.kind, chunk: bar.chunk),
              stroke: stroke(of: bar, width: frame.width)))
        } else {
          columns.add(bar, from: frame.left, to: frame.right)
        }
      }
      for run in columns.runs {
        var frame = laneFrame(index)
        frame.left = run.left
        frame.right = run.right
        add(frame, fill: GanttPalette.fill(run.kind, chunk: run.chunk))
      }
    }
  }
}

/// Merges operations too narrow to see into columns of one point, each in the colour that fills most of it.
struct ColumnMerger {
  /// Neighbouring columns of one colour.
  struct Run: Equatable {
    var left, right: Double
    var kind: Operation.Kind
    var chunk: Int
  }

  private let left, right: Double
  /// Per column, the points covered by each kind, in light and dark tint.
  private var covered: [SIMD8<Float>]

  /// Divides a lane into columns of one point.
  init(left: Double, right: Double) {
    self.left = left
    self.right = right
    covered = Array(repeating: .zero, count: max(1, Int((right - left).rounded(.up))))
  }

  /// Adds an operation no wider than a point.
  mutating func add(_ bar: GanttChart.Bar, from start: Double, to end: Double) {
    let colour = Int(bar.operation.kind.rawValue) * 2 + (bar.chunk.isMultiple(of: 2) ? 0 : 1)
    let first = min(covered.count - 1, Int(start - left))
    let last = min(covered.count - 1, Int(end - left))
    for column in first...max(first, last) {
      let low = max(start, left + Double(column))
      let high = min(end, left + Double(column + 1))
      covered[column][colour] += Float(max(0, high - low))
    }
  }

  /// The runs of neighbouring columns that share their main colour and are at least half covered.
  var runs: [Run] {
    var runs: [Run] = []
    for (index, column) in covered.enumerated() {
      guard column.sum() >= 0.5 else { continue }
      let colour = (0..<8).max { column[$0] < column[$1] } ?? 0
      guard let kind = Operation.Kind(rawValue: UInt8(colour / 2)) else { continue }
      let start = left + Double(index)
      let end = min(right, start + 1)
      if var last = runs.last, last.right == start, last.kind == kind, last.chunk == colour % 2 {
        last.right = end
        runs[runs.count - 1] = last
      } else {
        runs.append(Run(left: start, right: end, kind: kind, chunk: colour % 2))
      }
    }
    return runs
  }
}
