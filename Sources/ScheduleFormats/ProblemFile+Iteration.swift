import PipelineModel

/// What lies between operations, and between the last of them and the end of an iteration.
extension ProblemFile {
  static func overlap(_ node: DocumentNode) throws(FormatError) -> Overlap {
    let keys = try KnownMapping(node, keys: Keys.overlap, expecting: "a mapping with forwardBackward")
    return Overlap(
      forwardBackward: try keys.required("forwardBackward") { (node) throws(FormatError) in
        try perStage(node)
      })
  }

  /// Reads the key `gap`: a number, or one by transition.
  static func gap(_ node: DocumentNode) throws(FormatError) -> Gap {
    if case .number(let time, _) = node.content { return Gap(time) }
    let keys = try KnownMapping(
      node, keys: Keys.gap, expecting: "a number or a mapping with FF, FB, BF and BB")
    return Gap(
      forwardForward: try keys.number("FF") ?? 0, forwardBackward: try keys.number("FB") ?? 0,
      backwardForward: try keys.number("BF") ?? 0, backwardBackward: try keys.number("BB") ?? 0)
  }

  /// Reads the key `barrier`: `none`, `all`, or groups of devices.
  static func barrier(_ node: DocumentNode) throws(FormatError) -> Barrier {
    switch node.content {
    case .string("none"): return .none
    case .string("all"): return .all
    case .sequence:
      return .groups(
        try node.list { (node) throws(FormatError) in
          try node.list(expecting: "a list of devices") { (node) throws(FormatError) in
            try device(node, expecting: "a device")
          }
        })
    default: throw node.unexpected("none, all or a list of groups of devices")
    }
  }

  static func writeOverlap(of problem: Problem, to writer: inout JSONWriter, indentation: Int) {
    guard let overlap = problem.overlap else { return }
    writer.key("overlap", indentation: indentation)
    writer.raw("{\"forwardBackward\": ")
    write(overlap.forwardBackward, to: &writer)
    writer.raw("}")
  }

  static func writeGap(of problem: Problem, to writer: inout JSONWriter, indentation: Int) {
    guard problem.gap != .none else { return }
    writer.key("gap", indentation: indentation)
    if let time = problem.gap.uniform { return writer.number(time) }
    let gaps = zip(Keys.gap, problem.gap.times).filter { $1 != 0 }
    writer.raw("{")
    for (index, (transition, time)) in gaps.enumerated() {
      if index > 0 { writer.raw(", ") }
      writer.string(transition)
      writer.raw(": ")
      writer.number(time)
    }
    writer.raw("}")
  }

  static func writeBarrier(of problem: Problem, to writer: inout JSONWriter, indentation: Int) {
    guard problem.barrier != .none else { return }
    writer.key("barrier", indentation: indentation)
    switch problem.barrier {
    case .none: break
    case .all: writer.string("all")
    case .groups(let groups):
      writer.list(groups) { writer, group in writer.list(group) { $0.integer($1.rawValue) } }
    }
  }

  static func writeTail(of problem: Problem, to writer: inout JSONWriter, indentation: Int) {
    guard problem.tail != 0 else { return }
    writer.key("tail", indentation: indentation)
    writer.number(problem.tail)
  }
}
