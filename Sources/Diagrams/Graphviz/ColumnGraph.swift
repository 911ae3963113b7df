/// A graph whose nodes stand in columns, to be laid out by Graphviz's `dot`: it orders each column so that few
/// links cross and bends the links around nodes.
struct ColumnGraph {
  /// The nodes of each column, from left to right; nodes are counted from zero through all columns.
  var columns: [Range<Int>]
  /// The links, each from a node to a node of another column; no two alike.
  var links: [Link]
  /// Every node's size in points.
  var nodeWidth, nodeHeight: Double
  /// The points between columns, and between the nodes of a column.
  var columnGap, rowGap: Double

  /// The points between two links that pass a column side by side.
  private static let linkGap = 3.0

  /// Two nodes that are joined.
  struct Link: Hashable {
    var from, to: Int
  }

  /// The graph with places, y growing downwards from the upper left corner of all that is drawn.
  struct Placed {
    /// The middle of each node.
    var nodes: [Drawing.Point]
    /// Each link's Bézier curves, from its first node to its second.
    var curves: [Link: [Drawing.Point]]
    /// What nodes and curves cover.
    var width, height: Double
  }

  /// Lays the graph out. Somewhat more than linear in nodes and links times columns.
  ///
  /// - Throws: `DiagramError.graphviz` with what Graphviz complains about.
  func placed() throws(DiagramError) -> Placed {
    let bytes = try GraphvizLibrary.use { (library) throws(DiagramError) in
      let graph = try makeGraph(in: library)
      return try library.render(graph, format: "plain", engine: "dot")
    }
    return parse(String(decoding: bytes, as: UTF8.self))
  }

  private func makeGraph(in library: GraphvizLibrary) throws(DiagramError) -> GraphvizGraph {
    var graph = try GraphvizGraph(named: "paths", in: library)
    graph.set("rankdir", "LR")
    graph.set("ranksep", "\(columnGap / 72)")
    // Links that pass a column stand closer than its nodes, whose room is part of their height.
    graph.set("nodesep", "\(Self.linkGap / 72)")
    for (attribute, value) in [
      ("shape", "box"), ("fixedsize", "true"), ("label", ""), ("width", "\(nodeWidth / 72)"),
      ("height", "\((nodeHeight + rowGap) / 72)"),
    ] {
      graph.declare(attribute, value)
    }
    for (attribute, value) in [
      ("constraint", "true"), ("tailport", ""), ("headport", ""), ("arrowhead", "none"),
    ] {
      graph.declareOfEdges(attribute, value)
    }
    var column: [Int] = []
    var placed: [GraphvizGraph.Pointer?] = []
    // A chain of unseen nodes keeps the columns in order whatever the links do.
    var chain: GraphvizGraph.Pointer?
    for (index, nodes) in columns.enumerated() {
      let added = graph.addRank("column\(index)", of: ["chain\(index)"] + nodes.map { "\($0)" })
      graph.addEdge(chain, added[0])
      chain = added[0]
      placed += added.dropFirst()
      column += nodes.map { _ in index }
    }
    for link in links {
      let (tail, head) = column[link.from] < column[link.to] ? ("e", "w") : ("w", "e")
      graph.addEdge(
        placed[link.from], placed[link.to], ["constraint": "false", "tailport": tail, "headport": head])
    }
    return graph
  }

  /// Reads Graphviz's plain text: http://graphviz.org/docs/outputs/plain/, in inches with y growing upwards.
  private func parse(_ text: String) -> Placed {
    var placed = Placed(
      nodes: Array(repeating: Drawing.Point(0, 0), count: columns.last?.upperBound ?? 0), curves: [:],
      width: 0, height: 0)
    for line in text.split(separator: "\n") {
      let words = line.split(separator: " ")
      switch words.first {
      case "node":
        guard let node = Int(words[1]), let at = Self.points(words[2...3]).first else { continue }
        placed.nodes[node] = at
      case "edge":
        guard let from = Int(words[1]), let to = Int(words[2]), let count = Int(words[3]) else { continue }
        placed.curves[Link(from: from, to: to)] = Self.points(words[4..<4 + 2 * count])
      default: break
      }
    }
    placed.moveToCorner(nodeWidth: nodeWidth, nodeHeight: nodeHeight)
    return placed
  }

  private static func points(_ words: ArraySlice<Substring>) -> [Drawing.Point] {
    let numbers = words.map { (Double($0) ?? 0) * 72 }
    return stride(from: 0, to: numbers.count - 1, by: 2).map { Drawing.Point(numbers[$0], -numbers[$0 + 1]) }
  }
}

extension ColumnGraph.Placed {
  /// Moves everything so that it begins at (0, 0); the unseen chain's room is given up.
  fileprivate mutating func moveToCorner(nodeWidth: Double, nodeHeight: Double) {
    let corners = nodes.flatMap {
      [
        Drawing.Point($0.x - nodeWidth / 2, $0.y - nodeHeight / 2),
        Drawing.Point($0.x + nodeWidth / 2, $0.y + nodeHeight / 2),
      ]
    }
    let all = corners + curves.values.joined()
    let (left, top) = (all.map(\.x).min() ?? 0, all.map(\.y).min() ?? 0)
    width = (all.map(\.x).max() ?? 0) - left
    height = (all.map(\.y).max() ?? 0) - top
    nodes = nodes.map { Drawing.Point($0.x - left, $0.y - top) }
    curves = curves.mapValues { $0.map { Drawing.Point($0.x - left, $0.y - top) } }
  }
}
