import PipelineModel

extension ProblemFile {
  /// Reads the rules under which routes are chosen.
  static func skipReorder(
    _ node: DocumentNode, stageCount: Int, deviceCount: Int
  ) throws(FormatError) -> SkipReorderRules {
    let keys = try KnownMapping(node, keys: Keys.skipReorder, expecting: "a mapping of rules for routes")
    let visited = try keys.required("stagesPerMicrobatch", count)
    let head = try keys.optional("head", count)
    let body = head == nil ? stageCount : stageCount - 1
    var rules = SkipReorderRules(stagesPerMicrobatch: visited, head: head.map { Stage.ID($0) })
    if let stages = try keys.optional("alwaysVisit", stages) { rules.alwaysVisit = stages }
    rules.maxSwaps = try keys.optional("maxSwaps", count) ?? 0
    rules.maxSwapDistance = try keys.optional("maxSwapDistance", count) ?? 1
    rules.maxForwardJump = try keys.optional("maxForwardJump", count)
    rules.visitsPerStage =
      try keys.optional("visitsPerStage") { (node) throws(FormatError) in
        if case .string("balanced") = node.content { return .balanced }
        return .atMost(try counts(node, expanding: body, expecting: "balanced, a count or a list of counts"))
      } ?? .any
    rules.visitsPerDevice = try keys.optional("visitsPerDevice") { (node) throws(FormatError) in
      try counts(node, expanding: deviceCount, expecting: "a count or a list with one per device")
    }
    rules.maxSkips = try keys.optional("maxSkips") { (node) throws(FormatError) in
      try counts(node, expanding: body, expecting: "a count or a list with one per stage")
    }
    rules.sequences = try keys.optional("sequences") { (node) throws(FormatError) in
      try node.list(expecting: "a list of orders of stages", stages)
    }
    return rules
  }

  private static func count(_ node: DocumentNode) throws(FormatError) -> Int {
    try node.count(in: 0...ProblemRules.counts.upperBound)
  }

  private static func stages(_ node: DocumentNode) throws(FormatError) -> [Stage.ID] {
    try node.list(expecting: "a list of stages") { (node) throws(FormatError) in
      Stage.ID(try node.count(in: 0...ProblemRules.counts.upperBound, expecting: "a stage"))
    }
  }

  /// One count for all, or a list of counts.
  private static func counts(
    _ node: DocumentNode, expanding length: Int, expecting expected: String
  ) throws(FormatError) -> [Int] {
    if case .number = node.content { return Array(repeating: try count(node), count: length) }
    return try node.list(expecting: expected, count)
  }

  /// Appends the rules, one per line; those that ask for nothing are left out.
  static func writeSkipReorder(_ rules: SkipReorderRules, to writer: inout JSONWriter, indentation: Int) {
    let inner = indentation + 2
    func write(_ name: StaticString, _ value: Int?) {
      guard let value else { return }
      writer.key(name, indentation: inner)
      writer.integer(value)
    }
    func write(_ name: StaticString, _ values: [Int]?) {
      guard let values else { return }
      writer.key(name, indentation: inner)
      writer.list(values) { $0.integer($1) }
    }
    writer.key("skipReorder", indentation: indentation)
    writer.raw("{")
    write("stagesPerMicrobatch", rules.stagesPerMicrobatch)
    write("alwaysVisit", rules.alwaysVisit.map(\.index))
    write("head", rules.head?.index)
    write("maxSwaps", rules.maxSwaps)
    write("maxSwapDistance", rules.maxSwapDistance)
    write("maxForwardJump", rules.maxForwardJump)
    switch rules.visitsPerStage {
    case .any: break
    case .balanced:
      writer.key("visitsPerStage", indentation: inner)
      writer.string("balanced")
    case .atMost(let caps): write("visitsPerStage", caps)
    }
    write("visitsPerDevice", rules.visitsPerDevice)
    write("maxSkips", rules.maxSkips)
    if let sequences = rules.sequences {
      writer.key("sequences", indentation: inner)
      writer.list(sequences) { writer, stages in writer.list(stages) { $0.integer($1.rawValue) } }
    }
    writer.newline(indentation)
    writer.raw("}")
  }
}
