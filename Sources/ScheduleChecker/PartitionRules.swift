import PipelineModel

/// Whether no layer is lost: whether stages have all layers, in order, and take and hold what these do together.
struct PartitionRules {
  /// A line for each count that is wrong, and for each stage that is not its layers'.
  private(set) var violations: [Violation] = []
  private let layers: [Layer]
  private let communication: Communication

  /// Looks at the layers of all stages; `nil` where the problem gives stages. O(layers² x modes).
  init?(of problem: Problem) {
    guard let partition = problem.partition else { return nil }
    layers = partition.layers.all
    communication = problem.communication
    let total = partition.counts.reduce(0, +)
    guard total == layers.count, partition.counts.count == problem.stageCount else {
      violations.append(Violation(.schedule, .lostLayers(total, expected: layers.count)))
      return
    }
    var end = 0
    for (number, count) in partition.counts.enumerated() {
      let run = end..<end + count
      end += count
      if end < layers.count, end > 0, layers[end].isTogether {
        violations.append(Violation(.schedule, .tornLayers(Stage.ID(number), layer: end)))
      }
      check(
        problem.stages[number], number, run,
        isHeldAlready: { layer in
          let others = partition.counts.indices.filter { stage in
            let start = partition.counts[..<stage].reduce(0, +)
            return (start..<start + partition.counts[stage]).contains(layer)
          }
          return others.contains { Set(problem.hosts[number]).isSubset(of: problem.hosts[$0]) }
        })
    }
  }

  /// Compares a stage, in each of its modes, with what its layers make.
  private mutating func check(
    _ stage: Stage, _ number: Int, _ run: Range<Int>, isHeldAlready: (Int) -> Bool
  ) {
    func expect(_ key: String, _ found: Double, _ expected: Double) {
      guard !found.agrees(with: expected, size: max(abs(found), abs(expected))) else { return }
      violations.append(
        Violation(.schedule, .otherThanLayers(Stage.ID(number), key, found: found, expected: expected)))
    }
    let held = run.filter { layer in
      guard let name = layers[layer].tied, let other = layers.firstIndex(where: { $0.name == name }) else {
        return true
      }
      return !isHeldAlready(other)
    }
    if case .links(let links) = communication {
      let last = layers[..<run.upperBound].last?.figures.messageBytes
      expect("bytes", stage.messageBytes ?? links.bytes, last ?? links.bytes)
    }
    expect("static", stage.staticMemory, held.reduce(0) { $0 + layers[$1].figures.staticMemory })
    for mode in 0..<stage.modeCount {
      let own = stage.inMode(mode)
      let sum = LayerSum(layers, run, inMode: mode == 0 ? nil : stage.modeNames[mode])
      expect("forward", own.forward, sum.forward)
      expect(
        "the backward pass",
        [.backwardInput, .backwardWeight].compactMap(own.duration).reduce(0, +)
          + (own.duration(of: .backwardInput) == nil ? own.duration(of: .backward) ?? 0 : 0), sum.backward)
      expect("recompute", own.recompute ?? 0, sum.recompute)
      expect("activationForB", own.activationForB, sum.activationForB)
      expect("activationForW", own.activationForW, sum.activationForW)
      expect("checkpoint", own.checkpoint ?? own.activationForB, min(sum.checkpoint, sum.activationForB))
      expect("offload", own.offload, sum.offload)
    }
  }
}

/// What a run of layers takes and holds in one of the stage's modes, as the semantics say it.
private struct LayerSum {
  var forward = 0.0, backward = 0.0, recompute = 0.0
  var activationForB = 0.0, activationForW = 0.0, checkpoint = 0.0, offload = 0.0

  /// - Parameter name: of the stage's mode; `nil` for the one that it has by itself.
  init(_ layers: [Layer], _ run: Range<Int>, inMode name: String?) {
    let isTrained = layers[..<run.upperBound].contains { !$0.isFrozen && $0.figures.hasBackward }
    var left = Self.most(of: name, layers, run)
    var passed: [(before: Double, during: Double, after: Double)] = []
    for place in run {
      let layer = layers[place]
      let hasTrainedBefore = layers[..<place].contains { !$0.isFrozen && $0.figures.hasBackward }
      let runsBack = layer.figures.hasBackward && (!layer.isFrozen || hasTrainedBefore)
      let known = layer.figures.modeNames.firstIndex(of: Self.bare(name, in: layers[run]) ?? "")
      var mode = layer.figures.mode ?? 0
      // What does not run backwards has nothing to recompute.
      if let known, known > 0, runsBack, layer.figures.mode == nil, left > 0 {
        (mode, left) = (known, left - 1)
      }
      let own = layer.figures.inMode(mode)
      forward += own.forward
      if isTrained && !runsBack { continue }
      let weight = layer.isFrozen || !runsBack ? 0 : own.duration(of: .backwardWeight) ?? 0
      if runsBack {
        backward += weight + (own.duration(of: .backwardInput) ?? own.duration(of: .backward) ?? 0)
        recompute += own.recompute ?? 0
        offload += own.offload
      }
      let keptForWeights = layer.isFrozen ? 0 : own.activationForW
      let stored = runsBack ? own.checkpoint ?? own.activationForB : own.activationForB
      activationForW += keptForWeights
      checkpoint += stored
      passed.append((own.recompute == nil ? stored : own.activationForB, own.activationForB, keptForWeights))
    }
    for place in passed.indices {
      let before = passed[..<place].reduce(0) { $0 + $1.before }
      let after = passed[(place + 1)...].reduce(0) { $0 + $1.after }
      activationForB = max(activationForB, before + passed[place].during + after)
    }
  }

  /// The name that layers know: `full` for `full*2`, unless they know that.
  private static func bare(_ name: String?, in layers: ArraySlice<Layer>) -> String? {
    guard let name, !layers.contains(where: { $0.figures.modes.map(\.name).contains(name) }),
      let star = name.lastIndex(of: "*")
    else { return name }
    return String(name[..<star])
  }

  /// How many layers take the mode: the number behind the star, or all that know it.
  private static func most(of name: String?, _ layers: [Layer], _ run: Range<Int>) -> Int {
    guard let name, let star = name.lastIndex(of: "*"), bare(name, in: layers[run]) != name else {
      return .max
    }
    return Int(name[name.index(after: star)...]) ?? .max
  }
}
