import PipelineModel

extension ProblemFile {
  /// What a problem file says of where stages are.
  enum StatedPlacement {
    /// The devices of every stage.
    case fixed(Placement)
    /// Only how many devices each stage has, the head left out.
    case open([Int])
    /// One of several with names, with devices in each other's places or in their own.
    case choice([Placement], ordersDevices: Bool)
  }

  /// Reads the key `placement`.
  static func placement(_ node: DocumentNode) throws(FormatError) -> StatedPlacement {
    if let placement = namedPlacement(node) { return .fixed(placement) }
    switch node.content {
    case .sequence:
      let hosts = try node.list { (node) throws(FormatError) in
        guard case .sequence = node.content else {
          return [try device(node, expecting: "a device or a list of devices")]
        }
        return try node.list { (node) throws(FormatError) in try device(node, expecting: "a device") }
      }
      return .fixed(.explicit(hosts))
    case .mapping:
      let keys = try KnownMapping(
        node, keys: Keys.placement, expecting: "a mapping with devicesPerStage, choose or order")
      for key in Keys.placement.dropFirst() where keys.has(key) && keys.has(Keys.placement[0]) {
        throw keys.error(.notBoth(Keys.placement[0], key))
      }
      let ordersDevices =
        try keys.optional("order") { (node) throws(FormatError) in
          guard case .string("any") = node.content else { throw node.unexpected("any") }
          return true
        } ?? false
      if let placements = try keys.optional("choose", choice) {
        return .choice(placements, ordersDevices: ordersDevices)
      }
      if ordersDevices { return .choice([.sequential], ordersDevices: true) }
      return .open(
        try keys.required("devicesPerStage") { (node) throws(FormatError) in
          try node.list(expecting: "a list with the number of devices of each stage") {
            (node) throws(FormatError) in try node.count(in: ProblemRules.counts)
          }
        })
    default:
      throw node.unexpected(
        "sequential, loop, v, a list with the device of each stage or a mapping with devicesPerStage, choose or order"
      )
    }
  }

  private static func namedPlacement(_ node: DocumentNode) -> Placement? {
    guard case .string(let name) = node.content else { return nil }
    return Placement.named.first { $0.name == name }
  }

  private static func choice(_ node: DocumentNode) throws(FormatError) -> [Placement] {
    let names = Placement.named.compactMap(\.name).joined(separator: ", ")
    var chosen: [Placement] = []
    let placements = try node.list(expecting: "a list of placements with names (\(names))") {
      (node) throws(FormatError) in
      guard let placement = namedPlacement(node) else { throw node.unexpected("one of \(names)") }
      guard !chosen.contains(placement) else {
        throw node.error(.expected("each placement once", found: "\(node.found) again"))
      }
      chosen.append(placement)
      return placement
    }
    guard !placements.isEmpty else { throw node.unexpected("at least one placement") }
    return placements
  }
}
