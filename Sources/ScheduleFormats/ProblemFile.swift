import PipelineModel

/// The problem file, version 1: YAML or JSON when read, normalised JSON when written.
public enum ProblemFile {
  /// The largest text that is read, in bytes.
  public static let largestText = 64 << 20

  /// What a problem file may hold.
  public enum Contents: Hashable, Sendable {
    /// A problem with its routes.
    case problem(Problem)
    /// Stages on several devices, or rules for routes, in place of routes: a search has to choose them.
    case routing(RoutingProblem)
    /// The same with no more than the number of devices per stage: which ones is for a search to choose, too.
    case placing(PlacementProblem)
    /// Layers that are still to be cut into stages.
    case partitioning(PartitionProblem)
    /// Any of several placements, one of which is still to be chosen.
    case choosing(PlacementChoice)

    /// Takes what there is under one of several placements.
    public init(_ alternative: PlacementChoice.Alternative) {
      switch alternative {
      case .problem(let problem): self = .problem(problem)
      case .partitioning(let problem): self = .partitioning(problem)
      }
    }

    /// What the alternatives of a choice have in common; the contents themselves where nothing is chosen.
    private var first: Contents {
      if case .choosing(let choice) = self { Contents(choice.alternatives[0]) } else { self }
    }

    /// The figures that may be meant, and are likelier slips.
    public var suspiciousFigures: [SuspiciousFigure] {
      switch self {
      case .problem(let problem): problem.asWritten.suspiciousFigures
      case .routing(let problem): problem.suspiciousFigures
      case .placing(let problem): problem.suspiciousFigures
      case .partitioning(let problem): problem.equalCut?.suspiciousFigures ?? []
      case .choosing: first.suspiciousFigures
      }
    }

    /// The problem with its stages and routes.
    ///
    /// - Throws: `FormatError` where they are still to be chosen.
    func closed() throws(FormatError) -> Problem {
      switch self {
      case .problem(let problem): return problem
      case .routing, .placing: throw FormatError(.missingRoutes)
      case .partitioning: throw FormatError(.missingPartition, key: ["partition"])
      case .choosing(let choice): throw FormatError(.openPlacement(choice.choices), key: ["placement"])
      }
    }

    /// The parts of the model that the stages do not name, though they name its layers.
    public var missingModules: [MissingModule] {
      switch self {
      case .problem(let problem): problem.missingModules
      case .routing(let problem): problem.frame.missingModules
      case .placing(let problem): problem.routing.frame.missingModules
      case .partitioning(let problem): problem.equalCut?.missingModules ?? []
      case .choosing: first.missingModules
      }
    }
  }

  /// Reads a problem with its routes.
  ///
  /// - Parameter file: the name that messages give the text; `-` stands for standard input.
  /// - Throws: `FormatError` as `contents` does, and where the routes are still to be chosen.
  /// - Complexity: O(text + problem).
  public static func decode(_ bytes: [UInt8], file: String) throws(FormatError) -> Problem {
    do throws(FormatError) { return try contents(bytes, file: file).closed() } catch {
      throw error.about(file: file)
    }
  }

  /// Reads a problem, or one whose routes are still to be chosen.
  ///
  /// A text that begins with `{` and then `"` or `}` is JSON, any other YAML.
  ///
  /// - Parameter file: the name that messages give the text; `-` stands for standard input.
  /// - Throws: `FormatError` naming the first key that cannot be, with its line and what was expected.
  /// - Complexity: O(text + problem).
  public static func contents(_ bytes: [UInt8], file: String) throws(FormatError) -> Contents {
    do throws(FormatError) {
      if let (found, line) = leadingKind(bytes), found != FileKind.problem.rawValue {
        throw FormatError(.wrongKind(expected: .problem, found: found), line: line, key: ["pipeloom"])
      }
      guard bytes.count <= largestText else {
        throw FormatError(.tooLarge(bytes: bytes.count, limit: largestText))
      }
      guard let root = try document(bytes) else { throw FormatError(.nothing(.problem)) }
      return try contents(root)
    } catch {
      throw error.about(file: file)
    }
  }

