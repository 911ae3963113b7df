import PipelineModel
import Timeline

/// A mode for every visit, and orders of the parts that visits have in these.
struct ModePlan: Equatable, Sendable {
  /// The mode of each visit.
  var modes: [UInt8]
  /// The tokens of each device.
  var orders: [[ModeModel.Token]]
}

extension ModeModel {
  /// Orders of the problem in its chosen modes; `nil` where they cannot run, exceed a limit, or split what is to be fused.
  ///
  /// What makes backward passes ready is put in where it is missing.
  func plan(of orders: Orders) -> ModePlan? {
    guard orders.deviceCount == problem.deviceCount else { return nil }
    let prepared = [true, false].lazy.map { orders.prepared(for: problem, launchesEarly: $0) }
      .first { Timeline(ifItRuns: Schedule(problem: problem, orders: $0))?.fitsMemory ?? false }
    return prepared.flatMap(plan(ofPrepared:))
  }

  /// The same of orders that can run but for what is missing, as greedy runs make them: launches are early where there
  /// is room for that, and late elsewhere.
  func plan(ofGreedy orders: Orders) -> ModePlan? {
    // A loop: closures would take copies of the model along.
    for launchesEarly in lowered.hasOffloads ? [true, false] : [false] {
      let prepared = orders.prepared(for: problem, launchesEarly: launchesEarly)
      if let plan = plan(ofPrepared: prepared), hasRoom(for: plan) { return plan }
    }
    return nil
  }

  private func plan(ofPrepared orders: Orders) -> ModePlan? {
    var plan = ModePlan(modes: modes(of: problem.modes), orders: [])
    for device in 0..<orders.deviceCount {
      var tokens: [Token] = []
      for operation in orders[Device.ID(device)] {
        guard let added = self.tokens(of: operation) else { return nil }
        tokens += added
      }
      plan.orders.append(tokens)
    }
    return plan
  }

  /// The mode of each visit in a choice.
  func modes(of choice: ModeChoice) -> [UInt8] {
    visits.map { UInt8(choice[Stage.ID(rawValue: $0.stage), Microbatch.ID(rawValue: $0.microbatch)]) }
  }

  /// What stands for an operation: of a `BW` both its parts, where these are always apart.
  private func tokens(of operation: Operation) -> [Token]? {
    guard let position = lowered.position(of: operation.stage, for: operation.microbatch) else { return nil }
    let visit = firstVisit[operation.microbatch.index] + position
    switch operation.kind {
    case .forward: return [Self.token(visit, .forward)]
    case .reload: return [Self.token(visit, .reload)]
    case .recompute: return [Self.token(visit, .recompute)]
    case .backwardWeight: return visits[Int(visit)].hasWeight ? [Self.token(visit, .weight)] : nil
    case .backwardInput, .backward:
      let known = visits[Int(visit)]
      if operation.kind == known.backward { return [Self.token(visit, .backward)] }
      guard operation.kind == .backward, known.hasWeight else { return nil }
      if known.mayBeWhole { return [Self.token(visit, .whole)] }
      return [Self.token(visit, .backward), Self.token(visit, .weight)]
    }
  }

  /// The orders of a plan.
  func orders(of plan: ModePlan) -> Orders {
    Orders(
      plan.orders.map { tokens in
        tokens.map { token in
          let visit = visits[Self.visit(of: token)]
          return Operation(
            kind(of: token), stage: Stage.ID(rawValue: visit.stage),
            microbatch: Microbatch.ID(rawValue: visit.microbatch))
        }
      })
  }

  /// The modes of a plan.
  func choice(of plan: ModePlan) -> ModeChoice {
    var lists = [[Int]](
      repeating: Array(repeating: 0, count: problem.stageCount), count: problem.microbatchCount)
    // Of stages that a route skips, the mode is that of the problem.
    for microbatch in lists.indices {
      lists[microbatch] = problem.modes.distinct[Int(problem.modes.indexes[microbatch])]
    }
    for (visit, mode) in zip(visits, plan.modes) {
      lists[Int(visit.microbatch)][Int(visit.stage)] = Int(mode)
    }
    return ModeChoice(lists)
  }
}
