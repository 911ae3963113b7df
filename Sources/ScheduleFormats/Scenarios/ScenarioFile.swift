import PipelineModel
import ScheduleScenarios

/// The file of scenarios, version 1: YAML or JSON.
public enum ScenarioFile {
  /// Reads rules and recorded runs.
  ///
  /// - Parameter file: the name that messages give the text; `-` stands for standard input.
  /// - Throws: `FormatError` naming the first key that cannot be, with its line and what was expected.
  /// - Complexity: O(text).
  public static func decode(_ bytes: [UInt8], file: String) throws(FormatError) -> Scenarios {
    do throws(FormatError) {
      guard bytes.count <= ProblemFile.largestText else {
        throw FormatError(.tooLarge(bytes: bytes.count, limit: ProblemFile.largestText))
      }
      guard let root = try ProblemFile.document(bytes) else { throw FormatError(.nothing(.scenarios)) }
      return try scenarios(root)
    } catch {
      throw error.about(file: file)
    }
  }

  /// The keys of each mapping of the format.
  enum Keys {
    static let scenarios = ["pipeloom", "rules", "samples", "count", "seed"]
    static let factorRule = ["stages", "kinds", "devices", "microbatches", "factor"]
    static let deviceRule = ["oneOf", "speed"]
    static let linkRule = ["oneOf", "latency", "latencyFactor"]
    static let distribution = ["lognormal", "uniform", "tail"]
    static let tail = ["chance", "factor"]
    static let sample = ["durations"]
  }

  /// Whole numbers that every reader of JSON keeps.
  private static let seeds = 0...(1 << 53)

  private static func scenarios(_ root: DocumentNode) throws(FormatError) -> Scenarios {
    try root.checkKind(.scenarios)
    let keys = try KnownMapping(root, keys: Keys.scenarios, expecting: "a \(FileKind.scenarios.noun)")
    let rules = try keys.optional("rules") { (node) throws(FormatError) in
      try node.list(expecting: "a list of rules", rule)
    }
    let samples = try keys.optional("samples") { (node) throws(FormatError) in
      try node.list(expecting: "a list of recorded runs", sample)
    }
    let count = try keys.optional("count") { (node) throws(FormatError) in
      try node.count(in: Scenarios.counts)
    }
    let seed = try keys.optional("seed") { (node) throws(FormatError) in try node.count(in: seeds) } ?? 0
    do throws(ScenarioError) {
      return try Scenarios(rules: rules ?? [], samples: samples ?? [], count: count, seed: UInt64(seed))
    } catch {
      throw FormatError(.scenarios(error.reason), line: root.line(of: error.key.steps), key: error.key)
    }
  }

  private static func sample(_ node: DocumentNode) throws(FormatError) -> Scenarios.Sample {
    let keys = try KnownMapping(node, keys: Keys.sample, expecting: "a mapping with durations")
    return try keys.required("durations") { (node) throws(FormatError) in
      guard case .mapping(let members) = node.content else {
        throw node.unexpected("a mapping of operations to durations")
      }
      var sample: Scenarios.Sample = [:]
      for member in members {
        guard let operation = Operation(action: member.key) else {
          throw FormatError(
            .expected("an operation such as \"0F3\"", found: member.key.quoted), line: member.line,
            key: [.name(member.key)])
        }
        sample[operation] = try within(.name(member.key)) { () throws(FormatError) in
          try member.value.number()
        }
      }
      return sample
    }
  }
}
