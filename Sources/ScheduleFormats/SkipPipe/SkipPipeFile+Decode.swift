import PipelineModel

extension SkipPipeFile {
  /// Reads a schedule file of SkipPipe; keys other than those of this type are left unread.
  ///
  /// - Parameter file: the name that messages give the text; `-` stands for standard input.
  /// - Throws: `FormatError` naming the first place that cannot be and what was expected there.
  /// - Complexity: O(text).
  public static func decode(_ bytes: [UInt8], file: String) throws(FormatError) -> SkipPipeFile {
    do throws(FormatError) {
      guard bytes.count <= largestText else {
        throw FormatError(.tooLarge(bytes: bytes.count, limit: largestText))
      }
      let root = try DocumentNode.json(bytes)
      guard case .mapping = root.content else { throw root.unexpected("a schedule file of SkipPipe") }
      return try SkipPipeFile(root)
    } catch {
      throw error.about(file: file)
    }
  }

  private init(_ root: DocumentNode) throws(FormatError) {
    delays = try root.required("delays", Self.delays)
    memory = try root.required("memory") { (node) throws(FormatError) in
      try node.count(in: ProblemRules.counts)
    }
    let nodes = Nodes(count: delays.count)
    partitions = try root.required("partitions", nodes.partitions)
    sends = try root.optional("ours-sends") { (node) throws(FormatError) in
      try node.count(in: ProblemRules.counts)
    }
    var stages = [Int](repeating: 0, count: delays.count)
    for (stage, members) in partitions.enumerated() { for node in members { stages[node] = stage } }
    plans = []
    for name in PlanName.allCases where root[name.pathsKey] != nil || root[name.orderKey] != nil {
      let paths = try root.required(name.pathsKey) { (node) throws(FormatError) in
        try nodes.paths(node, stages: stages)
      }
      let order = try root.required(name.orderKey) { (node) throws(FormatError) in
        try nodes.order(node, of: paths)
      }
      let time = try root.optional(name.timeKey) { (node) throws(FormatError) in try node.number() }
      plans.append(Plan(name: name, paths: paths, order: order, expectedTime: time))
    }
    guard !plans.isEmpty else { throw root.error(.missingKey(PlanName.collisionAware.pathsKey)) }
  }

  /// Reads a list of the names of places, one a node.
  ///
  /// - Parameter file: the name that messages give the text; `-` stands for standard input.
  /// - Throws: `FormatError` for anything but a list of text.
  public static func locations(_ bytes: [UInt8], file: String) throws(FormatError) -> [String] {
    do throws(FormatError) {
      return try DocumentNode.json(bytes).list(expecting: "a list of the names of places, one a node") {
        (node) throws(FormatError) in try node.text()
      }
    } catch {
      throw error.about(file: file)
    }
  }

  private static func delays(_ root: DocumentNode) throws(FormatError) -> [[Double]] {
    let rows = try root.list(expecting: "a list with the delays from each node") {
      (node) throws(FormatError) in
      try node.list(expecting: "a list of delays") { (node) throws(FormatError) in try node.number() }
    }
    guard !rows.isEmpty else { throw root.error(.expected("at least one node", found: "none")) }
    for (index, row) in rows.enumerated() where row.count != rows.count {
      throw root.error(.expected("\(rows.count.counted("delay")), one per node", found: "\(row.count)"))
        .within(.index(index))
    }
    return rows
  }
}

/// Reads what speaks of nodes.
private struct Nodes {
  typealias Path = SkipPipeFile.Path
  typealias Start = SkipPipeFile.Start

  let count: Int

  private func node(_ node: DocumentNode) throws(FormatError) -> Int {
    try node.count(in: 0...max(0, count - 1), expecting: "a node from 0 to \(count - 1)")
  }

  /// The members of an object whose keys are numbers below a limit.
  private func numbered(
    _ node: DocumentNode, below limit: Int, expecting expected: String
  ) throws(FormatError) -> [(key: Int, value: DocumentNode)] {
    guard case .mapping(let members) = node.content else { throw node.unexpected("an object") }
    return try members.map { (member) throws(FormatError) in
      guard let key = Int(member.key), String(key) == member.key, (0..<limit).contains(key) else {
        throw FormatError(
          .expected(expected, found: member.key.quoted), line: member.line, key: [.name(member.key)])
      }
      return (key, member.value)
    }
  }

  private func byNode(_ node: DocumentNode) throws(FormatError) -> [(key: Int, value: DocumentNode)] {
    try numbered(node, below: count, expecting: "a node from 0 to \(count - 1)")
  }

