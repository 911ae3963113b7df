extension ProblemRules {
  /// Checks that numbered layers follow each other through the stages, in order, without gap, each once, and that
  /// there are as many as the problem says.
  ///
  /// A stage without names may hold any layers. Stages that no microbatch visits together are copies of a model, or
  /// other models, and each is checked by itself. Names without numbers say nothing about the order.
  /// O(stages + names + visits of the distinct routes).
  static func checkLayers(of problem: Problem) throws(ProblemError) {
    if let count = problem.layerCount { try checkCount(count, key: ["layerCount"]) }
    guard problem.stages.contains(where: { $0.layers != nil }) else { return }
    for stages in problem.stagesOfEveryModel {
      var sequence = LayerSequence()
      for stage in stages { try sequence.take(problem.stages[stage].layers, stage: stage) }
      guard let stated = problem.layerCount, !sequence.isNameless else { continue }
      let found = sequence.layerCount
      guard found == stated || sequence.hasNamelessStages && found < stated else {
        throw ProblemError(["layerCount"], .layerTotal(stated, named: found))
      }
    }
  }
}

extension ProblemRules {
  /// Checks that numbered layers follow each other, as `checkLayers` does, where every layer stands for itself.
  static func checkOrder(ofLayers names: [String]) throws(ProblemError) {
    var sequence = LayerSequence()
    do { try sequence.take(names, stage: 0) } catch {
      guard case .layerOutOfPlace(let layer, let expected, _) = error.reason,
        case .index(let place)? = error.key.steps.last
      else { throw error }
      throw ProblemError(
        ["layers", .index(place), "name"], .layerOutOfPlace(layer, expected: expected, stage: nil))
    }
  }
}

extension Problem {
  /// The stages of every model, in order: those that some microbatch visits together, directly or by way of others.
  /// A stage that none visits belongs to the one before it. Under rules for routes all stages are one model.
  fileprivate var stagesOfEveryModel: [[Int]] {
    let all = Array(stages.indices)
    guard skipReorder == nil else { return [all] }
    var group = all
    func root(_ stage: Int) -> Int {
      var stage = stage
      while group[stage] != stage {
        group[stage] = group[group[stage]]
        stage = group[stage]
      }
      return stage
    }
    var isVisited = all.map { _ in false }
    for route in routes {
      for visit in route.visits {
        isVisited[visit.stage.index] = true
        group[root(visit.stage.index)] = root(route.visits[0].stage.index)
      }
    }
    for stage in all.dropFirst() where !isVisited[stage] { group[root(stage)] = root(stage - 1) }
    let members = Dictionary(grouping: all, by: root)
    return members.values.sorted { $0[0] < $1[0] }
  }
}

/// The numbered layers of a model, stage by stage.
private struct LayerSequence {
  /// Where the layers of one stack have come to.
  private struct Progress {
    /// The number that is due.
    var due = 0
    /// The stage of the last layer.
    var stage = -1
    /// How many stages without names had passed at the last layer.
    var namelessBefore = 0
  }

  private var progress: [String: Progress] = [:]
  private var namelessStages = 0
  private var namedStages = 0

  /// The key under which layers that predict further tokens are counted; no stack has such a name.
  private static let prediction = "mtp"

  /// Whether no stage has names.
  var isNameless: Bool { namedStages == 0 }
  /// Whether there are stages without names.
  var hasNamelessStages: Bool { namelessStages > 0 }
  /// How many transformer layers there are; at least so many where there are stages without names.
  var layerCount: Int { progress.reduce(0) { $0 + ($1.key == Self.prediction ? 0 : $1.value.due) } }

  /// Takes the layers of the next stage.
  mutating func take(_ names: [String]?, stage: Int) throws(ProblemError) {
    guard let names else {
      namelessStages += 1
      return
    }
    namedStages += 1
    for (index, name) in names.enumerated() {
      switch LayerName(name).role {
      case .transformer(let layer): try take(layer, stage: stage, index: index)
      case .multiTokenPrediction(let number?):
        let layer = LayerName.Numbered(stack: Self.prediction, number: number)
        try take(layer, stage: stage, index: index)
      default: break
      }
    }
  }

  private mutating func take(_ layer: LayerName.Numbered, stage: Int, index: Int) throws(ProblemError) {
    var reached = progress[layer.stack] ?? Progress()
    let isFurtherPart = layer.number == reached.due - 1 && reached.stage == stage
    if isFurtherPart { return }
    let mayLack = namelessStages > reached.namelessBefore
    guard layer.number == reached.due || mayLack && layer.number > reached.due else {
      throw ProblemError(
        ["stages", .index(stage), "layers", .index(index)],
        .layerOutOfPlace(layer.number, expected: reached.due, stage: stage))
    }
    reached = Progress(due: layer.number + 1, stage: stage, namelessBefore: namelessStages)
    progress[layer.stack] = reached
  }
}
