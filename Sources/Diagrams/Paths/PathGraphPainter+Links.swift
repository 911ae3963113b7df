import PipelineModel

/// The links: a line for every colour side by side, and the latency on top.
extension PathGraphPainter {
  private static let widestLine = 1.8
  private static let labelSize = 7.0

  mutating func paintLinks() {
    for (link, strands) in strands.links {
      guard let curve = layout.curves[link] else { continue }
      for (index, strand) in strands.enumerated() {
        let offset = (Double(index) - Double(strands.count - 1) / 2) * layout.strandPitch
        let paint = PathGraphPalette.path(strand.group)
        let line = Self.moved(curve, aside: offset)
        drawing.shapes.append(.curve(line, Drawing.Stroke(paint, width: lineWidth(strand.count))))
        if self.strands.isPerPath, let end = line.last { paintArrowhead(at: end, of: link, paint) }
      }
    }
  }

  /// Links begin and end on the side of their nodes that faces the other column.
  private mutating func paintArrowhead(at end: Drawing.Point, of link: ColumnGraph.Link, _ paint: Paint) {
    let back = layout.nodes[link.from].x < layout.nodes[link.to].x ? -5.0 : 5.0
    let corners = [end, Drawing.Point(end.x + back, end.y - 2.6), Drawing.Point(end.x + back, end.y + 2.6)]
    drawing.shapes.append(.polygon(corners, fill: paint, stroke: Drawing.Stroke(paint, width: 0)))
  }

  /// Where a colour stands for many paths its line tells how many microbatches take the link.
  private func lineWidth(_ count: Int) -> Double {
    self.strands.isPerPath ? Self.widestLine : min(Self.widestLine, 0.5 + 0.2 * Double(count))
  }

  /// A curve beside another, about so many points to its right.
  static func moved(_ curve: [Drawing.Point], aside offset: Double) -> [Drawing.Point] {
    guard offset != 0 else { return curve }
    return curve.indices.map { index in
      let (before, after) = (curve[max(0, index - 1)], curve[min(curve.count - 1, index + 1)])
      let (x, y) = (after.x - before.x, after.y - before.y)
      let length = (x * x + y * y).squareRoot()
      guard length > 0 else { return curve[index] }
      return Drawing.Point(curve[index].x - y / length * offset, curve[index].y + x / length * offset)
    }
  }

  /// Writes the latencies where they cover neither nodes nor each other; a crowded link stays without.
  mutating func paintLatencies() {
    guard strands.labelsLinks(of: chart) else { return }
    let height = Self.labelSize * 1.15
    var taken = strands.nodes.indices.map(frame(of:))
    for (link, _) in strands.links {
      guard let curve = layout.curves[link] else { continue }
      let (from, to) = (strands.nodes[link.from].device, strands.nodes[link.to].device)
      guard let text = chart.latencyText(from: from, to: to) else { continue }
      let width = TextMetrics.width(of: text, size: Self.labelSize) * 1.03 + 2
      let frames = [0.5, 0.4, 0.6, 0.3, 0.7, 0.2, 0.8].map { share in
        let at = Self.point(of: curve, at: share)
        return Drawing.Rectangle(
          left: at.x - width / 2, top: at.y - height / 2, right: at.x + width / 2, bottom: at.y + height / 2)
      }
      guard let frame = frames.first(where: { frame in !taken.contains { $0.overlaps(frame) } }) else {
        continue
      }
      taken.append(frame)
      let middle = Drawing.Point((frame.left + frame.right) / 2, (frame.top + frame.bottom) / 2)
      add(frame, fill: Palette.page)
      add(text, size: Self.labelSize, paint: Palette.muted, at: middle, anchor: .middle)
    }
  }

  /// The point of a chain of cubic Bézier curves after a share of its curves.
  static func point(of curve: [Drawing.Point], at share: Double) -> Drawing.Point {
    let count = (curve.count - 1) / 3
    guard count > 0 else { return curve.first ?? Drawing.Point(0, 0) }
    let position = min(max(share, 0), 1) * Double(count)
    let part = min(count - 1, Int(position))
    let t = position - Double(part)
    let s = 1 - t
    let weights = [s * s * s, 3 * s * s * t, 3 * s * t * t, t * t * t]
    return zip(weights, curve[(3 * part)...]).reduce(Drawing.Point(0, 0)) { sum, term in
      Drawing.Point(sum.x + term.0 * term.1.x, sum.y + term.0 * term.1.y)
    }
  }
}

extension PathGraphChart {
  /// How long a message takes over a link, in words; `nil` where the chart, which may be hand-made, does not know.
  fileprivate func latencyText(from: Device.ID, to: Device.ID) -> String? {
    let rows =
      switch communication {
      case .uniform: [[Double]]()
      case .matrix(let rows): rows
      case .links(let links): links.latency
      }
    guard from != to, rows.indices.contains(from.index), rows[from.index].indices.contains(to.index) else {
      return nil
    }
    return communication.latency(from: from, to: to).short
  }
}
