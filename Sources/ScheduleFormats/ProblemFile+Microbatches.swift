import PipelineModel

extension ProblemFile {
  /// Reads the key `microbatches`: a count, or the microbatches one by one.
  static func microbatches(_ node: DocumentNode) throws(FormatError) -> [Microbatch] {
    switch node.content {
    case .number:
      return Array(repeating: Microbatch(), count: try node.count(in: ProblemRules.counts))
    case .sequence:
      let microbatches = try node.list(microbatch)
      // What is read later counts on there being some.
      guard ProblemRules.counts.contains(microbatches.count) else {
        throw node.error(.problem(.countOutOfRange(microbatches.count, ProblemRules.counts)))
      }
      return microbatches
    default:
      throw node.unexpected("a count from 1 to \(ProblemRules.counts.upperBound) or a list of microbatches")
    }
  }

  private static func microbatch(_ node: DocumentNode) throws(FormatError) -> Microbatch {
    let keys = try KnownMapping(
      node, keys: Keys.microbatch, expecting: "a mapping with scale, memory, name, job and origin")
    let origin = try keys.optional("origin") { (node) throws(FormatError) in
      try device(node, expecting: "a device")
    }
    return Microbatch(
      scale: try keys.optional("scale", scale) ?? Microbatch.Scale(1),
      memory: try keys.optional("memory") { (node) throws(FormatError) in try perStage(node) } ?? 1,
      name: try keys.text("name"), job: try keys.text("job"), origin: origin)
  }

  private static func scale(_ node: DocumentNode) throws(FormatError) -> Microbatch.Scale {
    let expected = "a number, a list with one per stage, or a mapping with F, B and W"
    guard case .mapping = node.content else {
      return Microbatch.Scale(try perStage(node, expecting: expected))
    }
    let keys = try KnownMapping(node, keys: Keys.scale, expecting: expected)
    func factors(_ pass: String) throws(FormatError) -> PerStage {
      try keys.optional(pass) { (node) throws(FormatError) in try perStage(node) } ?? 1
    }
    return Microbatch.Scale(
      forward: try factors("F"), backwardInput: try factors("B"), backwardWeight: try factors("W"))
  }

  /// Reads one number for all stages, or one for each, counted later.
  static func perStage(
    _ node: DocumentNode, expecting expected: String = "a number or a list with one per stage"
  ) throws(FormatError) -> PerStage {
    guard case .sequence = node.content else { return .same(try node.number(expecting: expected)) }
    return .each(try node.list { (node) throws(FormatError) in try node.number() })
  }
}

extension ProblemFile {
  /// Appends the count of ordinary microbatches, or one microbatch per line.
  static func write(_ microbatches: [Microbatch], to writer: inout JSONWriter, indentation: Int) {
    guard microbatches.contains(where: { $0 != Microbatch() }) else {
      return writer.integer(microbatches.count)
    }
    writer.lines(microbatches, indentation: indentation) { writer, microbatch in
      writer.raw("{\"scale\": ")
      write(microbatch.scale, to: &writer)
      if microbatch.memory != 1 {
        writer.raw(", \"memory\": ")
        write(microbatch.memory, to: &writer)
      }
      if let name = microbatch.name {
        writer.raw(", \"name\": ")
        writer.string(name)
      }
      if let job = microbatch.job {
        writer.raw(", \"job\": ")
        writer.string(job)
      }
      if let origin = microbatch.origin {
        writer.raw(", \"origin\": ")
        writer.integer(origin.rawValue)
      }
      writer.raw("}")
    }
  }

  private static func write(_ scale: Microbatch.Scale, to writer: inout JSONWriter) {
    if scale.hasOneFactorPerStage { return write(scale.forward, to: &writer) }
    let passes = [("F", scale.forward), ("B", scale.backwardInput), ("W", scale.backwardWeight)]
    writer.raw("{")
    for (index, (name, factors)) in passes.filter({ $1 != 1 }).enumerated() {
      if index > 0 { writer.raw(", ") }
      writer.string(name)
      writer.raw(": ")
      write(factors, to: &writer)
    }
    writer.raw("}")
  }

  /// Appends one number, or a list with one per stage.
  static func write(_ numbers: PerStage, to writer: inout JSONWriter) {
    switch numbers {
    case .same(let number): writer.number(number)
    case .each(let numbers): writer.list(numbers) { $0.number($1) }
    }
  }
}
