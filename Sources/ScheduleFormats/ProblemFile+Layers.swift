import PipelineModel

/// Layers in place of stages, and how they are cut.
extension ProblemFile {
  /// What a problem file says of how layers are cut.
  enum StatedPartition {
    /// How many layers each stage has.
    case closed([Int])
    /// How many stages there are, and how many layers each has at least.
    case open(stages: Int, atLeast: Int)

    /// How many stages there are.
    var stageCount: Int {
      switch self {
      case .closed(let counts): counts.count
      case .open(let stages, _): stages
      }
    }

    /// How many layers a stage has at least.
    var leastCount: Int {
      switch self {
      case .closed(let counts): min(1, counts.min() ?? 1)
      case .open(_, let least): least
      }
    }
  }

  /// What a problem file says of the model: its stages, or the layers of which they are made.
  enum StatedModel {
    case stages(RepeatedEntries<Stage>)
    case layers(RepeatedEntries<Layer>, StatedPartition?)

    /// The stages as far as they are given.
    var stages: [Stage] { if case .stages(let list) = self { list.values } else { [] } }

    /// How many stages there are; `nil` for one on each device.
    var stageCount: Int? {
      switch self {
      case .stages(let list): list.values.count
      case .layers(_, let partition): partition?.stageCount
      }
    }

    /// Where messages are said to have a size of their own.
    var ownBytes: ProblemKey? {
      let (key, sizes) =
        switch self {
        case .stages(let list): (list.key, list.values.map(\.messageBytes))
        case .layers(let list, _): (list.key, list.values.map(\.figures.messageBytes))
        }
      return sizes.firstIndex { $0 != nil }.map { [.name(key), .index($0), "bytes"] }
    }

    /// Finds the place in a document that a rule of `Problem` names.
    func error(_ error: ProblemError, in root: DocumentNode) -> FormatError {
      switch self {
      case .stages(let list): FormatError(error, in: root, list: list.key, entry: list.entry)
      case .layers(let list, _): FormatError(error, in: root, list: list.key, entry: list.entry)
      }
    }
  }

  /// Reads the keys `stages`, or `layers` and `partition`.
  static func model(_ keys: KnownMapping) throws(FormatError) -> StatedModel {
    let given = ["stages", "layers"].filter(keys.has)
    // A file without either is told what most need.
    guard given.count < 2 else { throw keys.error(.notBoth("stages", "layers")) }
    let partition = try keys.optional("partition", partition)
    guard given == ["layers"] else {
      guard partition == nil else { throw keys.error(.missingKey("layers")) }
      return .stages(try stages(keys))
    }
    return .layers(try layers(keys), partition)
  }

  /// Reads the key `layers`. Layers of one entry, or of several with one name, are numbered through: `layers.0`, ...
  static func layers(_ keys: KnownMapping) throws(FormatError) -> RepeatedEntries<Layer> {
    var numbers: [String: Int] = [:]
    return try RepeatedEntries(keys, "layers", expecting: "a list of layers", layerEntry) { entry, _ in
      guard entry.isNumbered, !entry.layer.name.isEmpty else { return entry.layer }
      var layer = entry.layer
      layer.name = "\(entry.layer.name).\(numbers[entry.layer.name, default: 0])"
      numbers[entry.layer.name, default: 0] += 1
      return layer
    }
  }

  private typealias LayerEntry = (layer: Layer, isNumbered: Bool)

  private static func layerEntry(_ node: DocumentNode) throws(FormatError) -> (value: LayerEntry, count: Int)
  {
    let keys = try KnownMapping(node, keys: Keys.layer, expecting: "a layer")
    // What becomes of the phases of several layers on one stage, nobody says.
    for key in ["forward", "backwardInput", "backwardWeight", "backward"] {
      _ = try keys.optional(key) { (node) throws(FormatError) in
        if case .sequence = node.content { throw node.unexpected("a number") }
      }
    }
    let layer = Layer(
      name: try keys.text("name") ?? "", figures: try stage(keys),
      isTogether: try keys.flag("together") ?? false, isFrozen: try keys.flag("frozen") ?? false,
      tied: try keys.text("tied"))
    let count = try keys.optional("repeat") { (node) throws(FormatError) in
      try node.count(in: ProblemRules.counts)
    }
    return ((layer, count != nil), count ?? 1)
  }

