extension ProblemRules {
  /// Checks that precedences name stages and microbatches that there are, and passes that these have.
  ///
  /// - Complexity: O(precedences).
  static func checkPrecedences(of instance: Instance) throws(ProblemError) {
    let all = instance.precedences + instance.handovers
    guard !all.isEmpty else { return }
    let key: ProblemKey = ["tasks"]
    try checkNeighbours(of: instance)
    for end in all.flatMap({ [$0.producer, $0.consumer] }) {
      guard instance.stages.indices.contains(end.stage.index) else {
        throw ProblemError(key, .unknownStage(end.stage.index, count: instance.stages.count))
      }
      if let microbatch = end.microbatch, !instance.microbatches.indices.contains(microbatch.index) {
        throw ProblemError(key, .unknownMicrobatch(microbatch.index, count: instance.microbatches.count))
      }
      guard instance.stages[end.stage.index].backward.has(end.kind) else {
        throw ProblemError(key, .withoutPass(end.kind, stage: end.stage.index))
      }
    }
  }
}

extension Stage.Backward {
  /// Whether a stage with these backward passes computes what `F`, `B` or `W` stands for, apart or in one.
  package func has(_ kind: Operation.Kind) -> Bool {
    switch (kind, self) {
    case (.forward, _), (.backwardInput, .split), (.backwardInput, .input), (.backwardInput, .whole),
      (.backwardWeight, .split), (.backwardWeight, .whole):
      true
    default: false
    }
  }
}
