import PipelineModel

/// The stages of a problem file, with the way back from a stage to the entry that stands for it.
struct StageList {
  /// The stages, one by one.
  let stages: [Stage]
  /// The first stage of each entry.
  private let firstStages: [Int]

  /// Reads the key `stages` and spells `repeat` out.
  init(_ keys: KnownMapping) throws(FormatError) {
    let entries = try keys.required("stages") { (node) throws(FormatError) in
      let entries = try node.list(expecting: "a list of stages", Self.entry)
      let total = entries.reduce(0) { $0 + $1.count }
      guard ProblemRules.counts.contains(total) else {
        throw node.error(.problem(.countOutOfRange(total, ProblemRules.counts)))
      }
      return entries
    }
    var stages: [Stage] = []
    var firstStages: [Int] = []
    for entry in entries {
      firstStages.append(stages.count)
      stages.append(contentsOf: repeatElement(entry.stage, count: entry.count))
    }
    self.stages = stages
    self.firstStages = firstStages
  }

  /// The position in the file of the entry that stands for a stage.
  func entry(of stage: Int) -> Int {
    (firstStages.firstIndex { $0 > stage } ?? firstStages.count) - 1
  }

  private static func entry(_ node: DocumentNode) throws(FormatError) -> (stage: Stage, count: Int) {
    let keys = try KnownMapping(node, keys: ProblemFile.Keys.stage, expecting: "a stage")
    let stage = try ProblemFile.stage(keys)
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
  init(_ error: ProblemError, in root: DocumentNode, stages: StageList) {
    let steps = Self.steps(of: error.key, in: root, stages: stages)
    self.init(
      .problem(error.reason), line: root.line(of: steps), key: ProblemKey(steps))
  }

  /// The key as the document has it: an entry for a stage, a single number for one per device.
  private static func steps(
    of key: ProblemKey, in root: DocumentNode, stages: StageList
  ) -> [ProblemKey.Step] {
    guard case .name(let name)? = key.steps.first else { return key.steps }
    if name == "communication", key.steps.count == 1, root[name]?["latency"] != nil {
      return key.steps + ["latency"]
    }
    guard case .index(let index)? = key.steps.dropFirst().first else { return key.steps }
    if let steps = stepsOfScale(key.steps, in: root[name]?[index]) { return steps }
    if name == "stages" {
      return [.name(name), .index(stages.entry(of: index))] + key.steps.dropFirst(2)
    }
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
