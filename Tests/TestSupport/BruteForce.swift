import PipelineModel

/// The best value over all orders of a tiny problem with whatever features, by trying them all.
///
/// It knows nothing of bounds or search and takes no theorem on trust: every order of every device's operations
/// within its memory limit is timed by the reference simulator. Only names are not told apart: of microbatches of
/// equal scale and route the first forwards stand in order.
public struct BruteForce {
  /// Which backward passes are tried.
  public enum Passes: Sendable {
    /// `B` and `W`.
    case split
    /// `BW`.
    case fused
    /// Either, visit by visit. Where no pair gains this is `split`: `W` right behind its `B` does as well as `BW`.
    case either
  }

  /// One step of a order: an operation, or a pair.
  typealias Block = [Operation]

  private let problem: Problem
  private var orders: [[[Block]]] = []

  /// Lists all orders; `nil` when more combinations than `limit` would have to be tried.
  public init?(_ problem: Problem, passes: Passes = .either, limit: Int) {
    self.problem = problem
    var combinations = 1
    for device in problem.devices.indices {
      var lister = OrderLister(problem, device: Device.ID(device), passes: passes, limit: limit)
      guard let found = lister.orders() else { return nil }
      orders.append(found)
      combinations *= found.count
      if combinations > limit { return nil }
    }
  }

  /// The least makespan and the least period; infinite where no orders can run within the memory limits.
  public func optimum() -> (makespan: Double, period: Double) {
    var best = (makespan: Double.infinity, period: Double.infinity)
    func choose(_ chosen: [[Block]]) {
      guard chosen.count == orders.count else {
        for order in orders[chosen.count] { choose(chosen + [order]) }
        return
      }
      let orders = Orders(blocks: chosen)
      guard let makespan = ReferenceSimulator.makespan(problem, orders),
        let period = ReferenceSimulator.period(problem, orders)
      else { return }
      best.makespan = min(best.makespan, makespan)
      best.period = min(best.period, period)
    }
    choose([])
    return best
  }
}

/// All orders of one device.
private struct OrderLister {
  private let problem: Problem
  private let device: Device.ID
  private let kinds: [Operation.Kind]
  private let mayPair: Bool
  private let limit: Int
  /// Every operation that may stand in the order, with those that must have stood before it where they stand at all.
  private var before: [(operation: Operation, needs: [[Operation]])] = []
  private var found: [[BruteForce.Block]] = []

  init(_ problem: Problem, device: Device.ID, passes: BruteForce.Passes, limit: Int) {
    self.problem = problem
    self.device = device
    self.limit = limit
    let gains = (problem.overlap?.forwardBackward ?? 1) < 1
    mayPair = gains && passes != .split
    kinds =
      switch passes {
      case .fused: [.forward, .backward]
      case .split: [.forward, .backwardInput, .backwardWeight]
      case .either:
        gains ? Operation.Kind.allCases : [.forward, .backwardInput, .backwardWeight]
      }
    for microbatch in problem.microbatches.indices { list(Microbatch.ID(microbatch)) }
  }

  /// The orders; `nil` when there are more than the limit.
  mutating func orders() -> [[BruteForce.Block]]? {
    extend([], done: [], held: problem.staticMemory[device.index]) ? found : nil
  }

  private mutating func list(_ microbatch: Microbatch.ID) {
    let visits = problem.route(of: microbatch).visits
    let here = visits.indices.filter { visits[$0].device == device }
    func either(_ backward: Bool, at position: Int, of microbatch: Microbatch.ID) -> [Operation] {
      (backward ? [.backwardInput, .backward] : [.forward]).map {
        Operation($0, stage: visits[position].stage, microbatch: microbatch)
      }
    }
    for position in here {
      for kind in kinds {
        let operation = Operation(kind, stage: visits[position].stage, microbatch: microbatch)
        var needs: [[Operation]]
        switch kind {
        case .forward:
          needs = here.filter { $0 < position }.map { either(false, at: $0, of: microbatch) }
          if microbatch.index % problem.pieces > 0 {
            needs.append(either(false, at: position, of: Microbatch.ID(microbatch.index - 1)))
          } else if position == 0, let twin = twin(before: microbatch) {
            needs.append(either(false, at: position, of: twin))
          }
        case .backwardInput, .backward:
          needs = here.map { either(false, at: $0, of: microbatch) }
          needs += here.filter { $0 > position }.map { either(true, at: $0, of: microbatch) }
          if microbatch.index % problem.pieces < problem.pieces - 1 {
            needs.append(either(true, at: position, of: Microbatch.ID(microbatch.index + 1)))
          }
        case .backwardWeight:
          needs = [[Operation(.backwardInput, stage: operation.stage, microbatch: microbatch)]]
        }
        before.append((operation, needs))
      }
    }
  }

  /// The microbatch before that cannot be told from this one, if there is one.
  private func twin(before microbatch: Microbatch.ID) -> Microbatch.ID? {
    guard problem.pieces == 1 else { return nil }
    return (0..<microbatch.index).last {
      problem.microbatches[$0].scale == problem.microbatches[microbatch.index].scale
        && problem.routeIndexes[$0] == problem.routeIndexes[microbatch.index]
    }.map { Microbatch.ID($0) }
  }

  /// Whether no more orders were found than the limit.
  private mutating func extend(_ order: [BruteForce.Block], done: Set<Operation>, held: Double) -> Bool {
    let next = before.filter { entry in
      !done.contains(entry.operation) && !isDoneOtherwise(entry.operation, done)
        && entry.needs.allSatisfy { $0.contains(where: done.contains) }
    }.map(\.operation)
    if next.isEmpty {
      found.append(order)
      return found.count <= limit
    }
    var blocks = next.map { [$0] }
    if mayPair {
      for forward in next where forward.kind == .forward {
        blocks += next.filter { $0.kind == .backward && $0.microbatch != forward.microbatch }
          .map { [forward, $0] }
      }
    }
    for block in blocks {
      var now = held
      let fits = block.allSatisfy { operation in
        now += problem.memoryGrowth(of: operation)
        return now <= problem.devices[device.index].capacity
      }
      guard !fits || extend(order + [block], done: done.union(block), held: now) else { return false }
    }
    return true
  }

  /// Whether a backward pass has been made in the other form.
  private func isDoneOtherwise(_ operation: Operation, _ done: Set<Operation>) -> Bool {
    let others: [Operation.Kind] =
      switch operation.kind {
      case .forward: []
      case .backwardInput, .backwardWeight: [.backward]
      case .backward: [.backwardInput]
      }
    return others.contains {
      done.contains(Operation($0, stage: operation.stage, microbatch: operation.microbatch))
    }
  }
}