  /// Reads the key `partition`: how many layers each stage has, or only how many stages there are.
  static func partition(_ node: DocumentNode) throws(FormatError) -> StatedPartition {
    switch node.content {
    case .sequence:
      let counts = try node.list { (node) throws(FormatError) in
        try node.count(in: 0...ProblemRules.counts.upperBound, expecting: "how many layers a stage has")
      }
      return .closed(counts)
    case .mapping:
      let keys = try KnownMapping(node, keys: Keys.partition, expecting: "a mapping with stages and atLeast")
      let stages = try keys.required("stages") { (node) throws(FormatError) in
        try node.count(in: ProblemRules.counts)
      }
      let least = try keys.optional("atLeast") { (node) throws(FormatError) in
        try node.count(in: 0...ProblemRules.counts.upperBound)
      }
      return .open(stages: stages, atLeast: least ?? 1)
    default:
      throw node.unexpected(
        "a list with how many layers each stage has, or a mapping with stages and atLeast")
    }
  }
}

extension ProblemFile {
  /// Appends the layers, one entry per line, and how they are cut.
  static func write(_ partition: Partition, to writer: inout JSONWriter, indentation: Int) {
    writeLayers(partition.layers, to: &writer, indentation: indentation)
    writer.key("partition", indentation: indentation)
    writer.list(partition.counts) { $0.integer($1) }
  }

  /// Appends layers that are still to be cut.
  static func write(_ problem: PartitionProblem, to writer: inout JSONWriter, indentation: Int) {
    writeLayers(problem.layers, to: &writer, indentation: indentation)
    writer.key("partition", indentation: indentation)
    writer.raw("{\"stages\": ")
    writer.integer(problem.stageCount)
    if problem.leastCount != 1 {
      writer.raw(", \"atLeast\": ")
      writer.integer(problem.leastCount)
    }
    writer.raw("}")
  }

  private static func writeLayers(_ layers: Layers, to writer: inout JSONWriter, indentation: Int) {
    writer.key("layers", indentation: indentation)
    writer.lines(layers.entries, indentation: indentation) { writer, entry in
      writer.raw("{")
      if !entry.layer.name.isEmpty {
        writer.raw("\"name\": ")
        writer.string(entry.layer.name)
        writer.raw(", ")
      }
      if let count = entry.count {
        writer.raw("\"repeat\": ")
        writer.integer(count)
        writer.raw(", ")
      }
      if entry.layer.isTogether { writer.raw("\"together\": true, ") }
      if entry.layer.isFrozen { writer.raw("\"frozen\": true, ") }
      if let tied = entry.layer.tied {
        writer.raw("\"tied\": ")
        writer.string(tied)
        writer.raw(", ")
      }
      writeFigures(of: entry.layer.figures, to: &writer)
      writer.raw("}")
    }
  }
}

extension Layers {
  /// The layers as a file lists them: those that differ in nothing but a number that goes on are
  /// one entry.
  fileprivate var entries: [(layer: Layer, count: Int?)] {
    var entries: [(layer: Layer, count: Int?)] = []
    var next: [String: Int] = [:]
    for layer in all {
      if layer.name.isEmpty, let last = entries.last, last.layer == layer {
        entries[entries.count - 1].count = (last.count ?? 1) + 1
        continue
      }
      let (base, number) = layer.name.numbered
      var bare = layer
      bare.name = base
      guard let number, number == next[base, default: 0], !base.isEmpty else {
        entries.append((layer, nil))
        continue
      }
      next[base] = number + 1
      if let last = entries.last, let count = last.count, last.layer == bare {
        entries[entries.count - 1].count = count + 1
      } else {
        entries.append((bare, 1))
      }
    }
    return entries
  }
}

extension String {
  /// The name before its last dot and the number behind it, where there is one without zeros in front.
  fileprivate var numbered: (base: String, number: Int?) {
    guard let dot = lastIndex(of: "."), let number = Int(self[index(after: dot)...]),
      "\(number)" == self[index(after: dot)...], number >= 0
    else { return (self, nil) }
    return (String(self[..<dot]), number)
  }
}
