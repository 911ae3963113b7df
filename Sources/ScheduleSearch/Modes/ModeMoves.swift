import OperationGraph
import PipelineModel
import Timeline

/// Moves of single operations and of modes, each timed whole by the sweeping kernel.
struct ModeMoves: Neighbourhood, ~Copyable {
  private let model: ModeModel
  /// What may change together: the visits whose modes are one choice. Empty where the modes are given.
  private let choices: [ModeChange.Group]
  /// The mean duration of an operation, in which heat is measured.
  private let unit: Double
  /// Whether operations of one kind on one stage stay in order.
  private let isFirstInFirstOut: Bool
  private var timer: ModeTimer
  private var rule: ModeRule

  private(set) var plan: ModePlan
  private(set) var score = Score.none

  /// Makes room for a model's plans; they are given afterwards.
  ///
  /// - Parameter extent: among what modes are a choice; `nil` where they are given.
  init(_ model: ModeModel, extent: Mode.Extent?, objective: Objective) {
    self.model = model
    choices = ModeChange.groups(of: model, extent)
    let problem = model.problem
    isFirstInFirstOut =
      problem.classRepresentatives.count == 1 && problem.pieces == 1 && extent != .microbatch
    let work = problem.deviceWork.reduce(0, +) * model.lowered.grid.stepsPerUnit
    unit = work / Double(max(1, model.tokenCount))
    timer = ModeTimer(model, objective: objective)
    rule = ModeRule(model)
    plan = ModePlan(
      modes: Array(repeating: 0, count: model.visits.count),
      orders: Array(repeating: [], count: problem.deviceCount))
  }

  mutating func start(from candidate: Candidate<ModePlan>) -> Bool {
    for device in candidate.plan.orders.indices {
      guard timer.write(candidate.plan.orders[device], candidate.plan.modes, on: device) else { return false }
    }
    guard let value = timer.value() else { return false }
    plan = candidate.plan
    score = Score(value: value)
    return true
  }

  mutating func tryMove(heat: Double, random: inout FastRandom) -> Bool {
    let threshold = score.value * (1 + 1e-12) + unit * heat * random.exponential()
    if !choices.isEmpty, random.next() & 7 == 0 {
      return tryChange(choices[random.index(below: choices.count)], threshold, &random)
    }
    let device = random.index(below: plan.orders.count)
    guard !plan.orders[device].isEmpty else { return false }
    let before = plan.orders[device]
    guard rearrange(device, &random), rule.allows(plan.orders[device]) else {
      plan.orders[device] = before
      return false
    }
    if timer.write(plan.orders[device], plan.modes, on: device), let value = timer.value(), value <= threshold
    {
      score = Score(value: value)
      return true
    }
    plan.orders[device] = before
    _ = timer.write(before, plan.modes, on: device)
    return false
  }

  /// Changes the order of a device; tells whether it is another.
  private mutating func rearrange(_ device: Int, _ random: inout FastRandom) -> Bool {
    let place = random.index(below: plan.orders[device].count)
    let token = plan.orders[device][place]
    if model.visits[ModeModel.visit(of: token)].mayBeWhole, random.next() & 7 == 0 {
      let part = ModeModel.part(of: token)
      if part == ModeModel.Part.whole.rawValue { return split(token, at: place, on: device, &random) }
      if part == ModeModel.Part.backward.rawValue { return fuse(token, at: place, on: device, &random) }
    }
    return shift(token, at: place, on: device, &random)
  }

  /// Takes a `BW` apart, its `W` some places later.
  private mutating func split(
    _ token: ModeModel.Token, at place: Int, on device: Int, _ random: inout FastRandom
  ) -> Bool {
    let visit = Int32(ModeModel.visit(of: token))
    plan.orders[device][place] = ModeModel.token(visit, .backward)
    let later = min(plan.orders[device].count, place + 1 + random.index(below: BlockChange.reach))
    plan.orders[device].insert(ModeModel.token(visit, .weight), at: later)
    return true
  }

  /// Puts a `B` and its `W` together, in the place of either.
  private mutating func fuse(
    _ token: ModeModel.Token, at place: Int, on device: Int, _ random: inout FastRandom
  ) -> Bool {
    let visit = Int32(ModeModel.visit(of: token))
    guard
      let weight = plan.orders[device][place...].firstIndex(of: ModeModel.token(visit, .weight))
    else { return false }
    let isEarly = random.next() & 1 == 0
    plan.orders[device][isEarly ? place : weight] = ModeModel.token(visit, .whole)
    plan.orders[device].remove(at: isEarly ? weight : place)
    return true
  }

  /// Moves an operation by some places, as far as what belongs to it lets it.
  private mutating func shift(
    _ token: ModeModel.Token, at start: Int, on device: Int, _ random: inout FastRandom
  ) -> Bool {
    let count = plan.orders[device].count
    var place = start
    let places = 1 + random.index(below: random.next() & 3 == 0 ? 16 : 4)
    let step = random.next() & 1 == 0 ? 1 : -1
    var moved = 0
    while moved < places, (0..<count).contains(place + step),
      mayPass(token, plan.orders[device][place + step])
    {
      plan.orders[device][place] = plan.orders[device][place + step]
      place += step
      moved += 1
    }
    plan.orders[device][place] = token
    return moved > 0
  }

  @inline(__always)
  private func mayPass(_ token: ModeModel.Token, _ other: ModeModel.Token) -> Bool {
    let (one, two) = (ModeModel.visit(of: token), ModeModel.visit(of: other))
    if one == two { return false }
    return !isFirstInFirstOut
      || ModeModel.part(of: ModeModel.asApart(token)) != ModeModel.part(of: ModeModel.asApart(other))
      || model.visits[one].stage != model.visits[two].stage
  }

  /// Runs some visits in other modes.
  private mutating func tryChange(
    _ group: ModeChange.Group, _ threshold: Double, _ random: inout FastRandom
  ) -> Bool {
    let before = plan
    let changed = ModeChange.apply(group, to: &plan, model, &random)
    let isKept =
      !changed.isEmpty
      && changed.allSatisfy { device in
        ModeRepair(model, on: device).mend(&plan) && rule.allows(plan.orders[device])
          && timer.write(plan.orders[device], plan.modes, on: device)
      }
    if isKept, let value = timer.value(), value <= threshold {
      score = Score(value: value)
      return true
    }
    plan = before
    for device in changed { _ = timer.write(before.orders[device], before.modes, on: device) }
    return false
  }
}
