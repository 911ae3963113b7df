import PipelineModel

/// The lines of a path graph: which colours run along which link.
struct PathStrands {
  /// A colour and what it stands for.
  struct Group {
    /// What the legend says of it.
    let text: String
    /// How many microbatches it stands for.
    let microbatchCount: Int
  }

  /// The stops that occur and all others, numbered through the columns.
  let columns: [Range<Int>]
  /// The stage and device of each node.
  let nodes: [Route.Visit]
  /// The colours, in the order of their first microbatch.
  let groups: [Group]
  /// Per link, in the order of first use, its colours and how many microbatches each stands for there.
  let links: [(link: ColumnGraph.Link, strands: [(group: Int, count: Int)])]
  /// How many microbatches stop at each node.
  let visitCounts: [Int]
  /// Whether every path has a colour of its own.
  let isPerPath: Bool

  /// Beyond so many paths those from one device share a colour.
  static let mostColours = 12

  /// Finds the lines of a chart. O(visits).
  ///
  /// - Throws: `DiagramError.graphTooLarge` for more nodes or links than can be read.
  init(_ chart: PathGraphChart) throws(DiagramError) {
    var numbers: [Route.Visit: Int] = [:]
    var nodes: [Route.Visit] = []
    var columns: [Range<Int>] = []
    for (stage, devices) in chart.stages.enumerated() {
      let first = nodes.count
      for device in devices {
        let visit = Route.Visit(stage: Stage.ID(stage), device: device)
        guard numbers.updateValue(nodes.count, forKey: visit) == nil else { continue }
        nodes.append(visit)
      }
      columns.append(first..<nodes.count)
    }
    isPerPath = chart.paths.count <= Self.mostColours
    var groups: [(name: String, paths: Int, microbatches: [Microbatch.ID])] = []
    var groupOfOrigin: [Device.ID: Int] = [:]
    var order: [ColumnGraph.Link] = []
    var counts: [ColumnGraph.Link: [Int: Int]] = [:]
    var visitCounts = [Int](repeating: 0, count: nodes.count)
    for path in chart.paths {
      guard let origin = path.visits.first else { continue }
      let group = isPerPath ? groups.count : groupOfOrigin[origin.device] ?? groups.count
      if group == groups.count {
        groupOfOrigin[origin.device] = group
        groups.append((Self.name(of: path, isPerPath: isPerPath), 0, []))
      }
      groups[group].paths += 1
      groups[group].microbatches += path.microbatches
      let stops = path.visits.map { numbers[$0] }
      for stop in stops.compactMap(\.self) { visitCounts[stop] += path.microbatches.count }
      let hops = path.outputs.enumerated().flatMap { place, targets in targets.map { (place, $0) } }
      for (place, target) in hops {
        guard stops.indices.contains(place), stops.indices.contains(target), let from = stops[place],
          let to = stops[target]
        else { continue }
        let link = ColumnGraph.Link(from: from, to: to)
        if counts[link] == nil { order.append(link) }
        counts[link, default: [:]][group, default: 0] += path.microbatches.count
      }
    }
    guard nodes.count <= PathGraphChart.mostNodes, order.count <= PathGraphChart.mostLinks else {
      throw .graphTooLarge(nodes: nodes.count, links: order.count)
    }
    self.columns = columns
    self.nodes = nodes
    self.visitCounts = visitCounts
    let isPerPath = isPerPath
    self.groups = groups.map { group in
      let batch = group.microbatches.count.counted("microbatch", "microbatches")
      let text =
        isPerPath
        ? "\(group.name): \(Self.list(group.microbatches))"
        : "\(group.name): \(batch) on \(group.paths.counted("path"))"
      return Group(text: text, microbatchCount: group.microbatches.count)
    }
    links = order.map { link in
      (link, (counts[link] ?? [:]).sorted { $0.key < $1.key }.map { (group: $0.key, count: $0.value) })
    }
  }

  private static func name(of path: PathGraphChart.Path, isPerPath: Bool) -> String {
    guard isPerPath else { return path.visits.first.map { "from device \($0.device)" } ?? "" }
    return path.visits.map(\.device.description).joined(separator: path.isChain ? " → " : ", ")
  }

  /// Microbatches as ranges: `microbatches 0–3, 8`.
  private static func list(_ microbatches: [Microbatch.ID]) -> String {
    var ranges: [(first: Int, last: Int)] = []
    for index in microbatches.map(\.index).sorted() {
      if let last = ranges.last, last.last + 1 == index {
        ranges[ranges.count - 1].last = index
      } else {
        ranges.append((index, index))
      }
    }
    let texts = ranges.map { $0.first == $0.last ? "\($0.first)" : "\($0.first)–\($0.last)" }
    return (microbatches.count == 1 ? "microbatch " : "microbatches ") + texts.joined(separator: ", ")
  }
}
