import PipelineModel

extension ProblemFile {
  /// Reads the routes: per entry the microbatches that take it, the stages they visit, and on which devices.
  ///
  /// Left out, `microbatches` are all that no other entry names, `stages` are all in order, and `devices` are
  /// the only hosts of the stages.
  static func routes(
    _ node: DocumentNode, microbatchCount: Int, hosts: [[Device.ID]]
  ) throws(FormatError) -> (distinct: [Route], indexes: [Int]) {
    var indexes = [Int?](repeating: nil, count: microbatchCount)
    var open: Int?
    var routes: [Route] = []
    let entries = try node.list(expecting: "a list of routes") { (node) throws(FormatError) in
      try KnownMapping(node, keys: Keys.route, expecting: "a mapping with microbatches, stages and devices")
    }
    for (index, entry) in entries.enumerated() {
      do throws(FormatError) {
        routes.append(try route(entry, hosts: hosts))
        let isNamed = try entry.optional("microbatches") { (node) throws(FormatError) in
          try mark(node, as: index, in: &indexes)
          return true
        }
        guard isNamed == nil else { continue }
        guard open == nil else { throw entry.error(.missingKey("microbatches")) }
        open = index
      } catch {
        throw error.within(.index(index))
      }
    }
    if let missing = indexes.firstIndex(of: nil), open == nil {
      throw node.error(.microbatchRoutes(.missing(missing)))
    }
    return (routes, indexes.map { $0 ?? open ?? 0 })
  }

  /// Gives the listed microbatches their route.
  private static func mark(
    _ node: DocumentNode, as route: Int, in indexes: inout [Int?]
  ) throws(FormatError) {
    let last = indexes.count - 1
    let microbatches = try node.list(expecting: "a list of microbatches") { (node) throws(FormatError) in
      try node.count(in: 0...last, expecting: "a microbatch from 0 to \(last)")
    }
    for (position, microbatch) in microbatches.enumerated() {
      guard indexes[microbatch] == nil else {
        throw node.error(.microbatchRoutes(.repeated(microbatch))).within(.index(position))
      }
      indexes[microbatch] = route
    }
  }

  private static func route(_ entry: KnownMapping, hosts: [[Device.ID]]) throws(FormatError) -> Route {
    let last = hosts.count - 1
    let stages = try entry.optional("stages") { (node) throws(FormatError) in
      try node.list(expecting: "a list of stages") { (node) throws(FormatError) in
        try node.count(in: 0...last, expecting: "a stage from 0 to \(last)")
      }
    }
    let visited = stages ?? Array(hosts.indices)
    let devices = try entry.optional("devices") { (node) throws(FormatError) in
      let devices = try node.list(expecting: "a list of devices") { (node) throws(FormatError) in
        try device(node, expecting: "a device")
      }
      guard devices.count == visited.count else {
        throw node.error(.problem(.wrongLength(devices.count, expected: visited.count, of: "stage visited")))
      }
      return devices
    }
    return Route(
      visits: try zip(visited, visited.indices).map { (stage, position) throws(FormatError) in
        if let devices { return Route.Visit(stage: Stage.ID(stage), device: devices[position]) }
        guard let host = hosts[stage].first, hosts[stage].count == 1 else {
          throw entry.error(
            .problem(.replicatedWithoutRoute(stage: stage, devices: hosts[stage].map(\.index))))
        }
        return Route.Visit(stage: Stage.ID(stage), device: host)
      })
  }

  /// Appends the routes, one per line, each with the microbatches that take it; routes nobody takes are dropped.
  static func writeRoutes(of problem: Problem, to writer: inout JSONWriter, indentation: Int) {
    var takers = [[Int]](repeating: [], count: problem.routes.count)
    for (microbatch, route) in problem.routeIndexes.enumerated() { takers[Int(route)].append(microbatch) }
    let taken = zip(problem.routes, takers).filter { !$1.isEmpty }
    writer.key("routes", indentation: indentation)
    writer.lines(taken, indentation: indentation) { writer, entry in
      let (route, microbatches) = entry
      writer.raw("{\"microbatches\": ")
      writer.list(microbatches) { $0.integer($1) }
      let stages = route.visits.map(\.stage.index)
      if stages != Array(0..<problem.stageCount) {
        writer.raw(", \"stages\": ")
        writer.list(stages) { $0.integer($1) }
      }
      writer.raw(", \"devices\": ")
      writer.list(route.visits) { $0.integer($1.device.rawValue) }
      writer.raw("}")
    }
  }
}