  /// Every node in one partition.
  func partitions(_ root: DocumentNode) throws(FormatError) -> [[Int]] {
    let partitions = try root.list(expecting: "a list of partitions") { (node) throws(FormatError) in
      try node.list(expecting: "a list of nodes", self.node)
    }
    var seen = [Bool](repeating: false, count: count)
    for (index, members) in partitions.enumerated() {
      guard !members.isEmpty else {
        throw root.error(.expected("at least one node", found: "none")).within(.index(index))
      }
      for node in members {
        guard !seen[node] else {
          throw root.error(.expected("each node in one partition", found: "node \(node) twice"))
        }
        seen[node] = true
      }
    }
    if let missing = seen.firstIndex(of: false) {
      throw root.error(.expected("each node in one partition", found: "no node \(missing)"))
    }
    return partitions
  }

  /// The paths by ascending id.
  func paths(_ root: DocumentNode, stages: [Int]) throws(FormatError) -> [Path] {
    let members = try numbered(
      root, below: ProblemRules.counts.upperBound, expecting: "the number of a path")
    guard !members.isEmpty else { throw root.error(.expected("at least one path", found: "none")) }
    return try members.map { (id, node) throws(FormatError) in
      try within(.name(String(id))) { () throws(FormatError) in
        Path(id: id, nodes: try path(node, stages: stages))
      }
    }.sorted { $0.id < $1.id }
  }

  /// The nodes of one path, in order: its origin is the only one that no other leads to.
  private func path(_ root: DocumentNode, stages: [Int]) throws(FormatError) -> [Int] {
    var next: [Int: Int] = [:]
    for (key, value) in try byNode(root) {
      next[key] = try within(.name(String(key))) { () throws(FormatError) in try node(value) }
    }
    let starts = Set(next.keys).subtracting(next.values)
    guard let origin = starts.first, starts.count == 1 else {
      throw root.error(.expected("one node that no other leads to, the origin", found: "\(starts.count)"))
    }
    var nodes = [origin]
    while let last = nodes.last, let node = next[last], nodes.count <= next.count { nodes.append(node) }
    guard nodes.count == next.count + 1, Set(nodes).count == nodes.count else {
      throw root.error(.expected("one way through all nodes of the path", found: "nodes it never comes to"))
    }
    guard stages[origin] == 0 else {
      throw root.error(.expected("an origin from the first partition", found: "node \(origin)"))
    }
    var visited: Set<Int> = []
    for node in nodes where !visited.insert(stages[node]).inserted {
      throw root.error(.expected("each partition at most once", found: "partition \(stages[node]) again"))
    }
    return nodes
  }

  /// The order of each node: two starts of every path that visits it, three on the origin.
  func order(_ root: DocumentNode, of paths: [Path]) throws(FormatError) -> [[Start]] {
    var order = [[Start]](repeating: [], count: count)
    let known = Set(paths.map(\.id))
    for (key, value) in try byNode(root) {
      order[key] = try within(.name(String(key))) { () throws(FormatError) in
        let starts = try value.list { (node) throws(FormatError) in try start(node, of: known) }
        // Sorting is stable.
        return starts.sorted { $0.time < $1.time }
      }
    }
    var found = order.map { $0.reduce(into: [:]) { $0[$1.path, default: 0] += 1 } }
    for path in paths {
      for (position, node) in path.nodes.enumerated() {
        let needed = position == 0 ? 3 : 2
        let count = found[node].removeValue(forKey: path.id) ?? 0
        guard count == needed else {
          let what = position == 0 ? "F, the loss and B" : "F and B"
          throw root.error(
            .expected("\(needed) starts of path \(path.id), \(what)", found: "\(count)")
          ).within(.name(String(node)))
        }
      }
    }
    for (node, rest) in found.enumerated() {
      guard let path = rest.keys.min() else { continue }
      throw root.error(.expected("paths that visit the node", found: "path \(path), which does not"))
        .within(.name(String(node)))
    }
    return order
  }

  private func start(_ node: DocumentNode, of paths: Set<Int>) throws(FormatError) -> Start {
    guard let id = node[0], let time = node[1], node[2] == nil else {
      throw node.unexpected("a list of a path and its planned start")
    }
    guard case .number(let value, _) = id.content, let path = Int(exactly: value), paths.contains(path) else {
      throw id.unexpected("the number of a path").within(.index(0))
    }
    do { return Start(path: path, time: try time.number()) } catch { throw error.within(.index(1)) }
  }
}

extension DocumentNode {
  /// The decoded value of a key that must be there; other keys are ignored.
  fileprivate func required<Value>(
    _ key: String, _ decode: (DocumentNode) throws(FormatError) -> Value
  ) throws(FormatError) -> Value {
    guard let value = try optional(key, decode) else { throw error(.missingKey(key)) }
    return value
  }

  fileprivate func optional<Value>(
    _ key: String, _ decode: (DocumentNode) throws(FormatError) -> Value
  ) throws(FormatError) -> Value? {
    guard let node = self[key] else { return nil }
    do { return try decode(node) } catch { throw error.within(.name(key)) }
  }
}
