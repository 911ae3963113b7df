import PipelineModel
import Timeline

/// The schedules as plain SVG, small enough for any number of operations: each kind of a device is one line of dashes.
struct StillPicture {
  /// One picture for each schedule, on one axis.
  private(set) var pictures: [[UInt8]] = []

  private static let width = 1200.0
  private static let labels = 70.0
  private static let longestLabel = 11
  private static let axis = 18.0

  /// Draws all schedules. O(operations).
  init(_ entries: [ReportPage.Entry]) {
    let longest = entries.map { Self.length(of: $0.timeline) }.max() ?? 0
    pictures = entries.map { Self.picture(of: $0, until: longest > 0 ? longest : 1) }
  }

  private static func length(of timeline: Timeline) -> Double {
    let last = timeline.schedule.orders.operations.indices.map(timeline.end(at:)).max() ?? 0
    return max(last, timeline.makespan)
  }

  private static func picture(of entry: ReportPage.Entry, until longest: Double) -> [UInt8] {
    let lanes = PageLane.all(of: entry.timeline.schedule)
    let lane = max(6, min(20, 600 / Double(max(1, lanes.count))))
    let height = lane * Double(lanes.count) + axis
    let scale = (width - labels - 8) / longest
    var svg = HTMLText()
    svg.raw("<svg viewBox=\"0 0 \(width.short) \(height.short)\" role=\"img\" aria-label=\"")
    svg.text("\(entry.title), \(entry.heading)")
    svg.raw("\">\n")
    for tick in ticks(until: longest) {
      let x = (labels + tick * scale).tenths
      svg.raw("<path class=\"tick\" d=\"M\(x) 0V\((height - axis).tenths)\"/>")
      svg.raw("<text x=\"\(x)\" y=\"\((height - 4).tenths)\" text-anchor=\"middle\">\(tick.short)</text>\n")
    }
    for (row, shown) in lanes.enumerated() {
      let y = lane * Double(row)
      if lane >= 10 {
        // A long name is set narrower.
        let fitted =
          shown.name.count > longestLabel
          ? " textLength=\"\((labels - 8).short)\" lengthAdjust=\"spacingAndGlyphs\"" : ""
        svg.raw(
          "<text x=\"\((labels - 6).short)\" y=\"\((y + lane / 2 + 4).tenths)\" text-anchor=\"end\"\(fitted)>"
        )
        svg.text(shown.name.printable)
        svg.raw("</text>\n")
      }
      write(shown.id, of: entry.timeline, y: y + lane / 2, scale: scale, width: lane * 0.8, to: &svg)
    }
    svg.raw("</svg>\n")
    return svg.bytes
  }

  /// A lane, a path for each kind: dashes as long as operations last.
  private static func write(
    _ device: Device.ID, of timeline: Timeline, y: Double, scale: Double, width: Double,
    to svg: inout HTMLText
  ) {
    var paths: [PageKind: Dashes] = [:]
    let (problem, orders) = (timeline.schedule.problem, timeline.schedule.orders)
    for position in orders.range(of: device) {
      let kind = PageWork(orders.operations[position], in: problem).kind
      guard kind != .pass(.reload) else { continue }
      paths[kind, default: Dashes(y: y)].add(
        from: labels + timeline.start(at: position) * scale, to: labels + timeline.end(at: position) * scale)
    }
    for kind in PageKind.allCases {
      guard let dashes = paths[kind] else { continue }
      svg.raw(
        "<path class=\"\(kind.className)\" stroke-width=\"\(width.short)\" d=\"\(dashes.path)\"/>\n"
      )
    }
  }

  /// Dashes along a line, in tenths of a point.
  private struct Dashes {
    private(set) var path: String
    private var last = 0

    init(y: Double) { path = "M0 \(y.tenths)" }

    mutating func add(from start: Double, to end: Double) {
      let (first, next) = (Int((start * 10).rounded()), Int((end * 10).rounded()))
      guard next > first else { return }
      // A space between operations that have room for one.
      let dash = next - first > 30 ? next - first - 4 : next - first
      if first != last { path += "m\(Double(first - last).tenthOf) 0" }
      path += "h\(Double(dash).tenthOf)"
      last = first + dash
    }
  }

  /// A few round times.
  private static func ticks(until longest: Double) -> [Double] {
    var step = 1.0
    while step * 12 < longest { step *= 10 }
    while step * 12 / 10 >= longest { step /= 10 }
    let factor = [0.2, 0.5, 1].first { step * $0 * 12 >= longest } ?? 1
    return (0...12).map { Double($0) * step * factor }.filter { $0 <= longest }
  }
}

extension Double {
  /// With one decimal at most.
  fileprivate var tenths: String { NumberText.fixed(self, decimals: 1) }
  /// A tenth of it.
  fileprivate var tenthOf: String { NumberText.fixed(self / 10, decimals: 1) }
}
