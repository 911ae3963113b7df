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
  /// What is made here and held until it has been read.
  private let outputs: [Activation: Dependences.Output]
  private var held: [Activation: Double] = [:]
  /// What has run; a `BW` as its two parts.
  private var ended: Set<Operation> = []
  /// What tasks made an iteration ago, with what needs it here.
  private var carried: [Activation: (amount: Double, readers: [Operation])] = [:]
  /// What every `L` has fetched back, on top of what its `F` left.
  private var fetched = 0.0
  /// The operations behind which something goes to the host, in their order, and how much.
  private(set) var offloads: [(forward: Operation, amount: Double)] = []

  /// The static memory, and what the iteration before made for this one.
  init(of device: Device.ID, in problem: Problem, _ dependences: Dependences) {
    self.problem = problem
    self.dependences = dependences
    fixed = problem.staticMemory[device.index]
    let all = dependences.outputs.filter { dependences.device(of: $0.forward) == device }
    outputs = Dictionary(
      uniqueKeysWithValues: all.map {
        (Activation(stage: $0.forward.stage, microbatch: $0.forward.microbatch), $0)
      })
    carried = outputs.filter { $1.isCarried && !$1.isHeldByTime }.mapValues { ($0.amount, $0.readers) }
  }

  /// What is held at the moment, as if no offload had ended.
  var total: Double { (held.values + carried.values.map(\.amount)).sorted().reduce(fixed, +) + fetched }

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
    case .forward where outputs[activation]?.isHeldByTime ?? false: break
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
      if stage.offload > 0 { offloads.append((operation, stage.offload * factor)) }
    case .backwardInput:
      let keeps = stage.duration(of: .backwardWeight) != nil
      held[activation] = keeps ? stage.activationForW * factor : nil
    case .backwardWeight, .backward: held[activation] = nil
    case .recompute, .reload: break
    }
    ended.insert(operation)
    if operation.kind == .backward {
      for kind in [Operation.Kind.backwardInput, .backwardWeight] {
        ended.insert(Operation(kind, stage: operation.stage, microbatch: operation.microbatch))
      }
    }
    giveBackWhatIsRead()
  }

  /// Gives back what stages without a backward pass and tasks hold once all that needs it here has run.
  private mutating func giveBackWhatIsRead() {
    for other in held.keys {
      guard let output = outputs[other], !output.isCarried, ended.contains(output.forward) else { continue }
      if output.readers.allSatisfy(ended.contains) { held[other] = nil }
    }
    for (output, made) in carried where made.readers.allSatisfy(ended.contains) { carried[output] = nil }
  }
}
