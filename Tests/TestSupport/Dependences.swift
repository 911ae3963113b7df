import PipelineModel

/// What operations need, straight from the table of docs/semantics.md. A `B` stands for a `BW` as well.
struct Dependences {
  private let problem: Problem
  /// By route and visit, the visits whose output `F` needs, ascending.
  private let inputs: [[[Int]]]

  init(of problem: Problem) {
    self.problem = problem
    inputs = problem.routes.map { route in
      let stages = route.visits.map(\.stage)
      return stages.indices.map { position in
        guard let named = problem.stages[stages[position].index].inputs else {
          return position == 0 ? [] : [position - 1]
        }
        return stages.indices.filter { named.contains(stages[$0]) }
      }
    }
  }

  /// What an operation needs.
  func needs(of operation: Operation) -> [Operation] {
    let position = position(of: operation)
    return switch operation.kind {
    case .forward: inputs(of: operation)[position].map { self.operation(.forward, at: $0, of: operation) }
    case .backwardInput, .backward:
      [self.operation(.forward, at: position, of: operation)]
        + outputs(of: operation).filter { hasBackward($0, operation) }
        .map { self.operation(.backwardInput, at: $0, of: operation) }
    case .backwardWeight: [self.operation(.backwardInput, at: position, of: operation)]
    }
  }

  /// What needs an operation: operations of other visits in the order of the route, then those of its own.
  func users(of operation: Operation) -> [Operation] {
    let position = position(of: operation)
    let stage = problem.stages[operation.stage.index]
    switch operation.kind {
    case .forward:
      let own = stage.hasBackward ? [self.operation(.backwardInput, at: position, of: operation)] : []
      return outputs(of: operation).map { self.operation(.forward, at: $0, of: operation) } + own
    case .backwardInput:
      let own = stage.duration(of: .backwardWeight) != nil
      return inputs(of: operation)[position].filter { hasBackward($0, operation) }
        .map { self.operation(.backwardInput, at: $0, of: operation) }
        + (own ? [self.operation(.backwardWeight, at: position, of: operation)] : [])
    case .backwardWeight, .backward: return []
    }
  }

  /// The stages of a microbatch's route that an operation's stage feeds on the same device.
  func fedOnSameDevice(by operation: Operation) -> [Stage.ID] {
    let visits = problem.route(of: operation.microbatch).visits
    return outputs(of: operation).filter { visits[$0].device == visits[position(of: operation)].device }
      .map { visits[$0].stage }
  }

  /// The device of an operation.
  func device(of operation: Operation) -> Device.ID {
    problem.route(of: operation.microbatch).visits[position(of: operation)].device
  }

  private func inputs(of operation: Operation) -> [[Int]] {
    inputs[Int(problem.routeIndexes[operation.microbatch.index])]
  }

  private func outputs(of operation: Operation) -> [Int] {
    let (inputs, position) = (inputs(of: operation), position(of: operation))
    return inputs.indices.filter { inputs[$0].contains(position) }
  }

  private func hasBackward(_ position: Int, _ operation: Operation) -> Bool {
    let visits = problem.route(of: operation.microbatch).visits
    return problem.stages[visits[position].stage.index].hasBackward
  }

  private func position(of operation: Operation) -> Int {
    let visits = problem.route(of: operation.microbatch).visits
    guard let position = visits.firstIndex(where: { $0.stage == operation.stage }) else {
      preconditionFailure("\(operation) is not on its route")
    }
    return position
  }

  private func operation(_ kind: Operation.Kind, at position: Int, of other: Operation) -> Operation {
    let visits = problem.route(of: other.microbatch).visits
    return Operation(kind, stage: visits[position].stage, microbatch: other.microbatch)
  }
}

extension Operation {
  /// The operation that others are said to need: `B` for `BW`.
  var asNeeded: Operation {
    Operation(kind == .backward ? .backwardInput : kind, stage: stage, microbatch: microbatch)
  }
}
