import PipelineModel

/// Whether the modes are one choice among what the problem says: one per stage, or one name for all stages.
struct ModeRules {
  /// A line for each stage with several modes, or for all names together.
  private(set) var violations: [Violation] = []

  /// Looks at the modes of all visits. O(visits); O(1) where no stage has modes.
  init(of problem: Problem) {
    guard problem.listsModes else { return }
    var modes = [Set<Int>](repeating: [], count: problem.stageCount)
    for microbatch in problem.microbatches.indices.lazy.map({ Microbatch.ID($0) }) {
      for visit in problem.route(of: microbatch).visits where !problem.stages[visit.stage.index].modes.isEmpty
      {
        modes[visit.stage.index].insert(problem.modes[visit.stage, microbatch])
      }
    }
    for (index, stage) in problem.stages.enumerated() {
      guard let only = stage.mode else { continue }
      if let other = modes[index].subtracting([only]).min() {
        let names = stage.modeNames
        violations.append(
          Violation(.schedule, .otherMode(Stage.ID(index), names[other], expected: names[only])))
      }
      // It is no choice.
      modes[index] = []
    }
    switch problem.instance.modesPer {
    case .microbatch: break
    case .stage:
      for (stage, used) in modes.enumerated() where used.count > 1 {
        let names = used.sorted().map { problem.stages[stage].modeNames[$0] }
        violations.append(Violation(.schedule, .manyModes(Stage.ID(stage), names)))
      }
    case .problem:
      var names: [String] = []
      for (stage, used) in zip(problem.stages, modes) {
        for name in used.sorted().map({ stage.modeNames[$0] }) where !names.contains(name) {
          names.append(name)
        }
      }
      if names.count > 1 { violations.append(Violation(.schedule, .manyModeNames(names))) }
    }
  }
}
