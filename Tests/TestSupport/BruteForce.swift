import PipelineModel

/// The best value over all orders of a tiny problem with whatever features, by trying them all.
///
/// It knows nothing of bounds or search and takes no theorem on trust: every order of every device's operations
/// within its memory limit is timed by the reference simulator. Only names are not told apart: of microbatches
/// of equal factors and route the first forwards stand in order.
public struct BruteForce {
  /// Which backward passes are tried.
  public enum Passes: Sendable {
    /// `B` and `W`.
    case split
    /// `BW`.
    case fused
    /// Either, visit by visit. Where neither a pair nor a gap makes `BW` worth while this is `split`: `W` right
    /// behind its `B` does as well.
    case either
  }

  /// One step of an order: an operation, or a pair.
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
    let dependences = Dependences(of: problem)
    // Orders say all of memory but what is held by time.
    let mayNotFit = dependences.outputs.contains(where: \.isHeldByTime)
    func choose(_ chosen: [[Block]]) {
      guard chosen.count == orders.count else {
        for order in orders[chosen.count] { choose(chosen + [order]) }
        return
      }
      let orders = Orders(blocks: chosen)
      guard let makespan = ReferenceSimulator.makespan(problem, orders, dependences),
        let period = ReferenceSimulator.period(problem, orders, dependences),
        !mayNotFit || fits(orders)
      else { return }
      best.makespan = min(best.makespan, makespan)
      best.period = min(best.period, period)
    }
    choose([])
    return best
  }
}

extension BruteForce {
  private func fits(_ orders: Orders) -> Bool {
    zip(ReferenceSimulator.peakMemory(problem, orders), problem.devices).allSatisfy {
      $0 <= $1.capacity * (1 + 1e-9)
    }
  }
}

/// All orders of one device.
private struct OrderLister {
  private let problem: Problem
  private let device: Device.ID
  private let passes: BruteForce.Passes
  private let dependences: Dependences
  private let limit: Int
  /// How many beginnings of orders have been looked at: where memory lets none of them end, there may be far more
  /// of them than orders.
  private var looked = 0
  /// Every operation that may stand in the order, with those that must have stood before it; `B` stands for
  /// `BW`.
  private var before: [(operation: Operation, needs: Set<Operation>)] = []
  private var found: [[BruteForce.Block]] = []

  init(_ problem: Problem, device: Device.ID, passes: BruteForce.Passes, limit: Int) {
    self.problem = problem
    self.device = device
    self.limit = limit
    self.passes = passes
    dependences = Dependences(of: problem)
    for microbatch in problem.microbatches.indices { list(Microbatch.ID(microbatch)) }
  }

  /// Whether an `F` and a `BW` may take less time together than one after the other.
  private var mayPair: Bool {
    guard let factors = problem.overlap?.forwardBackward.numbers, passes != .split else { return false }
    return problem.gap.forwardBackward > 0 || factors.contains { $0 < 1 }
  }

  /// The orders; `nil` when there are more than the limit, or 20 times as many beginnings.
  mutating func orders() -> [[BruteForce.Block]]? {
    extend([], done: [], DeviceMemory(of: device, in: problem, dependences)) ? found : nil
  }

  private mutating func list(_ microbatch: Microbatch.ID) {
    let visits = problem.route(of: microbatch).visits
    for (position, visit) in visits.enumerated() where visit.device == device {
      for kind in kinds(of: problem.stage(visit.stage, of: microbatch)) {
        let operation = Operation(kind, stage: visit.stage, microbatch: microbatch)
        var needs = ancestors(of: operation)
        let piece = microbatch.index % problem.pieces
        func add(_ kind: Operation.Kind, of other: Int) {
          needs.insert(Operation(kind, stage: visit.stage, microbatch: Microbatch.ID(other)))
        }
        switch kind {
        case .forward where piece > 0: add(.forward, of: microbatch.index - 1)
        case .forward:
          if position == 0, let twin = twin(before: microbatch) { add(.forward, of: twin) }
        case .backwardInput, .backward:
          if piece < problem.pieces - 1 { add(.backwardInput, of: microbatch.index + 1) }
        case .backwardWeight, .recompute, .reload: break
        }
        before.append((operation, needs))
      }
    }
  }

  private func kinds(of stage: Stage) -> [Operation.Kind] {
    switch passes {
    case .fused: return stage.passes(isFused: true)
    case .split: return stage.passes(isFused: false)
    case .either:
      let isWorthWhile = mayPair || problem.gap.backwardBackward > 0
      return Operation.Kind.allCases.filter { stage.duration(of: $0) != nil }
        .filter { isWorthWhile || stage.passes(isFused: false).contains($0) }
    }
  }

  /// All operations of the device that must have run before an operation, directly or by way of others.
  private func ancestors(of operation: Operation) -> Set<Operation> {
    var found: Set<Operation> = []
    var open = dependences.needs(of: operation)
    while let next = open.popLast() {
      if found.insert(next).inserted { open += dependences.needs(of: next) }
    }
    return found.filter { dependences.device(of: $0) == device }
  }

  /// The microbatch before that cannot be told from this one, if there is one.
  private func twin(before microbatch: Microbatch.ID) -> Int? {
    guard problem.pieces == 1 else { return nil }
    let named = Set(
      (problem.precedences + problem.handovers).flatMap { [$0.producer.microbatch, $0.consumer.microbatch] })
    guard !named.contains(microbatch) else { return nil }
    return (0..<microbatch.index).last {
      !named.contains(Microbatch.ID($0))
        && problem.microbatches[$0].scale == problem.microbatches[microbatch.index].scale
        && problem.microbatches[$0].memory == problem.microbatches[microbatch.index].memory
        && problem.routeIndexes[$0] == problem.routeIndexes[microbatch.index]
        && problem.modes.indexes[$0] == problem.modes.indexes[microbatch.index]
    }
  }

  /// Whether no more orders were found than the limit. `done` holds `B` for `BW`.
  private mutating func extend(
    _ order: [BruteForce.Block], done: Set<Operation>, _ memory: DeviceMemory
  ) -> Bool {
    looked += 1
    guard looked <= 20 * limit else { return false }
    let next = before.filter { entry in
      !done.contains(entry.operation.asNeeded) && entry.needs.isSubset(of: done)
        && (entry.operation.kind != .backwardWeight || isSplit(entry.operation, order))
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
      var now = memory
      let fits = now.run(block) <= problem.devices[device.index].capacity
      guard !fits || extend(order + [block], done: done.union(block.map(\.asNeeded)), now) else {
        return false
      }
    }
    return true
  }

  /// Whether the backward pass of which an operation is the `W` has been begun with `B`.
  private func isSplit(_ weight: Operation, _ order: [BruteForce.Block]) -> Bool {
    order.joined().contains {
      $0.kind == .backwardInput && $0.stage == weight.stage && $0.microbatch == weight.microbatch
    }
  }
}
