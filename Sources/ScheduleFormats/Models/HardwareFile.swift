import ModelCosts
import PipelineModel

/// The file of a machine, version 1: YAML or JSON. Times are in seconds, sizes in bytes.
public enum HardwareFile {
  /// The largest text that is read, in bytes.
  public static let largestText = 1 << 20

  /// Reads a machine.
  ///
  /// - Parameter file: the name that messages give the text; `-` stands for standard input.
  /// - Throws: `FormatError` naming the first key that is missing or cannot be, with its line.
  public static func decode(_ bytes: [UInt8], file: String) throws(FormatError) -> Hardware {
    do throws(FormatError) {
      guard bytes.count <= largestText else {
        throw FormatError(.tooLarge(bytes: bytes.count, limit: largestText))
      }
      guard let root = try ProblemFile.document(bytes) else { throw FormatError(.nothing(.hardware)) }
      return try hardware(root, file: file)
    } catch {
      throw error.about(file: file)
    }
  }

  private static func hardware(_ root: DocumentNode, file: String) throws(FormatError) -> Hardware {
    try root.checkKind(.hardware)
    let keys = try KnownMapping(root, keys: Keys.hardware, expecting: "a machine")
    return Hardware(
      name: try keys.text("name") ?? file, source: try keys.text("source") ?? "",
      peak: try keys.required("peak", peak), efficiency: try keys.required("efficiency", efficiency),
      memory: try keys.required("memory", memory), links: try keys.required("links", links),
      overhead: try keys.optional("overhead", seconds) ?? 0)
  }

  /// One number for all precisions of 16 bits, or one for each precision.
  private static func peak(_ node: DocumentNode) throws(FormatError) -> [Precision: Double] {
    if case .number = node.content {
      let peak = try factor(node)
      return [.bfloat16: peak, .float16: peak]
    }
    let keys = try KnownMapping(
      node, keys: Precision.allCases.map(\.rawValue), expecting: "a number, or a mapping by precision")
    var peaks: [Precision: Double] = [:]
    for precision in Precision.allCases { peaks[precision] = try keys.optional(precision.rawValue, factor) }
    return peaks
  }

  private static func efficiency(_ node: DocumentNode) throws(FormatError) -> Hardware.Efficiency {
    if case .mapping = node.content {
      let keys = try KnownMapping(
        node, keys: Keys.efficiency, expecting: "a share, or a mapping with matrix")
      let matrix = try keys.required("matrix", share)
      return Hardware.Efficiency(
        matrix: matrix, attention: try keys.optional("attention", share) ?? matrix,
        weight: try keys.optional("weight", share) ?? matrix)
    }
    let all = try share(node)
    return Hardware.Efficiency(matrix: all, attention: all, weight: all)
  }

  /// A share, or pairs of a size in FLOP and the share that kernels of this size reach.
  private static func share(_ node: DocumentNode) throws(FormatError) -> PeakShare {
    guard case .sequence = node.content else { return PeakShare(try part(node)) }
    let steps = try node.list { (pair) throws(FormatError) in
      guard case .sequence(let nodes) = pair.content, nodes.count == 2 else {
        throw pair.unexpected("a size in FLOP and a share")
      }
      return PeakShare.Step(
        size: try within(.index(0)) { () throws(FormatError) in try size(nodes[0]) },
        share: try within(.index(1)) { () throws(FormatError) in try part(nodes[1]) })
    }
    guard let share = PeakShare(steps: steps) else { throw node.unexpected("at least one pair") }
    return share
  }

  private static func memory(_ node: DocumentNode) throws(FormatError) -> Hardware.Memory {
    let keys = try KnownMapping(
      node, keys: Keys.memory, expecting: "a mapping with bandwidth and limit")
    return Hardware.Memory(
      bandwidth: try keys.required("bandwidth", factor), limit: try keys.required("limit", factor),
      reserve: try keys.optional("reserve") { (node) throws(FormatError) in
        let reserve = try node.number(expecting: Self.reserved)
        guard (0..<1).contains(reserve) else { throw node.unexpected(Self.reserved) }
        return reserve
      } ?? 0)
  }

  private static let reserved = "a share from 0 to below 1"

  private static func links(_ node: DocumentNode) throws(FormatError) -> Hardware.Links {
    let keys = try KnownMapping(
      node, keys: Keys.links, expecting: "a mapping with tensor and pipeline")
    return Hardware.Links(
      tensor: try keys.required("tensor", link), pipeline: try keys.required("pipeline", link),
      expert: try keys.optional("expert", link), context: try keys.optional("context", link),
      host: try keys.optional("host", link))
  }

  private static func link(_ node: DocumentNode) throws(FormatError) -> Hardware.Link {
    if case .number = node.content { return Hardware.Link(bandwidth: try factor(node)) }
    let keys = try KnownMapping(
      node, keys: Keys.link, expecting: "bytes per second, or a mapping with bandwidth and latency")
    return Hardware.Link(
      bandwidth: try keys.required("bandwidth", factor), latency: try keys.optional("latency", seconds) ?? 0)
  }
}

extension HardwareFile {
  /// The keys of each mapping of the format.
  enum Keys {
    static let hardware = [
      "pipeloom", "name", "source", "peak", "efficiency", "memory", "links", "overhead",
    ]
    static let efficiency = ["matrix", "attention", "weight"]
    static let memory = ["bandwidth", "limit", "reserve"]
    static let links = ["tensor", "pipeline", "expert", "context", "host"]
    static let link = ["bandwidth", "latency"]
  }

  /// No machine does more in a second, or less; in milliseconds, problems hold as much.
  private static func factor(_ node: DocumentNode) throws(FormatError) -> Double {
    try number(node, from: 1e-3, to: 1e18)
  }

  private static func seconds(_ node: DocumentNode) throws(FormatError) -> Double {
    try number(node, from: 0, to: 1e6)
  }

  /// A size in FLOP.
  private static func size(_ node: DocumentNode) throws(FormatError) -> Double {
    try number(node, from: 0, to: 1e24)
  }

  private static func number(
    _ node: DocumentNode, from least: Double, to most: Double
  ) throws(FormatError) -> Double {
    let expected = "a number from \(least.plain) to \(most.plain)"
    let value = try node.number(expecting: expected)
    guard (least...most).contains(value) else { throw node.unexpected(expected) }
    return value
  }

  private static func part(_ node: DocumentNode) throws(FormatError) -> Double {
    let expected = "a share above 0 and up to 1"
    let value = try node.number(expecting: expected)
    guard value > 1e-6, value <= 1 else { throw node.unexpected(expected) }
    return value
  }
}
