import PipelineModel

/// A problem whose backward passes take no time, hold nothing and send nothing that travels: for the makespan they may
/// all run when everything else is done, so that a search need not order them. Job shops are written so.
struct IdleBackward {
  /// The problem without its backward passes. Its bounds are bounds of the whole one, as work is left out, and its
  /// schedules are as long as those of the whole one that `completed` makes of them.
  let forwardOnly: Problem
  private let problem: Problem
  private let isFused: Bool

  /// `nil` unless the backward passes of a problem are idle.
  init?(_ problem: Problem, objective: Objective, isFused: Bool) {
    guard !objective.countsFromOwnStart, problem.pieces == 1, !problem.hasModes, !problem.hasPreparations,
      problem.gap == .none,
      problem.communication.serialise == nil, problem.finiteLatencies.allSatisfy({ $0 == 0 }),
      problem.stages.contains(where: \.hasBackward), problem.stages.allSatisfy(\.hasIdleBackward)
    else { return nil }
    var parts = ProblemParts(of: problem)
    for stage in parts.stages.indices { parts.stages[stage].backward = .none }
    // Pairs gain nothing where one of the two takes no time: together they take the factor's share of the other.
    guard problem.overlap == nil, let forwardOnly = try? parts.problem() else { return nil }
    self.forwardOnly = forwardOnly
    self.problem = problem
    self.isFused = isFused
  }

  /// Orders without their backward passes.
  func reduced(_ orders: Orders) -> Orders {
    Orders(
      (0..<orders.deviceCount).map { orders[Device.ID($0)].filter { $0.kind == .forward } })
  }

  /// Orders with all backward passes behind everything else, microbatch by microbatch.
  func completed(_ orders: Orders) -> Orders {
    var complete = (0..<orders.deviceCount).map { Array(orders[Device.ID($0)]) }
    for microbatch in problem.microbatches.indices.map({ Microbatch.ID($0) }) {
      for visit in problem.route(of: microbatch).visits.reversed() {
        complete[visit.device.index] += problem.stages[visit.stage.index].passes(isFused: isFused).dropFirst()
          .map {
            Operation($0, stage: visit.stage, microbatch: microbatch)
          }
      }
    }
    return Orders(complete)
  }
}

extension Stage {
  /// Whether its backward passes, if it has any, take no time and no memory is held for them.
  fileprivate var hasIdleBackward: Bool {
    guard hasBackward else { return true }
    return work == forward && activationForB == 0 && (lastBackward ?? 0) == 0
  }
}
