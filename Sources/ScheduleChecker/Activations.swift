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
  /// How many operations on the same device, of those that need the output of each visit, have not ended.
  private var waiting: [Int32]
  /// What is needed besides inputs.
  let needs: HeldForTasks

  /// Holds nothing but what the iteration before made for this one. O(visits and their inputs).
  init(of problem: Problem, visits table: VisitNumbers) {
    stages = ModeStages(of: problem)
    factors = problem.microbatches.map(\.memory)
    self.table = table
    held = Array(repeating: 0, count: table.count)
    grows = Array(repeating: false, count: table.count)
    waiting = Array(repeating: 0, count: table.count)
    needs = HeldForTasks(of: problem, visits: table)
    for microbatch in 0..<table.microbatchCount {
      for visit in table.first[microbatch]..<table.first[microbatch + 1] {
        let device = table.device(ofVisit: visit, microbatch: microbatch)
        for output in table.outputs(ofVisit: visit, microbatch: microbatch)
        where table.device(ofVisit: output, microbatch: microbatch) == device {
          waiting[visit] += 1
        }
      }
    }
    for visit in needs.visits { waiting[visit] += 1 }
  }

  /// What each device holds before its first operation, besides static memory: what was made an iteration ago.
  var handedOver: [Device.ID: Double] {
    needs.carried.reduce(into: [:]) { held, output in held[output.device, default: 0] += amount(output) }
  }

  /// How much an output takes.
  func amount(_ output: HeldForTasks.Output) -> Double {
    stages.all[output.stage.index].activationForB * factors[output.microbatch.index][output.stage]
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
    if needs.isHeldByTime(visit) { return 0 }
    grows[visit] = operation.kind == .forward
    held[visit] += taken
    return taken
  }

  /// What the end of the offload behind an `F` releases; 0 where there is none.
  func offloaded(after operation: Operation) -> Double {
    guard operation.kind == .forward else { return 0 }
    return stages.all[stages.place(of: operation)].offload * factor(operation)
  }

  /// What an operation releases at its end: what was held for it, and of its own visit. O(inputs and needs).
  mutating func release(after operation: Operation, at visit: Int) -> Double {
    releaseNeeds(of: visit, operation) + releaseOwn(after: operation, at: visit)
  }

  /// What tasks and stages held for this operation alone, in this iteration or since the one before.
  private mutating func releaseNeeds(of visit: Int, _ operation: Operation) -> Double {
    var released = 0.0
    for output in needs.outputs(neededBy: operation, at: visit) {
      waiting[output.visit] -= 1
      guard waiting[output.visit] == 0 else { continue }
      released += needs.isCarried(output.visit) ? amount(output) : drop(output.visit)
    }
    return released
  }

  private mutating func releaseOwn(after operation: Operation, at visit: Int) -> Double {
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
    let needed =
      stages.all[operation.stage.index].hasBackward || waiting[visit] > 0 || needs.isCarried(visit)
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
