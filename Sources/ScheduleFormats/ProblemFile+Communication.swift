import PipelineModel

extension ProblemFile {
  /// Reads the key `communication`: a number, or a mapping of numbers and matrices.
  static func communication(
    _ node: DocumentNode, deviceCount: Int
  ) throws(FormatError) -> Communication {
    if case .number(let latency, _) = node.content { return .uniform(latency) }
    let keys = try KnownMapping(
      node, keys: Keys.communication, expecting: "a number or a mapping with latency")
    let latency = try keys.required("latency", LinkNumbers.init)
    let bytes = try keys.number("bytes")
    let serialise = try keys.optional("serialise", serialisation)
    guard let bandwidth = try keys.optional("bandwidth", LinkNumbers.init) else {
      guard bytes == nil, serialise == nil else { throw node.error(.missingKey("bandwidth")) }
      return switch latency {
      case .same(let latency): .uniform(latency)
      case .each(let rows): .matrix(rows)
      }
    }
    guard let bytes else { throw node.error(.missingKey("bytes")) }
    do throws(ProblemError) {
      try ProblemRules.checkLinks(between: deviceCount)
    } catch {
      throw node.error(.problem(error.reason))
    }
    return .links(
      Communication.Links(
        latency: latency.rows(deviceCount), bandwidth: bandwidth.rows(deviceCount), bytes: bytes,
        serialise: serialise))
  }

  private static func serialisation(
    _ node: DocumentNode
  ) throws(FormatError) -> Communication.Serialisation {
    guard case .string(let text) = node.content, let value = Communication.Serialisation(rawValue: text)
    else { throw node.unexpected("link or uplink") }
    return value
  }
}

/// One number for all links, or one per link.
private enum LinkNumbers {
  case same(Double)
  case each([[Double]])

  init(_ node: DocumentNode) throws(FormatError) {
    if case .number(let number, _) = node.content {
      self = .same(number)
    } else {
      let expected = "a number or a list with one row per device"
      self = .each(
        try node.list(expecting: expected) { (row) throws(FormatError) in
          try row.list(expecting: "a list with one number per device") { (node) throws(FormatError) in
            try node.number()
          }
        })
    }
  }

  func rows(_ count: Int) -> [[Double]] {
    switch self {
    case .same(let number):
      (0..<count).map { source in (0..<count).map { $0 == source ? 0 : number } }
    case .each(let rows): rows
    }
  }
}
