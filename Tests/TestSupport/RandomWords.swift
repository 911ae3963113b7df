import PipelineModel

extension Problem {
  /// Random orders that can run within the memory limits: operations are drawn from those whose inputs are done,
  /// until none is left. Where pairs gain, an `F` is often drawn with a `BW` that could run as well.
  ///
  /// Where a draw comes to a point at which nothing fits, the next one has half as many sequences under way at
  /// once; one after the other always runs in a `RandomProblem`.
  public func randomOrders(using random: inout SeededGenerator) -> Orders {
    var atOnce = microbatchCount / pieces
    while true {
      var draw = OrderDraw(self, sequencesAtOnce: atOnce, random: random)
      defer { random = draw.random }
      if let orders = draw.run() { return orders }
      precondition(atOnce > 1, "one sequence does not fit")
      atOnce /= 2
    }
  }
}

/// Random orders in the making.
private struct OrderDraw {
  private typealias Placed = (operation: Operation, device: Device.ID)

  private let problem: Problem
  private let sequencesAtOnce: Int
  private let fused: [Bool]
  private(set) var random: SeededGenerator
  private var orders: [[Operation]]
  private var pairs: [[Int]]
  private var held: [Double]
  private var ready: [Placed] = []
  private var done: Set<Operation> = []
  /// The operations that each sequence has left.
  private var left: [Int]

  init(_ problem: Problem, sequencesAtOnce: Int, random: SeededGenerator) {
    self.problem = problem
    self.sequencesAtOnce = sequencesAtOnce
    var random = random
    let fused = problem.microbatches.map { _ in Bool.random(using: &random) }
    self.fused = fused
    self.random = random
    orders = Array(repeating: [], count: problem.deviceCount)
    pairs = Array(repeating: [], count: problem.deviceCount)
    held = problem.staticMemory
    left = Array(repeating: 0, count: problem.microbatchCount / problem.pieces)
    for index in problem.microbatches.indices {
      let visits = problem.route(of: Microbatch.ID(index)).visits
      left[index / problem.pieces] += visits.count * (fused[index] ? 2 : 3)
      ready.append(
        (Operation(.forward, stage: visits[0].stage, microbatch: Microbatch.ID(index)), visits[0].device))
    }
  }

  /// The orders; `nil` where nothing fits any more.
  mutating func run() -> Orders? {
    let whole = left
    while !ready.isEmpty {
      let underWay = Set(left.indices.filter { left[$0] > 0 && left[$0] < whole[$0] })
      let allowed = ready.indices.filter { index in
        let sequence = ready[index].operation.microbatch.index / problem.pieces
        return (underWay.contains(sequence) || underWay.count < sequencesAtOnce) && mayRun(ready[index])
      }
      guard !allowed.isEmpty else { return nil }
      let first = take(allowed[Int.random(in: allowed.indices, using: &random)])
      if problem.overlap != nil, first.operation.kind == .forward, Int.random(in: 0..<4, using: &random) > 0,
        let partner = ready.indices.first(where: { isPartner(ready[$0], of: first) && mayRun(ready[$0]) })
      {
        pairs[first.device.index].append(orders[first.device.index].count - 1)
        finish(take(partner).operation)
      }
      finish(first.operation)
    }
    let bounds = orders.reduce(into: [0]) { $0.append($0[$0.count - 1] + $1.count) }
    return Orders(
      operations: Array(orders.joined()), bounds: bounds,
      pairs: zip(bounds, pairs).flatMap { first, pairs in pairs.map { first + $0 } })
  }

  private mutating func take(_ index: Int) -> Placed {
    ready.swapAt(ready.count - 1, index)
    let placed = ready.removeLast()
    orders[placed.device.index].append(placed.operation)
    held[placed.device.index] += problem.memoryGrowth(of: placed.operation)
    left[placed.operation.microbatch.index / problem.pieces] -= 1
    return placed
  }

  private mutating func finish(_ operation: Operation) {
    done.insert(operation)
    ready += successors(of: operation)
  }

  private func isPartner(_ placed: Placed, of first: Placed) -> Bool {
    placed.device == first.device && placed.operation.kind == .backward
      && placed.operation.microbatch != first.operation.microbatch
  }

  private func mayRun(_ placed: Placed) -> Bool {
    let device = placed.device.index
    return held[device] + problem.memoryGrowth(of: placed.operation) <= problem.devices[device].capacity
      && hasPieces(before: placed.operation)
  }

  /// Whether the neighbouring piece of the sequence that an operation needs has run on its stage.
  private func hasPieces(before operation: Operation) -> Bool {
    let piece = operation.microbatch.index % problem.pieces
    func has(_ kinds: [Operation.Kind], _ step: Int) -> Bool {
      kinds.contains {
        done.contains(
          Operation(
            $0, stage: operation.stage, microbatch: Microbatch.ID(operation.microbatch.index + step)))
      }
    }
    switch operation.kind {
    case .forward: return piece == 0 || has([.forward], -1)
    case .backwardInput, .backward:
      return piece == problem.pieces - 1 || has([.backwardInput, .backward], 1)
    case .backwardWeight: return true
    }
  }

  private func successors(of operation: Operation) -> [Placed] {
    let visits = problem.route(of: operation.microbatch).visits
    guard let position = visits.firstIndex(where: { $0.stage == operation.stage }) else { return [] }
    func next(_ kind: Operation.Kind, at position: Int) -> Placed {
      (
        Operation(kind, stage: visits[position].stage, microbatch: operation.microbatch),
        visits[position].device
      )
    }
    let isFused = fused[operation.microbatch.index]
    let backward: Operation.Kind = isFused ? .backward : .backwardInput
    switch operation.kind {
    case .forward:
      return [position + 1 < visits.count ? next(.forward, at: position + 1) : next(backward, at: position)]
    case .backwardInput, .backward:
      let before = position > 0 ? [next(backward, at: position - 1)] : []
      return isFused ? before : before + [next(.backwardWeight, at: position)]
    case .backwardWeight: return []
    }
  }
}
