import PipelineModel

extension ProblemFile {
  /// Reads a problem from a document.
  static func decode(_ root: DocumentNode) throws(FormatError) -> Problem {
    try contents(root).closed()
  }

  /// Reads a problem, or one whose routes are still to be chosen, from a document.
  static func contents(_ root: DocumentNode) throws(FormatError) -> Contents {
    try root.checkKind(.problem)
    let keys = try KnownMapping(root, keys: Keys.problem, expecting: "a problem")
    let deviceCount = try keys.required("devices") { (node) throws(FormatError) in
      try node.count(in: ProblemRules.counts)
    }
    let devices = try devices(keys, count: deviceCount)
    let model = try Self.model(keys)
    let layerCount = try keys.optional("layerCount") { (node) throws(FormatError) in
      try node.count(in: ProblemRules.counts)
    }
    let name = try keys.text("name") ?? ""
    let source = try keys.text("source")
    let units = try units(keys)
    let microbatches = try keys.required("microbatches", microbatches)
    let placement = try keys.optional("placement", placement) ?? .fixed(.sequential)
    let communication = try keys.optional("communication") { (node) throws(FormatError) in
      try Self.communication(node, deviceCount: deviceCount)
    }
    let modesPer = try keys.optional("modesPer", modesPer) ?? .stage
    let overlap = try keys.optional("overlap", overlap)
    let gap = try keys.optional("gap", gap) ?? .none
    let barrier = try keys.optional("barrier", barrier) ?? .none
    let tail = try keys.number("tail") ?? 0
    let pieces = try keys.optional("pieces") { (node) throws(FormatError) in
      try node.count(in: ProblemRules.counts)
    }
    /// Names the place in the document of what the model refuses.
    func judged<Value>(_ make: () throws(ProblemError) -> Value) throws(FormatError) -> Value {
      do { return try make() } catch { throw model.error(error, in: root) }
    }
    let stageCount = model.stageCount ?? deviceCount
    if case .links? = communication {
    } else if let place = model.ownBytes {
      throw model.error(ProblemError(place, .bytesWithoutBandwidth), in: root)
    }
    let rules = try keys.optional("skipReorder") { (node) throws(FormatError) in
      try skipReorder(node, stageCount: stageCount, deviceCount: deviceCount)
    }
    var parts = ProblemParts(
      Instance(
        name: name, source: source, units: units, devices: devices, stages: model.stages,
        layerCount: layerCount, microbatches: microbatches, communication: communication ?? .uniform(0),
        modesPer: modesPer, overlap: overlap, gap: gap, barrier: barrier, tail: tail, pieces: pieces ?? 1,
        skipReorder: rules))
    switch placement {
    case .fixed(let placement): parts.placement = placement
    case .open(let counts):
      try Self.checkWithoutStreams(root, keys, { .besideOpenRoutes($0) })
      return try judged { () throws(ProblemError) in
        guard root["routes"] == nil else { throw ProblemError(["placement"], .placementWithoutRules) }
        return .placing(try PlacementProblem(parts: parts, devicesPerStage: counts))
      }
    case .choice(let placements, let ordersDevices):
      if let key = ["routes", "skipReorder"].first(where: keys.has) {
        throw root.error(.besideChoice(key)).within(.name(key))
      }
      if case .layers = model { try Self.checkWithoutStreams(root, keys, { .streamsBesideLayers($0) }) }
      let choice = try choice(of: placements, ordersDevices, stageCount: stageCount, model, root) {
        (placement) throws(ProblemError) in
        var parts = parts
        parts.placement = placement
        if case .layers(let layers, let partition) = model {
          return try cut(layers, partition, parts, stageCount: stageCount)
        }
        return .problem(try parts.problem())
      }
      guard case .stages(let list) = model else { return .choosing(choice) }
      return .choosing(
        try choice.mapped { (alternative) throws(FormatError) in
          guard case .problem(let plain) = alternative else { return alternative }
          return .problem(try withStreams(plain, root, keys, entry: list.entry, judged: judged))
        })
    }
    if case .layers(let layers, let partition) = model {
      try Self.checkWithoutStreams(root, keys, { .streamsBesideLayers($0) })
      if let key = ["routes", "skipReorder"].first(where: keys.has) {
        throw root.error(.besideLayers(key)).within(.name(key))
      }
      let parts = parts
      return try judged { () throws(ProblemError) in
        Contents(try cut(layers, partition, parts, stageCount: stageCount))
      }
    }
    let hosts = try judged { () throws(ProblemError) in
      try ProblemRules.hosts(of: parts.placement, stageCount: stageCount, deviceCount: deviceCount)
    }
    parts.routes = try keys.optional("routes") { (node) throws(FormatError) in
      try Self.routes(node, microbatchCount: microbatches.count, hosts: hosts)
    }
    let contents: Contents = try judged { () throws(ProblemError) in
      parts.routes == nil && (rules != nil || hosts.contains { $0.count > 1 })
        ? .routing(try RoutingProblem(parts: parts)) : .problem(try parts.problem())
    }
    guard case .problem(let plain) = contents, case .stages(let list) = model else {
      try Self.checkWithoutStreams(root, keys, { .besideOpenRoutes($0) })
      return contents
    }
    return .problem(try withStreams(plain, root, keys, entry: list.entry, judged: judged))
  }

