import PipelineModel

/// What operations need, straight from the table of docs/semantics.md. A `B` stands for a `BW` as well.
public struct Dependences {
  private let problem: Problem
  private var needs: [Operation: [Operation]] = [:]
  private var users: [Operation: [Operation]] = [:]
  private var devices: [Operation: Device.ID] = [:]
  /// What needs the output of each `F`, tied to it by a task or phase.
  private var tied: [Operation: [Operation]] = [:]
  /// What each operation waits for of the iteration before.
  private(set) var handedOver: [Operation: [Operation]] = [:]

  /// Lists what a problem's operations need.
  public init(of problem: Problem) {
    self.problem = problem
    let inputs = problem.routes.map { Self.inputs(along: $0.visits.map(\.stage), problem) }
    for index in problem.microbatches.indices {
      list(Microbatch.ID(index), inputs: inputs[Int(problem.routeIndexes[index])])
    }
    for precedence in problem.precedences {
      for (producer, consumer) in pairs(of: precedence) {
        needs[consumer, default: []].append(producer)
        users[producer, default: []].append(consumer)
        tied[producer, default: []].append(consumer)
      }
    }
    for handover in problem.handovers {
      for (producer, consumer) in pairs(of: handover) { handedOver[consumer, default: []].append(producer) }
    }
  }

  /// What a precedence makes wait for what; a `BW` that cannot be taken apart stands for both of its parts.
  private func pairs(of precedence: Precedence) -> [(producer: Operation, consumer: Operation)] {
    func operations(_ end: Precedence.End) -> [Operation] {
      problem.microbatches.indices.map { Microbatch.ID($0) }.compactMap { microbatch in
        guard end.microbatch == nil || end.microbatch == microbatch else { return nil }
        let isWhole = problem.stages[end.stage.index].gradient(isFused: false) == .backward
        let kind = end.kind == .backwardWeight && isWhole ? .backwardInput : end.kind
        let operation = Operation(kind, stage: end.stage, microbatch: microbatch)
        return devices[operation] == nil ? nil : operation
      }
    }
    return operations(precedence.producer).flatMap { producer in
      operations(precedence.consumer).filter {
        !precedence.isWithinMicrobatch || producer.microbatch == $0.microbatch
      }.map { (producer, $0) }
    }
  }

  /// What an operation needs.
  public func needs(of operation: Operation) -> [Operation] { needs[operation.asNeeded] ?? [] }

  /// What needs an operation: operations of other visits in the order of the route, then those of its own.
  func users(of operation: Operation) -> [Operation] { users[operation.asNeeded] ?? [] }

  /// What is made by a stage without a backward pass, or a task.
  struct Output {
    var forward: Operation
    var amount: Double
    /// What needs it on its device, of whatever stream; in the next iteration where it is carried.
    var readers: [Operation]
    var isCarried: Bool
    /// Whether another stream than the compute stream has a part in it.
    var isHeldByTime: Bool
    /// Its device, as the device that stands for the compute stream.
    var device: Device.ID
  }

  /// All that is held until it has been read.
  var outputs: [Output] {
    func place(_ operation: Operation) -> (device: Device.ID, stream: Int) {
      problem.layout?.place(of: device(of: operation)) ?? (device(of: operation), 0)
    }
    return devices.keys.filter { $0.kind == .forward && !problem.stages[$0.stage.index].hasBackward }.map {
      forward in
      let later = handedOver.filter {
        $0.value.contains(forward) && place($0.key).device == place(forward).device
      }
      let tied = (tied[forward] ?? []).filter { place($0).device == place(forward).device }
      let fed = users(of: forward).filter { $0.kind == .forward && device(of: $0) == device(of: forward) }
      let readers = later.isEmpty ? tied + fed : Array(later.keys)
      let amount =
        problem.stage(forward.stage, of: forward.microbatch).activationForB
        * problem.microbatches[forward.microbatch.index].memory[forward.stage]
      let isElsewhere =
        place(forward).stream > 0 || readers.contains { device(of: $0) != device(of: forward) }
      return Output(
        forward: forward, amount: amount, readers: readers, isCarried: !later.isEmpty,
        isHeldByTime: amount > 0 && isElsewhere, device: place(forward).device)
    }
  }

  /// The device of an operation.
  func device(of operation: Operation) -> Device.ID {
    guard let device = devices[operation.asNeeded] else { preconditionFailure("\(operation) does not exist") }
    return device
  }

  /// By visit, the visits whose output `F` needs, ascending.
  private static func inputs(along stages: [Stage.ID], _ problem: Problem) -> [[Int]] {
    stages.indices.map { position in
      guard let named = problem.stages[stages[position].index].inputs else {
        return position == 0 ? [] : [position - 1]
      }
      return stages.indices.filter { named.contains(stages[$0]) }
    }
  }

  private mutating func list(_ microbatch: Microbatch.ID, inputs: [[Int]]) {
    let visits = problem.route(of: microbatch).visits
    func has(_ kind: Operation.Kind, _ position: Int) -> Bool {
      problem.stage(visits[position].stage, of: microbatch).passes(isFused: false).map(\.asNeeded)
        .contains(kind)
    }
    func operation(_ kind: Operation.Kind, _ position: Int) -> Operation {
      Operation(kind, stage: visits[position].stage, microbatch: microbatch)
    }
    for position in visits.indices {
      let outputs = visits.indices.filter { inputs[$0].contains(position) }
      let gradients = outputs.filter { has(.backwardInput, $0) }
      needs[operation(.forward, position)] = inputs[position].map { operation(.forward, $0) }
      if has(.reload, position) { needs[operation(.reload, position)] = [operation(.forward, position)] }
      let reload = has(.reload, position) ? [operation(.reload, position)] : []
      if has(.recompute, position) {
        needs[operation(.recompute, position)] = [operation(.forward, position)] + reload
      }
      if has(.backwardInput, position) {
        needs[operation(.backwardInput, position)] =
          [operation(.forward, position)] + gradients.map { operation(.backwardInput, $0) }
          + (has(.recompute, position) ? [operation(.recompute, position)] : reload)
      }
      if has(.backwardWeight, position) {
        needs[operation(.backwardWeight, position)] = [operation(.backwardInput, position)]
      }
    }
    // Along the route, and of each visit what comes of itself last.
    for kind in [Operation.Kind.forward, .reload, .recompute, .backwardInput, .backwardWeight] {
      for (position, visit) in visits.enumerated() where has(kind, position) {
        devices[operation(kind, position)] = visit.device
        for need in needs[operation(kind, position)] ?? [] {
          users[need, default: []].append(operation(kind, position))
        }
      }
    }
  }
}

extension Operation {
  /// The operation that others are said to need: `B` for `BW`.
  public var asNeeded: Operation { Operation(kind.asNeeded, stage: stage, microbatch: microbatch) }
}

extension Operation.Kind {
  fileprivate var asNeeded: Operation.Kind { self == .backward ? .backwardInput : self }
}
