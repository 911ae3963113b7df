import PipelineModel
import ScheduleScenarios

/// The rules of a file of scenarios.
extension ScenarioFile {
  static func rule(_ node: DocumentNode) throws(FormatError) -> ScenarioRule {
    let expected = "a rule with factor or oneOf"
    guard case .mapping = node.content else { throw node.unexpected(expected) }
    guard let choice = node["oneOf"] else { return try factorRule(node, expecting: expected) }
    switch choice.content {
    case .string("devices"):
      let keys = try KnownMapping(node, keys: Keys.deviceRule, expecting: expected)
      return .oneDevice(speed: try keys.requiredNumber("speed"))
    case .string("links"):
      let keys = try KnownMapping(node, keys: Keys.linkRule, expecting: expected)
      switch (try keys.number("latency"), try keys.number("latencyFactor")) {
      case (let latency?, nil): return .oneLink(.latency(latency))
      case (nil, let factor?): return .oneLink(.factor(factor))
      case (nil, nil): throw keys.error(.missingKey("latency"))
      case (.some, let factor?):
        throw keys.error(
          .expected("latency or latencyFactor", found: "latencyFactor \(factor.plain) as well"))
      }
    default: throw choice.unexpected("devices or links").within("oneOf")
    }
  }

  private static func factorRule(
    _ node: DocumentNode, expecting expected: String
  ) throws(FormatError) -> ScenarioRule {
    let keys = try KnownMapping(node, keys: Keys.factorRule, expecting: expected)
    let distribution = try keys.required("factor", distribution)
    func numbers<Number: TypedIndex>(_ key: String) throws(FormatError) -> [Number]? {
      try keys.optional(key) { (node) throws(FormatError) in
        try node.list { (node) throws(FormatError) in Number(try node.count(in: 0...Int(Int32.max))) }
      }
    }
    let kinds = try keys.optional("kinds") { (node) throws(FormatError) in
      try node.list(expecting: "a list of F, B, W and R", kind)
    }
    return .factor(
      distribution,
      on: ScenarioRule.Selection(
        stages: try numbers("stages"), kinds: kinds, devices: try numbers("devices"),
        microbatches: try numbers("microbatches")))
  }

  private static func kind(_ node: DocumentNode) throws(FormatError) -> Operation.Kind {
    let passes: [Operation.Kind] = [.forward, .backwardInput, .backwardWeight, .recompute]
    guard case .string(let symbol) = node.content, let kind = passes.first(where: { $0.symbol == symbol })
    else {
      throw node.unexpected("F, B, W or R; a BW is made of B and W")
    }
    return kind
  }

  /// Reads how a factor is drawn: a number, or a mapping with the one key that names the distribution.
  private static func distribution(_ node: DocumentNode) throws(FormatError) -> Distribution {
    if case .number(let factor, _) = node.content { return .constant(factor) }
    let expected = "a number or a mapping with one of \(Keys.distribution.joined(separator: ", "))"
    let keys = try KnownMapping(node, keys: Keys.distribution, expecting: expected)
    guard case .mapping(let members) = node.content, members.count == 1 else {
      throw node.unexpected(expected)
    }
    if let deviation = try keys.number("lognormal") { return .lognormal(deviation) }
    if let ends = try keys.optional("uniform", pair) { return .uniform(ends.least, ends.largest) }
    return try keys.required("tail") { (node) throws(FormatError) in
      let keys = try KnownMapping(node, keys: Keys.tail, expecting: "a mapping with chance and factor")
      return .tail(
        chance: try keys.requiredNumber("chance"), factor: try keys.requiredNumber("factor"))
    }
  }

  private static func pair(_ node: DocumentNode) throws(FormatError) -> (least: Double, largest: Double) {
    let ends = try node.list(expecting: "a list of two numbers") { (node) throws(FormatError) in
      try node.number()
    }
    guard ends.count == 2 else {
      throw node.error(.expected("a list of two numbers", found: "\(ends.count)"))
    }
    return (ends[0], ends[1])
  }
}

extension Operation {
  /// The operation that a recording names, such as `0F3`; `nil` for any other text.
  init?(action: String) {
    let stage = action.prefix { $0.isASCII && $0.isNumber }
    let rest = action.dropFirst(stage.count)
    let symbol = rest.prefix { $0.isASCII && $0.isLetter }
    guard let kind = Kind.allCases.first(where: { $0.symbol == symbol }), let stage = Int32(stage),
      let microbatch = Int32(rest.dropFirst(symbol.count)), stage >= 0, microbatch >= 0
    else { return nil }
    self.init(kind, stage: Stage.ID(rawValue: stage), microbatch: Microbatch.ID(rawValue: microbatch))
    // One name for each: neither signs nor leading zeros.
    guard self.action == action else { return nil }
  }
}
