import PipelineModel

/// A set of choices of modes: for each stage those that it may take.
struct ModeSets: Hashable {
  /// Per stage, ascending; none is empty.
  private(set) var allowed: [[Int]]

  init(_ allowed: [[Int]]) { self.allowed = allowed }

  /// All modes of all stages but those that another of the stage is no worse than in any figure.
  init(of problem: Problem) { allowed = problem.stages.map(\.undominatedModes) }

  /// The same choices, of which a stage takes some modes only.
  func keeping(_ modes: [Int], on stage: Int) -> ModeSets {
    var sets = self
    sets.allowed[stage] = modes
    return sets
  }

  /// The one mode of each stage; `nil` where any stage has more.
  var only: [Int]? { allowed.allSatisfy { $0.count == 1 } ? allowed.map { $0[0] } : nil }
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

  /// The problem with one mode for each stage, and no other; `nil` where some device does not hold a microbatch in it.
  func inModes(_ modes: [Int]) -> Problem? {
    var parts = ProblemParts(of: self)
    parts.stages = zip(stages, modes).map { $0.inMode($1) }
    parts.modes = nil
    return try? parts.problem()
  }
}

extension Stage {
  /// As short and as small as the least of some, figure by figure.
  ///
  /// What any of them offloads is away from the end of `F` on, and comes back at once.
  fileprivate static func least(of stages: [Stage]) -> Stage {
    guard stages.count > 1, var stage = stages.first else { return stages.first ?? Stage(forward: 0, backward: .none) }
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
  fileprivate var undominatedModes: [Int] {
    let (all, choices) = (inAllModes, choices)
    return choices.filter { index in
      !choices.contains { other in
        guard other != index, all[other].isNoWorse(than: all[index]) else { return false }
        return other < index || !all[index].isNoWorse(than: all[other])
      }
    }
  }

  private func isNoWorse(than other: Stage) -> Bool {
    let own = figures
    // Where both recompute, or neither does, every figure tells; else no `R` is better than one.
    return zip(own, other.figures).allSatisfy { $0 <= $1 }
  }

  private var figures: [Double] {
    [
      forward, duration(of: .backwardInput) ?? 0, duration(of: .backwardWeight) ?? 0, duration(of: .backward) ?? 0,
      activationForB, isSplit ? activationForW : 0, activationForForward, offload > 0 ? activationForForward - offload : activationForForward,
      recompute ?? 0, offload,
      firstForward ?? forward, lastBackward ?? 0,
    ]
  }
}