  /// Writes a problem as JSON: stages one by one, defaults spelled out, one stage per line.
  ///
  /// - Complexity: O(problem).
  public static func encode(_ problem: Problem) -> [UInt8] {
    var writer = JSONWriter()
    write(problem, to: &writer, indentation: 0)
    writer.newline(0)
    return writer.bytes
  }

  /// The text as a tree; `nil` when there is nothing in it.
  static func document(_ bytes: [UInt8]) throws(FormatError) -> DocumentNode? {
    isJSON(bytes) ? try DocumentNode.json(bytes) : try DocumentNode.yaml(bytes)
  }

  /// Whether a text is an object of JSON rather than YAML.
  private static func isJSON(_ bytes: [UInt8]) -> Bool {
    let start = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
    let significant = bytes[start...].lazy.filter { !ASCII.isBlank($0) }.prefix(2)
    let first = Array(significant)
    return first.count == 2 && first[0] == ASCII.openBrace
      && (first[1] == ASCII.quote || first[1] == ASCII.closeBrace)
  }

  /// What a JSON text says it is, and on which line, where that is the first thing it says: a schedule is known
  /// for one, and refused as one, before a million operations are read.
  private static func leadingKind(_ bytes: [UInt8]) -> (kind: String, line: Int)? {
    let lead = Array(bytes.prefix(1024))
    guard isJSON(lead) else { return nil }
    return try? JSONReader.read(lead, upToEnd: false) { (reader) throws(FormatError) -> (String, Int)? in
      guard reader.take(ASCII.openBrace), try reader.readString(expecting: "a key") == "pipeloom",
        reader.take(ASCII.colon)
      else { return nil }
      reader.skipBlanks()
      let line = reader.line(at: reader.position)
      return (try reader.readString(expecting: "a version"), line)
    }
  }
}

extension ProblemFile {
  /// The keys of each mapping of the format, in the order in which they are written.
  enum Keys {
    static let problem = [
      "pipeloom", "name", "source", "units", "devices", "memoryLimit", "microbatches", "placement", "routes",
      "pieces", "skipReorder", "stages", "layers", "partition", "modesPer", "host", "layerCount",
      "communication", "overlap", "gap",
      "barrier",
      "optimizerStep", "tail", "speed", "streams", "tasks",
    ]
    static let phase = ["time", "stream"]
    static let task = [
      "name", "per", "devices", "time", "stream", "pieces", "needs", "feeds", "ahead", "memory",
    ]
    static let units = ["time", "memory"]
    static let microbatch = ["scale", "memory", "name", "job", "origin"]
    static let scale = ["F", "B", "W"]
    /// The durations that a stage may tell in phases.
    static let phased = ["forward", "backwardInput", "backwardWeight", "backward"]
    static let stage = [
      "repeat", "inputs", "forward", "backwardInput", "backwardWeight", "backward", "firstForward",
      "lastBackward", "activationForB", "activationForW", "checkpoint", "recompute", "offload", "modules",
      "modeName", "mode", "modes", "static", "bytes", "layers",
    ]
    static let layer = ["name", "repeat", "together", "frozen", "tied"] + layerFigures
    /// What a layer takes and holds.
    static let layerFigures = stage.filter { !["repeat", "inputs", "layers"].contains($0) }
    static let partition = ["stages", "atLeast"]
    static let mode = [
      "name", "forward", "backwardInput", "backwardWeight", "backward", "activationForB", "activationForW",
      "checkpoint", "recompute", "offload", "modules",
    ]
    static let host = ["bandwidth", "latency"]
    static let skipReorder = [
      "stagesPerMicrobatch", "alwaysVisit", "head", "maxSwaps", "maxSwapDistance", "maxForwardJump",
      "visitsPerStage", "visitsPerDevice", "maxSkips", "sequences",
    ]
    static let placement = ["devicesPerStage", "choose", "order"]
    static let communication = ["latency", "bandwidth", "bytes", "serialise"]
    static let overlap = ["forwardBackward"]
    static let gap = ["FF", "FB", "BF", "BB"]
    static let route = ["microbatches", "stages", "devices"]
  }
}
