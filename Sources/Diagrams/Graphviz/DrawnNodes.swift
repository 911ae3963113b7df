/// Writes boxes and texts as nodes, in tenths of points with y growing upwards.
struct DrawnNodes {
  let height: Double
  let width: Double
  let theme: Theme

  func add(_ box: Drawing.Box, to graph: borrowing GraphvizGraph) {
    guard let node = graph.addNode(box.id) else { return }
    place(node, box.frame, in: graph)
    switch box.form {
    case .rectangle: break
    case .ellipse: graph.set("shape", of: node, "ellipse")
    case .diamond: graph.set("shape", of: node, "diamond")
    }
    // A fill without any colour would take no notice of the pointer, and so have no tooltip.
    graph.set("fillcolor", of: node, box.fill.hex(theme) + (box.isClear ? "01" : ""))
    // Without an outline the pen still draws, in the colour of the fill.
    let bare = box.stroke.width == 0
    graph.set("color", of: node, (bare ? box.fill : box.stroke.paint).hex(theme))
    if box.stroke.width != 0.5 { graph.set("penwidth", of: node, (box.stroke.width * 10).short) }
    graph.set("id", of: node, box.id)
    if !box.classes.isEmpty { graph.set("class", of: node, box.classes) }
    if let tooltip = box.tooltip { graph.set("tooltip", of: node, PlainText.escapedTooltip(tooltip)) }
    if let label = box.label {
      write(label, suffix: "", node, in: graph)
    } else {
      // Graphviz's default is the node's name. DOT keeps an empty label only where it is not the declared default.
      graph.set("label", of: node, "")
    }
  }

  func add(_ text: Drawing.Text, name: String, to graph: borrowing GraphvizGraph) {
    guard let node = graph.addNode(name) else { return }
    // A node as wide as its text, with room for a wider font, aligns it at either end. It must not reach over
    // the page's edge: the picture's bounds, and with them its scale, would change.
    let room = TextMetrics.width(of: text.label.string, size: text.label.size) * 1.2 + 4
    let x = text.at.x
    let half = min(room / 2, x, width - x)
    let (left, right, suffix) =
      switch text.anchor {
      case .start: (x, min(x + room, width), "\\l")
      case .middle: (x - half, x + half, "")
      case .end: (max(x - room, 0), x, "\\r")
      }
    let rise = text.label.size * 0.7
    place(
      node,
      Drawing.Rectangle(left: left, top: text.at.y - rise, right: right, bottom: text.at.y + rise), in: graph)
    graph.set("shape", of: node, "plaintext")
    graph.set("style", of: node, "")
    graph.set("class", of: node, "text")
    write(text.label, suffix: suffix, node, in: graph)
  }

  private func write(
    _ label: Drawing.Label, suffix: String, _ node: UnsafeMutableRawPointer,
    in graph: borrowing GraphvizGraph
  ) {
    graph.set("label", of: node, PlainText.escaped(label.string) + suffix)
    graph.set("fontsize", of: node, (label.size * 10).short)
    graph.set("fontcolor", of: node, label.paint.hex(theme))
  }

  private func place(
    _ node: UnsafeMutableRawPointer, _ frame: Drawing.Rectangle, in graph: borrowing GraphvizGraph
  ) {
    // Whole tenths for the edges, so that boxes that touch do so exactly; nothing is narrower than one.
    let left = (frame.left * 10).rounded()
    let right = max(left + 1, (frame.right * 10).rounded())
    let top = (height * 10).rounded() - (frame.top * 10).rounded()
    let bottom = min(top - 1, (height * 10).rounded() - (frame.bottom * 10).rounded())
    graph.set("pos", of: node, "\((left + right) / 2),\((top + bottom) / 2)")
    graph.set("width", of: node, "\((right - left) / 72)")
    graph.set("height", of: node, "\((top - bottom) / 72)")
  }
}
