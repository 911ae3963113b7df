import PipelineModel

/// Ways to run a microbatch on a stage, and the links over which they offload.
extension ProblemFile {
  /// Reads the key `modesPer`.
  static func modesPer(_ node: DocumentNode) throws(FormatError) -> Mode.Extent {
    let extents = Mode.Extent.allCases.map(\.rawValue)
    guard case .string(let name) = node.content, let extent = Mode.Extent(rawValue: name) else {
      throw node.unexpected(extents.joined(separator: ", "))
    }
    return extent
  }

  /// Reads the key `host`: numbers for all devices, or lists with one per device.
  static func hosts(_ keys: KnownMapping, count: Int) throws(FormatError) -> [HostLink]? {
    try keys.optional("host") { (node) throws(FormatError) in
      let keys = try KnownMapping(node, keys: Keys.host, expecting: "a mapping with bandwidth and latency")
      guard let bandwidths = try numberPerDevice(keys, "bandwidth", count: count) else {
        throw keys.error(.missingKey("bandwidth"))
      }
      let latencies = try numberPerDevice(keys, "latency", count: count)
      return bandwidths.indices.map { HostLink(bandwidth: bandwidths[$0], latency: latencies?[$0] ?? 0) }
    }
  }

  /// Reads the key `modes` of a stage with certain backward passes.
  static func modes(_ keys: KnownMapping, of backward: Stage.Backward) throws(FormatError) -> [Mode] {
    try keys.optional("modes") { (node) throws(FormatError) in
      var number = 0
      return try node.list(expecting: "a list of modes") { (node) throws(FormatError) in
        number += 1
        return try mode(node, number: number, of: backward)
      }
    } ?? []
  }

  private static func mode(
    _ node: DocumentNode, number: Int, of backward: Stage.Backward
  ) throws(FormatError) -> Mode {
    let keys = try KnownMapping(node, keys: Keys.mode, expecting: "a mode")
    return Mode(
      name: try keys.text("name") ?? "mode\(number)", forward: try keys.number("forward"),
      backward: try changed(backward, by: keys), activationForB: try keys.number("activationForB"),
      activationForW: try keys.number("activationForW"), checkpoint: try keys.number("checkpoint"),
      recompute: try keys.number("recompute"), offload: try keys.number("offload") ?? 0,
      modules: try modules(keys))
  }

  /// Reads the key `modules` of a stage or mode.
  static func modules(_ keys: KnownMapping) throws(FormatError) -> [String] {
    try keys.optional("modules") { (node) throws(FormatError) in
      try node.list(expecting: "a list of modules") { (node) throws(FormatError) in try node.text() }
    } ?? []
  }

  /// The backward passes of a mode; `nil` where they are the stage's.
  private static func changed(
    _ backward: Stage.Backward, by keys: KnownMapping
  ) throws(FormatError) -> Stage.Backward? {
    let both = try keys.number("backward")
    let (input, weight) = (try keys.number("backwardInput"), try keys.number("backwardWeight"))
    if both == nil, input == nil, weight == nil { return nil }
    switch (backward, both) {
    case (.split(let first, let second), nil):
      return .split(input: input ?? first, weight: weight ?? second)
    case (.input(let only), nil) where weight == nil: return .input(input ?? only)
    case (.whole, let both?) where input == nil && weight == nil: return .whole(both)
    default: throw keys.error(.problem(.otherPasses))
    }
  }
}

extension ProblemFile {
  static func writeModesPer(of problem: Problem, to writer: inout JSONWriter, indentation: Int) {
    guard problem.instance.modesPer != .stage else { return }
    writer.key("modesPer", indentation: indentation)
    writer.string(problem.instance.modesPer.rawValue)
  }

  static func writeHost(of problem: Problem, to writer: inout JSONWriter, indentation: Int) {
    let hosts = problem.devices.compactMap(\.host)
    guard hosts.count == problem.deviceCount else { return }
    writer.key("host", indentation: indentation)
    writer.raw("{\"bandwidth\": ")
    writePerDevice(hosts.map(\.bandwidth), to: &writer)
    if hosts.contains(where: { $0.latency != 0 }) {
      writer.raw(", \"latency\": ")
      writePerDevice(hosts.map(\.latency), to: &writer)
    }
    writer.raw("}")
  }

  /// Appends the name of mode 0 and the other modes of a stage, by what differs in each.
  static func writeModes(of stage: Stage, to writer: inout JSONWriter) {
    if let name = stage.modeName {
      writer.raw(", \"modeName\": ")
      writer.string(name)
    }
    if let only = stage.mode {
      writer.raw(", \"mode\": ")
      writer.string(stage.modeNames[only])
    }
    guard !stage.modes.isEmpty else { return }
    writer.raw(", \"modes\": ")
    writer.list(stage.modes) { write($1, to: &$0) }
  }

  private static func write(_ mode: Mode, to writer: inout JSONWriter) {
    func write(_ name: StaticString, _ value: Double?) {
      guard let value else { return }
      writer.raw(name)
      writer.number(value)
    }
    writer.raw("{\"name\": ")
    writer.string(mode.name)
    write(", \"forward\": ", mode.forward)
    switch mode.backward {
    case .split(let input, let weight):
      write(", \"backwardInput\": ", input)
      write(", \"backwardWeight\": ", weight)
    case .input(let input): write(", \"backwardInput\": ", input)
    case .whole(let both): write(", \"backward\": ", both)
    case nil, .some(.none): break
    }
    write(", \"activationForB\": ", mode.activationForB)
    write(", \"activationForW\": ", mode.activationForW)
    write(", \"checkpoint\": ", mode.checkpoint)
    write(", \"recompute\": ", mode.recompute)
    write(", \"offload\": ", mode.offload == 0 ? nil : mode.offload)
    writeModules(mode.modules, to: &writer)
    writer.raw("}")
  }

  static func writeModules(_ modules: [String], to writer: inout JSONWriter) {
    guard !modules.isEmpty else { return }
    writer.raw(", \"modules\": ")
    writer.list(modules) { $0.string($1) }
  }
}
