import PipelineModel

extension ProblemFile {
  /// What a problem file says of where stages are.
  enum StatedPlacement {
    /// The devices of every stage.
    case fixed(Placement)
    /// Only how many devices each stage has, the head left out.
    case open([Int])
  }

  /// Reads the key `placement`.
  static func placement(_ node: DocumentNode) throws(FormatError) -> StatedPlacement {
    switch node.content {
    case .string("sequential"): return .fixed(.sequential)
    case .string("loop"): return .fixed(.loop)
    case .string("v"): return .fixed(.v)
    case .sequence:
      let hosts = try node.list { (node) throws(FormatError) in
        guard case .sequence = node.content else {
          return [try device(node, expecting: "a device or a list of devices")]
        }
        return try node.list { (node) throws(FormatError) in try device(node, expecting: "a device") }
      }
      return .fixed(.explicit(hosts))
    case .mapping:
      let keys = try KnownMapping(node, keys: Keys.placement, expecting: "a mapping with devicesPerStage")
      return .open(
        try keys.required("devicesPerStage") { (node) throws(FormatError) in
          try node.list(expecting: "a list with the number of devices of each stage") {
            (node) throws(FormatError) in try node.count(in: ProblemRules.counts)
          }
        })
    default:
      throw node.unexpected(
        "sequential, loop, v, a list with the device of each stage or a mapping with devicesPerStage")
    }
  }
}
