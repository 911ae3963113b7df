import PipelineModel

extension Problem {
  /// Random orders that can run within the memory limits: operations are drawn from those whose inputs are
  /// done, until none is left. Where pairs may be made, an `F` is often drawn with a `BW` that could run as
  /// well.
  ///
  /// Where a draw comes to a point at which nothing fits, the next one has half as many sequences under way at
  /// once; in the end one runs after the other, along its route and back, which always fits in a
  /// `RandomProblem`.
  public func randomOrders(using random: inout SeededGenerator) -> Orders {
    var atOnce = microbatchCount / pieces
    while atOnce > 0 {
      var draw = OrderDraw(self, sequencesAtOnce: atOnce, random: random)
      defer { random = draw.random }
      if let orders = draw.run() { return orders }
      atOnce /= 2
    }
    return oneAfterTheOther
  }

  /// One sequence after the other: all `F` along the route, piece by piece, and then back, with `W` right after
  /// `B`.
  private var oneAfterTheOther: Orders {
    var orders = [[Operation]](repeating: [], count: deviceCount)
    for sequence in 0..<microbatchCount / pieces {
      let microbatches = (sequence * pieces..<(sequence + 1) * pieces).map { Microbatch.ID($0) }
      for microbatch in microbatches {
        for visit in route(of: microbatch).visits {
          orders[visit.device.index].append(Operation(.forward, stage: visit.stage, microbatch: microbatch))
        }
      }
      for microbatch in microbatches.reversed() {
        for visit in route(of: microbatch).visits.reversed() {
          let passes = stage(visit.stage, of: microbatch).passes(isFused: false)
          orders[visit.device.index] += passes.dropFirst().map {
            Operation($0, stage: visit.stage, microbatch: microbatch)
          }
        }
      }
    }
    return Orders(orders)
  }
}

/// Random orders in the making.
private struct OrderDraw {
  private let problem: Problem
  private let dependences: Dependences
  private let sequencesAtOnce: Int
  private(set) var random: SeededGenerator
  private var blocks: [[[Operation]]]
  private var memories: [DeviceMemory]
  private var ready: [Operation] = []
  /// What every other operation still waits for; `B` stands for `BW`.
  private var waits: [Operation: (count: Int, users: [Operation])] = [:]
  /// The operations that each sequence has left.
  private var left: [Int]

  init(_ problem: Problem, sequencesAtOnce: Int, random: SeededGenerator) {
    self.problem = problem
    self.sequencesAtOnce = sequencesAtOnce
    self.random = random
    let dependences = Dependences(of: problem)
    self.dependences = dependences
    blocks = Array(repeating: [], count: problem.deviceCount)
    memories = problem.devices.indices.map { DeviceMemory(of: Device.ID($0), in: problem, dependences) }
    left = Array(repeating: 0, count: problem.microbatchCount / problem.pieces)
    for index in problem.microbatches.indices { list(Microbatch.ID(index)) }
  }

  /// Lists the operations of a microbatch and whom they wait for, and draws whether its backward passes are
  /// whole.
  private mutating func list(_ microbatch: Microbatch.ID) {
    let isFused = Bool.random(using: &random)
    for visit in problem.route(of: microbatch).visits {
      for kind in problem.stage(visit.stage, of: microbatch).passes(isFused: isFused) {
        let operation = Operation(kind, stage: visit.stage, microbatch: microbatch)
        let needs = dependences.needs(of: operation) + pieces(before: operation)
        left[microbatch.index / problem.pieces] += 1
        for need in needs { waits[need, default: (0, [])].users.append(operation) }
        waits[operation, default: (0, [])].count = needs.count
        if needs.isEmpty { ready.append(operation) }
      }
    }
  }

  /// The piece of the sequence that must have run before on the stage.
  private func pieces(before operation: Operation) -> [Operation] {
    let piece = operation.microbatch.index % problem.pieces
    func other(_ kind: Operation.Kind, _ step: Int) -> Operation {
      Operation(
        kind, stage: operation.stage, microbatch: Microbatch.ID(operation.microbatch.index + step))
    }
    switch operation.kind {
    case .forward: return piece == 0 ? [] : [other(.forward, -1)]
    case .backwardInput, .backward: return piece == problem.pieces - 1 ? [] : [other(.backwardInput, 1)]
    case .backwardWeight, .recompute, .reload: return []
    }
  }

  /// The orders; `nil` where nothing fits any more.
  mutating func run() -> Orders? {
    let whole = left
    while !ready.isEmpty {
      let underWay = Set(left.indices.filter { left[$0] > 0 && left[$0] < whole[$0] })
      let first = ready.shuffled(using: &random).first { operation in
        let sequence = operation.microbatch.index / problem.pieces
        return (underWay.contains(sequence) || underWay.count < sequencesAtOnce) && fits([operation])
      }
      guard let first else { return nil }
      if problem.overlap != nil, first.kind == .forward, Int.random(in: 0..<4, using: &random) > 0,
        let partner = ready.first(where: { isPartner($0, of: first) && fits([first, $0]) })
      {
        place([first, partner])
      } else {
        place([first])
      }
    }
    return Orders(blocks: blocks)
  }

  private func fits(_ block: [Operation]) -> Bool {
    let device = dependences.device(of: block[0]).index
    guard problem.devices[device].memoryLimit != nil else { return true }
    var memory = memories[device]
    return memory.run(block) <= problem.devices[device].capacity
  }

  private func isPartner(_ operation: Operation, of first: Operation) -> Bool {
    operation.kind == .backward && operation.microbatch != first.microbatch
      && dependences.device(of: operation) == dependences.device(of: first)
  }

  private mutating func place(_ block: [Operation]) {
    let device = dependences.device(of: block[0]).index
    blocks[device].append(block)
    _ = memories[device].run(block)
    ready.removeAll(where: block.contains)
    for operation in block {
      left[operation.microbatch.index / problem.pieces] -= 1
      for user in waits[operation.asNeeded]?.users ?? [] {
        waits[user]?.count -= 1
        if waits[user]?.count == 0 { ready.append(user) }
      }
    }
  }
}
