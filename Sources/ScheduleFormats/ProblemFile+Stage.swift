import PipelineModel

extension ProblemFile {
  /// Reads one stage; its key `repeat` is not looked at.
  static func stage(_ keys: KnownMapping) throws(FormatError) -> Stage {
    let backward = try backward(keys)
    var stage = try stage(keys, backward)
    stage.mode = try keys.optional("mode") { (node) throws(FormatError) in
      let name = try node.text()
      guard let number = stage.modeNames.firstIndex(of: name) else {
        throw node.error(.problem(.unknownMode(name, known: stage.modeNames)))
      }
      return number
    }
    return stage
  }

  private static func stage(
    _ keys: KnownMapping, _ backward: Stage.Backward
  ) throws(FormatError) -> Stage {
    let activationForB = try keys.number("activationForB") ?? 1
    return Stage(
      forward: try keys.required("forward") { (node) throws(FormatError) in try time(node) },
      backward: backward, activationForB: activationForB,
      activationForW: try keys.number("activationForW") ?? (backward.hasWeight ? activationForB / 2 : 0),
      checkpoint: try keys.number("checkpoint"), recompute: try keys.number("recompute"),
      offload: try keys.number("offload") ?? 0, modes: try modes(keys, of: backward),
      modeName: try keys.text("modeName"), modules: try modules(keys),
      staticMemory: try keys.number("static") ?? 0,
      inputs: try keys.optional("inputs") { (node) throws(FormatError) in
        try node.list(expecting: "a list of stages") { (node) throws(FormatError) in
          Stage.ID(try node.count(in: 0...ProblemRules.counts.upperBound, expecting: "a stage"))
        }
      },
      messageBytes: try keys.number("bytes"), firstForward: try keys.number("firstForward"),
      lastBackward: try keys.number("lastBackward"),
      layers: try keys.optional("layers") { (node) throws(FormatError) in
        let names = try node.list(expecting: "a list of layer names") { (node) throws(FormatError) in
          try node.text()
        }
        // That a stage has none is for a partition to say.
        guard !names.isEmpty else { throw node.error(.problem(.empty("layer"))) }
        return names
      })
  }

  /// The passes in the one of four ways to tell them: `B` and `W`, `B` alone, one that is whole, none.
  private static func backward(_ keys: KnownMapping) throws(FormatError) -> Stage.Backward {
    let both = try keys.optional("backward") { (node) throws(FormatError) in
      try passOrNone(node, expecting: "a number, or none for a stage without a backward pass")
    }
    if let both { return try whole(both, keys) }
    let input = try keys.optional("backwardInput") { (node) throws(FormatError) in try time(node) }
    let weight = try keys.optional("backwardWeight") { (node) throws(FormatError) in
      try passOrNone(node, expecting: "a number, or none for a stage without W")
    }
    switch (input, weight) {
    case (let input?, .takes(let weight)?): return .split(input: input, weight: weight)
    case (let input?, .absent?): return .input(input)
    case (nil, nil): throw keys.error(.noBackwardStated)
    case (nil, _): throw keys.error(.missingKey("backwardInput"))
    case (_, nil): throw keys.error(.missingKey("backwardWeight"))
    }
  }

  private static func whole(_ both: StatedPass, _ keys: KnownMapping) throws(FormatError) -> Stage.Backward {
    for part in ["backwardInput", "backwardWeight"] {
      _ = try keys.optional(part) { (node) throws(FormatError) in
        // A table of times may say 0, or none, where there is no pass.
        let stated = try? passOrNone(node, expecting: "a number")
        guard both == .absent, stated == .absent || stated == .takes(0) else {
          throw node.error(.besideBackward(found: node.found))
        }
      }
    }
    switch both {
    case .takes(let time): return .whole(time)
    case .absent: return .none
    }
  }

  /// What a file says of a pass that may be missing.
  private enum StatedPass: Equatable {
    case takes(Double)
    case absent
  }

  private static func passOrNone(
    _ node: DocumentNode, expecting expected: String
  ) throws(FormatError) -> StatedPass {
    if case .string("none") = node.content { return .absent }
    return .takes(try time(node, expecting: expected))
  }
}

extension Stage.Backward {
  /// Whether there is a `W`.
  fileprivate var hasWeight: Bool { if case .split = self { true } else { false } }
}

extension ProblemFile {
  /// Appends one stage on one line, its passes in phases where these are given, with the names of the streams.
  static func write(
    _ stage: Stage, _ phases: (of: StagePhases, streams: [String])? = nil, to writer: inout JSONWriter
  ) {
    writer.raw("{")
    if let inputs = stage.inputs {
      writer.raw("\"inputs\": ")
      writer.list(inputs) { $0.integer($1.rawValue) }
      writer.raw(", ")
    }
    writeFigures(of: stage, phases, to: &writer)
    if let layers = stage.layers {
      writer.raw(", \"layers\": ")
      writer.list(layers) { $0.string($1) }
    }
    writer.raw("}")
  }

  /// Appends what a stage, or a layer, takes and holds, with its modes.
  static func writeFigures(
    of stage: Stage, _ phases: (of: StagePhases, streams: [String])? = nil, to writer: inout JSONWriter
  ) {
    func write(_ name: StaticString, _ value: Double?) {
      guard let value else { return }
      writer.raw(name)
      writer.number(value)
    }
    func writeTime(_ name: StaticString, _ value: Double, _ own: KeyPath<StagePhases, [Phase]>) {
      guard let phases else { return write(name, value) }
      writer.raw(name)
      Self.write(phases.of[keyPath: own], streams: phases.streams, to: &writer)
    }
    writeTime("\"forward\": ", stage.forward, \.forward)
    switch stage.backward {
    case .split(let input, let weight):
      writeTime(", \"backwardInput\": ", input, \.backwardInput)
      writeTime(", \"backwardWeight\": ", weight, \.backwardWeight)
    case .input(let input):
      writeTime(", \"backwardInput\": ", input, \.backwardInput)
      writer.raw(", \"backwardWeight\": \"none\"")
    case .whole(let both): writeTime(", \"backward\": ", both, \.backwardInput)
    case .none: writer.raw(", \"backward\": \"none\"")
    }
    write(", \"firstForward\": ", stage.firstForward)
    write(", \"lastBackward\": ", stage.lastBackward)
    write(", \"activationForB\": ", stage.activationForB)
    // Where there is no W, nothing is held for one unless it says so.
    let isStated = stage.backward.hasWeight || stage.activationForW != 0
    write(", \"activationForW\": ", isStated ? stage.activationForW : nil)
    write(", \"checkpoint\": ", stage.checkpoint)
    write(", \"recompute\": ", stage.recompute)
    write(", \"offload\": ", stage.offload == 0 ? nil : stage.offload)
    writeModules(stage.modules, to: &writer)
    writeModes(of: stage, to: &writer)
    write(", \"static\": ", stage.staticMemory)
    write(", \"bytes\": ", stage.messageBytes)
  }
}
