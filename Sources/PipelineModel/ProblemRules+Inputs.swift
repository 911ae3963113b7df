extension ProblemRules {
  /// Checks that stages need earlier stages only, that every route meets them in that order, and that gradients come
  /// from somewhere.
  ///
  /// - Complexity: O(stages + visits and inputs of the distinct routes).
  static func checkInputs(of problem: Problem) throws(ProblemError) {
    let stages = problem.stages
    for (stage, inputs) in stages.enumerated().lazy.map({ ($0.offset, $0.element.inputs ?? []) }) {
      let key: ProblemKey = ["stages", .index(stage), "inputs"]
      var seen = Set<Stage.ID>()
      for input in inputs {
        guard (0..<stage).contains(input.index) else {
          throw ProblemError(key, .inputNotEarlier(input.index, stage: stage))
        }
        guard seen.insert(input).inserted else { throw ProblemError(key, .repeatedStage(input.index)) }
      }
    }
    // The gradients of others come from phases of their own.
    let awaited = Set(problem.precedences.map(\.consumer).filter { $0.kind == .backwardInput }.map(\.stage))
    for (index, route) in problem.routes.enumerated() {
      try checkInputs(along: route.visits, stages: stages, key: ["routes", .index(index)], awaited: awaited)
    }
  }

  private static func checkInputs(
    along visits: [Route.Visit], stages: [Stage], key: ProblemKey, awaited: Set<Stage.ID>
  ) throws(ProblemError) {
    let links = RouteLinks(of: visits, stages: stages)
    for (position, visit) in visits.enumerated() {
      let inputs = links.inputs[position]
      if let late = inputs.last, late > position {
        throw ProblemError(key, .inputVisitedLater(stage: visit.stage.index, input: visits[late].stage.index))
      }
      if position > 0, inputs.isEmpty, let named = stages[visit.stage.index].inputs, !named.isEmpty {
        throw ProblemError(key, .withoutInputs(stage: visit.stage.index, inputs: named.map(\.index)))
      }
      let outputs = links.outputs[position]
      if !awaited.contains(visit.stage), stages[visit.stage.index].hasBackward, !outputs.isEmpty,
        outputs.allSatisfy({ !stages[visits[$0].stage.index].hasBackward })
      {
        throw ProblemError(
          ["stages", .index(visit.stage.index)],
          .gradientFromNowhere(feeds: outputs.map { visits[$0].stage.index }))
      }
    }
  }
}
