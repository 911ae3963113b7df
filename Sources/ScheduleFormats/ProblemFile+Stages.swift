import PipelineModel

/// A list of a problem file whose entries may each stand for several values: the values one by one, with the way back to
/// the entry that stands for one.
struct RepeatedEntries<Value> {
  /// The key of the list.
  let key: String
  /// The values, one by one.
  let values: [Value]
  /// The first value of each entry.
  private let firstPlaces: [Int]

  /// Reads a list and spells `repeat` out.
  ///
  /// - Parameters:
  ///   - entry: reads an entry, and how often it stands for its value.
  ///   - copy: the value at a place, of an entry that may stand for several.
  init<Entry>(
    _ keys: KnownMapping, _ key: String, expecting expected: String,
    _ entry: (DocumentNode) throws(FormatError) -> (value: Entry, count: Int),
    copy: (Entry, [Value]) -> Value
  ) throws(FormatError) {
    let entries = try keys.required(key) { (node) throws(FormatError) in
      let entries = try node.list(expecting: expected, entry)
      let total = entries.reduce(0) { $0 + $1.count }
      guard ProblemRules.counts.contains(total) else {
        throw node.error(.problem(.countOutOfRange(total, ProblemRules.counts)))
      }
      return entries
    }
    var values: [Value] = []
    var firstPlaces: [Int] = []
    for entry in entries {
      firstPlaces.append(values.count)
      for _ in 0..<entry.count { values.append(copy(entry.value, values)) }
    }
    (self.key, self.values, self.firstPlaces) = (key, values, firstPlaces)
  }

  /// The position in the file of the entry that stands for a value.
  func entry(of place: Int) -> Int {
    (firstPlaces.firstIndex { $0 > place } ?? firstPlaces.count) - 1
  }
}

extension ProblemFile {
  /// Reads the key `stages`.
  static func stages(_ keys: KnownMapping) throws(FormatError) -> RepeatedEntries<Stage> {
    try RepeatedEntries(keys, "stages", expecting: "a list of stages", stageEntry) { stage, _ in stage }
  }

  private static func stageEntry(_ node: DocumentNode) throws(FormatError) -> (value: Stage, count: Int) {
    let keys = try KnownMapping(node, keys: Keys.stage, expecting: "a stage")
    let stage = try stage(keys)
    let count = try keys.optional("repeat") { (node) throws(FormatError) in
      let count = try node.count(in: ProblemRules.counts)
      guard count == 1 || stage.layers == nil else { throw node.error(.repeatedList("layers")) }
      guard count == 1 || stage.inputs == nil else { throw node.error(.repeatedList("inputs")) }
      return count
    }
    return (stage, count ?? 1)
  }
}

extension FormatError {
  /// Finds the place in a document that a rule of `Problem` names.
  ///
  /// - Parameters:
  ///   - list: the key of the list whose entries may stand for several values.
  ///   - entry: the entry that stands for one of them.
  init(_ error: ProblemError, in root: DocumentNode, list: String, entry: (Int) -> Int) {
    let steps = Self.steps(of: error.key, in: root, list: list, entry: entry)
    self.init(
      .problem(error.reason), line: root.line(of: steps), key: ProblemKey(steps))
  }

  /// The key as the document has it: an entry for a stage, a single number for one per device.
  private static func steps(
    of key: ProblemKey, in root: DocumentNode, list: String, entry: (Int) -> Int
  ) -> [ProblemKey.Step] {
    guard case .name(let name)? = key.steps.first else { return key.steps }
    if name == "communication", key.steps.count == 1, root[name]?["latency"] != nil {
      return key.steps + ["latency"]
    }
    guard case .index(let index)? = key.steps.dropFirst().first else { return key.steps }
    if let steps = stepsOfScale(key.steps, in: root[name]?[index]) { return steps }
    if name == list { return [.name(name), .index(entry(index))] + key.steps.dropFirst(2) }
    return root[name]?[index] == nil ? [.name(name)] : key.steps
  }

  /// Factors that are the same on all passes have no pass in their key, while the document may name each.
  private static func stepsOfScale(
    _ steps: [ProblemKey.Step], in microbatch: DocumentNode?
  ) -> [ProblemKey.Step]? {
    guard steps.dropFirst(2).first == "scale", case .mapping? = microbatch?["scale"]?.content else {
      return nil
    }
    if case .name? = steps.dropFirst(3).first { return nil }
    return steps[..<3] + ["F"] + steps[3...]
  }
}