  /// Layers, cut where the file says how.
  private static func cut(
    _ layers: RepeatedEntries<Layer>, _ partition: StatedPartition?, _ parts: ProblemParts, stageCount: Int
  ) throws(ProblemError) -> PlacementChoice.Alternative {
    let open = try PartitionProblem(
      parts: parts, layers: Layers(layers.values), stageCount: stageCount,
      leastCount: partition?.leastCount ?? 1)
    guard case .closed(let counts)? = partition else { return .partitioning(open) }
    return .problem(try open.cut(counts))
  }

  /// Every placement under which there is a problem: of those that need too much memory the others are left.
  private static func choice(
    of placements: [Placement], _ ordersDevices: Bool, stageCount: Int, _ model: StatedModel,
    _ root: DocumentNode,
    _ make: (Placement) throws(ProblemError) -> PlacementChoice.Alternative
  ) throws(FormatError) -> PlacementChoice {
    var alternatives: [PlacementChoice.Alternative] = []
    var last: ProblemError?
    for (place, placement) in placements.enumerated() {
      do throws(ProblemError) { alternatives.append(try make(placement)) } catch {
        guard error.key.steps.first != "placement" else {
          throw model.error(
            ProblemError(["placement", "choose", .index(place)], error.reason), in: root)
        }
        last = error
      }
    }
    if let choice = PlacementChoice(alternatives, ordersDevices: ordersDevices) { return choice }
    throw model.error(last ?? ProblemError(["placement"], .empty("placement")), in: root)
  }

  private static func units(_ keys: KnownMapping) throws(FormatError) -> Units {
    try keys.optional("units") { (node) throws(FormatError) in
      let keys = try KnownMapping(node, keys: Keys.units, expecting: "a mapping with time and memory")
      return Units(time: try keys.text("time") ?? "", memory: try keys.text("memory") ?? "")
    } ?? Units()
  }

  private static func devices(_ keys: KnownMapping, count: Int) throws(FormatError) -> [Device] {
    let limits = try keys.optional("memoryLimit") { (node) throws(FormatError) in
      try perDevice(node, count: count) { (element) throws(FormatError) in
        if case .null = element.content { return nil }
        return try element.number(expecting: "a number, or null for no limit")
      } whole: { (node) throws(FormatError) -> Double? in
        try node.number(expecting: "a number or a list with one per device")
      }
    }
    let steps = try numberPerDevice(keys, "optimizerStep", count: count)
    let speeds = try numberPerDevice(keys, "speed", count: count)
    let hosts = try hosts(keys, count: count)
    return (0..<count).map {
      Device(
        memoryLimit: limits?[$0], optimizerStep: steps?[$0] ?? 0, speed: speeds?[$0] ?? 1, host: hosts?[$0])
    }
  }

  static func numberPerDevice(
    _ keys: KnownMapping, _ key: String, count: Int
  ) throws(FormatError) -> [Double]? {
    try keys.optional(key) { (node) throws(FormatError) in
      try perDevice(node, count: count) { (element) throws(FormatError) in
        try element.number()
      } whole: { (node) throws(FormatError) in
        try node.number(expecting: "a number or a list with one per device")
      }
    }
  }

  /// One value for all devices, or a list with one per device.
  private static func perDevice<Value>(
    _ node: DocumentNode, count: Int, _ element: (DocumentNode) throws(FormatError) -> Value,
    whole: (DocumentNode) throws(FormatError) -> Value
  ) throws(FormatError) -> [Value] {
    guard case .sequence = node.content else { return Array(repeating: try whole(node), count: count) }
    let values = try node.list(element)
    guard values.count == count else {
      throw node.error(.problem(.wrongLength(values.count, expected: count, of: "device")))
    }
    return values
  }

  static func device(
    _ node: DocumentNode, expecting expected: String
  ) throws(FormatError) -> Device.ID {
    Device.ID(try node.count(in: 0...Int(Int32.max), expecting: expected))
  }
}
