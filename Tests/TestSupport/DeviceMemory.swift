import PipelineModel

/// What one device holds, microbatch by microbatch and stage by stage, as if no offload ever ended; and what those
/// give back when they do.
struct DeviceMemory {
  private struct Activation: Hashable {
    var stage: Stage.ID
    var microbatch: Microbatch.ID
  }

  private let problem: Problem
  private let dependences: Dependences
  private let fixed: Double
  private var held: [Activation: Double] = [:]
  private var forwards: Set<Activation> = []
  /// What every `L` has fetched back, on top of what its `F` left.
  private var fetched = 0.0
  /// The operations behind which something goes to the host, in their order, and how much.
  private(set) var offloads: [(forward: Operation, amount: Double)] = []

  /// The static memory alone.
  init(of device: Device.ID, in problem: Problem, _ dependences: Dependences) {
    self.problem = problem
    self.dependences = dependences
    fixed = problem.staticMemory[device.index]
  }

  /// What is held at the moment, as if no offload had ended.
  var total: Double { held.values.sorted().reduce(fixed, +) + fetched }

  /// Runs operations that start and end together; returns the most that is held meanwhile once all offloads before
  /// have ended.
  mutating func run(_ block: [Operation]) -> Double {
    let freed = offloads.reduce(0) { $0 + $1.amount }
    for operation in block { start(operation) }
    let most = total
    for operation in block { end(operation) }
    return most - freed
  }

  /// Takes what an operation takes at its start.
  mutating func start(_ operation: Operation) {
    let stage = problem.stage(operation.stage, of: operation.microbatch)
    let factor = problem.microbatches[operation.microbatch.index].memory[operation.stage]
    let activation = Activation(stage: operation.stage, microbatch: operation.microbatch)
    switch operation.kind {
    case .forward: held[activation] = (stage.checkpoint ?? stage.activationForB) * factor
    case .recompute, .backwardInput, .backward: held[activation] = stage.activationForB * factor
    case .reload: fetched += stage.offload * factor
    case .backwardWeight: break
    }
  }

  /// Gives back what an operation gives back at its end.
  mutating func end(_ operation: Operation) {
    let stage = problem.stage(operation.stage, of: operation.microbatch)
    let factor = problem.microbatches[operation.microbatch.index].memory[operation.stage]
    let activation = Activation(stage: operation.stage, microbatch: operation.microbatch)
    switch operation.kind {
    case .forward:
      forwards.insert(activation)
      if stage.offload > 0 { offloads.append((operation, stage.offload * factor)) }
      for other in held.keys
      where other.microbatch == operation.microbatch && !problem.stages[other.stage.index].hasBackward {
        let forward = Operation(.forward, stage: other.stage, microbatch: other.microbatch)
        let isOver = dependences.fedOnSameDevice(by: forward).allSatisfy {
          forwards.contains(Activation(stage: $0, microbatch: other.microbatch))
        }
        if isOver { held[other] = nil }
      }
    case .backwardInput:
      let keeps = stage.duration(of: .backwardWeight) != nil
      held[activation] = keeps ? stage.activationForW * factor : nil
    case .backwardWeight, .backward: held[activation] = nil
    case .recompute, .reload: break
    }
  }
}
