import PipelineModel

/// What one device holds, microbatch by microbatch and stage by stage.
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

  /// The static memory alone.
  init(of device: Device.ID, in problem: Problem, _ dependences: Dependences) {
    self.problem = problem
    self.dependences = dependences
    fixed = problem.staticMemory[device.index]
  }

  /// What is held at the moment.
  var total: Double { held.values.sorted().reduce(fixed, +) }

  /// Runs operations that start and end together; returns the most that is held meanwhile.
  mutating func run(_ block: [Operation]) -> Double {
    for operation in block {
      let stage = problem.stages[operation.stage.index]
      let factor = problem.microbatches[operation.microbatch.index].memory[operation.stage]
      let activation = Activation(stage: operation.stage, microbatch: operation.microbatch)
      switch operation.kind {
      case .forward: held[activation] = (stage.checkpoint ?? stage.activationForB) * factor
      case .backwardInput, .backward: held[activation] = stage.activationForB * factor
      case .backwardWeight: break
      }
    }
    let most = total
    for operation in block { end(operation) }
    return most
  }

  private mutating func end(_ operation: Operation) {
    let stage = problem.stages[operation.stage.index]
    let factor = problem.microbatches[operation.microbatch.index].memory[operation.stage]
    let activation = Activation(stage: operation.stage, microbatch: operation.microbatch)
    switch operation.kind {
    case .forward:
      forwards.insert(activation)
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
    }
  }
}
