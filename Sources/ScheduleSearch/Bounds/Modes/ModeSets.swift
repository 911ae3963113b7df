import PipelineModel

/// A set of choices of modes: for each stage those that it may take.
struct ModeSets: Hashable {
  /// Per stage, ascending; none is empty.
  private(set) var allowed: [[Int]]
  /// The modes of the first microbatches where each may have its own: by stage, the last one's perhaps not of all stages.
  /// Ascending, as microbatches are alike.
  private(set) var assigned: [[Int]] = []

  init(_ allowed: [[Int]]) { self.allowed = allowed }

  /// All modes of all stages but those that another of the stage is no worse than in any figure.
  init(of problem: Problem) { allowed = problem.stages.map(\.undominatedModes) }

  /// The same choices, of which a stage takes some modes only.
  func keeping(_ modes: [Int], on stage: Int) -> ModeSets {
    var sets = self
    sets.allowed[stage] = modes
    return sets
  }

  /// The same choices by the mode that the next microbatch takes on the next stage; none where all are told.
  ///
  /// - Parameter count: how many microbatches there are, all alike.
  func assigningNext(of count: Int) -> [ModeSets] {
    var lists = assigned
    if lists.last?.count ?? allowed.count == allowed.count {
      guard lists.count < count else { return [] }
      lists.append([])
    }
    let (last, own) = (lists.count - 1, lists[lists.count - 1])
    let isEqual = last > 0 && lists[last - 1].starts(with: own)
    let least = isEqual ? lists[last - 1][own.count] : 0
    return allowed[own.count].filter { $0 >= least }.map { mode in
      var sets = self
      sets.assigned = lists
      sets.assigned[last].append(mode)
      return sets
    }
  }

  /// Whether a choice is surely one of these. A mode that another is no worse than belongs where all others are.
  func hold(_ choice: ModeChoice, of problem: Problem) -> Bool {
    guard assigned.isEmpty else { return false }
    return allowed.indices.allSatisfy { stage in
      allowed[stage] == problem.stages[stage].undominatedModes
        || choice.distinct.allSatisfy { allowed[stage].contains($0[stage]) }
    }
  }

  /// The one mode of each stage; `nil` where any stage has more.
  var only: [Int]? { assigned.isEmpty && allowed.allSatisfy { $0.count == 1 } ? allowed.map { $0[0] } : nil }
}

extension Problem {
  /// The problem in which every stage is as short and as small as the least of its modes in a set, figure by figure:
  /// no schedule in any of them is shorter than the same one is here.
  func withLeastModes(of sets: ModeSets) -> Problem? {
    var parts = ProblemParts(of: self)
    parts.modes = nil
    for (index, modes) in sets.allowed.enumerated() where !stages[index].modes.isEmpty {
      parts.stages[index] = Stage.least(of: modes.map(stages[index].inMode))
    }
    return try? parts.problem()
  }

  /// The problem in which the first microbatches have the modes of a set that assigns them, and all else is as short and as
  /// small as the least of its modes.
  func withLeastModes(besideAssignedOf sets: ModeSets) -> Problem? {
    guard let least = withLeastModes(of: sets) else { return nil }
    var parts = ProblemParts(of: self)
    for (index, stage) in least.stages.enumerated() {
      parts.stages[index].modes.append(stage.asMode(named: Self.leastName))
    }
    let open = stages.map(\.modeCount)
    parts.modes = ModeChoice(
      microbatches.indices.map { microbatch in
        guard microbatch < sets.assigned.count else { return open }
        let own = sets.assigned[microbatch]
        return own + open.dropFirst(own.count)
      })
    return try? parts.problem()
  }

  /// What no mode of a file is called: it is longer than any name need be.
  private static var leastName: String { "the least of all modes, figure by figure" }

  /// The problem with one mode for each stage, and no other; `nil` where some device does not hold a microbatch in it.
  func inModes(_ modes: [Int]) -> Problem? {
    var parts = ProblemParts(of: self)
    parts.stages = zip(stages, modes).map { $0.inMode($1) }
    parts.modes = nil
    return try? parts.problem()
  }

  /// The problem in the modes of a choice: and no others, where each stage has one; `nil` where they do not fit, with all
  /// pieces of a sequence.
  ///
  /// - Parameter listed: whether the problem still knows the other modes.
  func inModes(of choice: ModeChoice, listed: Bool = false) -> Problem? {
    let alone =
      choice.isPerStage && !listed ? inModes(choice.distinct[0]) : try? with(modes: choice)
    return alone?.ifInScope
  }
}

extension Stage {
  /// As short and as small as the least of some, figure by figure.
  ///
  /// What any of them offloads is away from the end of `F` on, and comes back at once.
  fileprivate static func least(of stages: [Stage]) -> Stage {
    guard stages.count > 1, var stage = stages.first else {
      return stages.first ?? Stage(forward: 0, backward: .none)
    }
    func least(_ figure: (Stage) -> Double) -> Double { stages.reduce(.infinity) { min($0, figure($1)) } }
    func least(_ kind: Operation.Kind) -> Double { least { $0.duration(of: kind) ?? 0 } }
    stage.forward = least(\.forward)
    switch stage.backward {
    case .split: stage.backward = .split(input: least(.backwardInput), weight: least(.backwardWeight))
    case .input: stage.backward = .input(least(.backwardInput))
    case .whole: stage.backward = .whole(least(.backward))
    case .none: break
    }
    stage.activationForB = least(\.activationForB)
    stage.activationForW = least(\.activationForW)
    stage.checkpoint = least { $0.activationForForward - $0.offload }
    stage.offload = 0
    stage.recompute = stages.contains { $0.recompute == nil } ? nil : least(.recompute)
    stage.firstForward = stage.firstForward.map { _ in least { $0.firstForward ?? $0.forward } }
    stage.lastBackward = stage.lastBackward.map { _ in least { $0.lastBackward ?? 0 } }
    return stage
  }

  /// The modes that no other is as good as in every figure; of equal ones the first.
  fileprivate var undominatedModes: [Int] { choices.map(inMode).undominated.map { choices[$0] } }
}
