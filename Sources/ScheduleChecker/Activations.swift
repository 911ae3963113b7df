import PipelineModel

/// What is held of every visit: what operations take at their starts and release at their ends, and what offloads
/// release at theirs.
struct Activations {
  private let stages: ModeStages
  private let factors: [PerStage]
  private let table: VisitNumbers
  /// What is held of each visit.
  private var held: [Double]
  /// Whether the visit still has to grow to what its backward pass needs, after its `F`.
  private var grows: [Bool]
  /// How many visits to the same device, of those that each visit feeds, have not run their `F`.
  private var waiting: [Int32]

  /// Holds nothing yet. O(visits and their inputs).
  init(of problem: Problem, visits table: VisitNumbers) {
    stages = ModeStages(of: problem)
    factors = problem.microbatches.map(\.memory)
    self.table = table
    held = Array(repeating: 0, count: table.count)
    grows = Array(repeating: false, count: table.count)
    waiting = Array(repeating: 0, count: table.count)
    for microbatch in 0..<table.microbatchCount {
      for visit in table.first[microbatch]..<table.first[microbatch + 1] {
        let device = table.device(ofVisit: visit, microbatch: microbatch)
        for output in table.outputs(ofVisit: visit, microbatch: microbatch)
        where table.device(ofVisit: output, microbatch: microbatch) == device {
          waiting[visit] += 1
        }
      }
    }
  }

  /// What an operation takes at its start: nothing where its `F` is missing or comes later.
  mutating func take(for operation: Operation, at visit: Int) -> Double {
    let place = stages.place(of: operation)
    let whole = stages.all[place].activationForB * factor(operation)
    let taken: Double
    switch operation.kind {
    case .forward: taken = stages.all[place].checkpoint.map { $0 * factor(operation) } ?? whole
    case .recompute, .backwardInput, .backward: taken = grows[visit] ? whole - held[visit] : 0
    case .backwardWeight: taken = 0
    // All of the checkpoint is there again, as if it had never been away.
    case .reload: return grows[visit] ? stages.all[place].offload * factor(operation) : 0
    }
    grows[visit] = operation.kind == .forward
    held[visit] += taken
    return taken
  }

  /// What the end of the offload behind an `F` releases; 0 where there is none.
  func offloaded(after operation: Operation) -> Double {
    guard operation.kind == .forward else { return 0 }
    return stages.all[stages.place(of: operation)].offload * factor(operation)
  }

  /// What an operation releases at its end. O(inputs).
  mutating func release(after operation: Operation, at visit: Int) -> Double {
    switch operation.kind {
    case .recompute, .reload: return 0
    case .forward: return releaseInputs(of: visit, operation)
    case .backwardInput:
      let place = stages.place(of: operation)
      guard case .split = stages.all[place].backward else { return drop(visit) }
      let kept = min(held[visit], stages.all[place].activationForW * factor(operation))
      defer { held[visit] = kept }
      return held[visit] - kept
    // A `W` without its `B` before it ends it all, so that a missing `B` does not look like a leak.
    case .backwardWeight, .backward: return drop(visit)
    }
  }

  /// What stages without a backward pass held for this `F` alone, and what this one need not hold.
  private mutating func releaseInputs(of visit: Int, _ operation: Operation) -> Double {
    let microbatch = operation.microbatch.index
    let device = table.device(ofVisit: visit, microbatch: microbatch)
    var released = 0.0
    for input in table.inputs(ofVisit: visit, microbatch: microbatch)
    where table.device(ofVisit: input, microbatch: microbatch) == device {
      waiting[input] -= 1
      let stage = table.stage(ofVisit: input, microbatch: microbatch)
      if waiting[input] == 0, !stages.all[stage.index].hasBackward { released += drop(input) }
    }
    let needed = stages.all[operation.stage.index].hasBackward || waiting[visit] > 0
    return needed ? released : released + drop(visit)
  }

  private mutating func drop(_ visit: Int) -> Double {
    defer { held[visit] = 0 }
    return held[visit]
  }

  private func factor(_ operation: Operation) -> Double {
    factors[operation.microbatch.index][operation.stage]
  }
}
