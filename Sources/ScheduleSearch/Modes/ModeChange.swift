import PipelineModel

/// Changes of modes, with the operations that they bring along or make needless.
enum ModeChange {
  /// Visits that change together, and the modes that they may have together.
  struct Group: Sendable {
    var visits: [Int32]
    /// Per choice, the mode of each visit.
    var choices: [[UInt8]]
  }

  /// What is a choice in a problem; nothing where the modes are given.
  static func groups(of model: ModeModel, _ extent: Mode.Extent?) -> [Group] {
    let problem = model.problem
    switch extent {
    case nil: return []
    case .microbatch:
      return model.visits.indices.compactMap { visit in
        let choices = problem.stages[Int(model.visits[visit].stage)].choices
        return choices.count > 1
          ? Group(visits: [Int32(visit)], choices: choices.map { [UInt8($0)] }) : nil
      }
    case .stage:
      return problem.stages.indices.filter { problem.stages[$0].choices.count > 1 }.map { stage in
        let visits = model.visitsOfStage[stage]
        return Group(
          visits: visits,
          choices: problem.stages[stage].choices.map { mode in
            Array(repeating: UInt8(mode), count: visits.count)
          })
      }
    case .problem:
      let choices = problem.choicesOfOneName.map(model.modes)
      return choices.count > 1
        ? [Group(visits: model.visits.indices.map { Int32($0) }, choices: choices)] : []
    }
  }

  /// Gives a group another of its choices, and tells the devices whose orders are to be written anew.
  ///
  /// In the mode of a single visit, one time in three another visit of its stage takes the mode that it had.
  static func apply(
    _ group: Group, to plan: inout ModePlan, _ model: ModeModel, _ random: inout FastRandom
  ) -> [Int] {
    let choice = group.choices[random.index(below: group.choices.count)]
    var changes = zip(group.visits, choice).filter { plan.modes[Int($0)] != $1 }.map { (visit: $0, mode: $1) }
    guard let first = changes.first else { return [] }
    if group.visits.count == 1, random.index(below: 3) == 0 {
      let others = model.visitsOfStage[Int(model.visits[Int(first.visit)].stage)]
        .filter { plan.modes[Int($0)] == first.mode }
      if !others.isEmpty {
        changes.append((others[random.index(below: others.count)], plan.modes[Int(first.visit)]))
      }
    }
    for change in changes { set(change.visit, to: change.mode, in: &plan, model) }
    return Array(Set(changes.map { Int(model.visits[Int($0.visit)].device) })).sorted()
  }

  /// Runs a visit in a mode: what this has not goes out of the order, what it has besides comes in right before the
  /// backward pass.
  static func set(_ visit: Int32, to mode: UInt8, in plan: inout ModePlan, _ model: ModeModel) {
    let (old, new) = (
      model.parts(of: visit, mode: plan.modes[Int(visit)]), model.parts(of: visit, mode: mode)
    )
    plan.modes[Int(visit)] = mode
    guard old != new else { return }
    let device = Int(model.visits[Int(visit)].device)
    let gone = old.filter { !new.contains($0) }.map { ModeModel.token(visit, $0) }
    plan.orders[device].removeAll { gone.contains($0) }
    for part in new.reversed() where !old.contains(part) {
      // The part that follows it in the new mode is there already.
      guard let next = new.drop(while: { $0 != part }).dropFirst().first,
        let place = plan.orders[device].firstIndex(where: {
          ModeModel.asApart($0) == ModeModel.token(visit, next)
        })
      else { continue }
      plan.orders[device].insert(ModeModel.token(visit, part), at: place)
    }
  }
}
