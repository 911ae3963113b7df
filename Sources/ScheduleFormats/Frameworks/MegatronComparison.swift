import PipelineModel

/// How far the orders of a schedule are from what Megatron-core runs.
///
/// Megatron's device d of D with v chunks and groups of g microbatches runs min(2(D - d - 1) + (v - 1) g, v M)
/// forwards (D - d - 1 with one chunk), then a forward and a backward in turn, then the rest. Forwards take the
/// chunks in turn, g microbatches at a time; backwards likewise, from the last chunk on.
struct MegatronComparison {
  /// The group size for the arguments; `nil` with one stage per device.
  let groupSize: Int?
  /// What Megatron does otherwise, one line each.
  let statements: [String]

  /// Compares orders with all group sizes that Megatron takes. The problem must be laid out as a loop, with at least
  /// as many microbatches as devices where that has several stages per device.
  init(_ schedule: Schedule) {
    let problem = schedule.problem
    let chunks = problem.stageCount / problem.deviceCount
    let orders = problem.devices.indices.map { device in
      Self.fused(Array(schedule.orders[Device.ID(device)]), stages: problem.stages)
    }
    let sizes = chunks == 1 ? [1] : Self.groupSizes(of: problem)
    let counts = sizes.map { size in
      problem.devices.indices.filter {
        orders[$0] != Self.order(of: $0, problem: problem, chunks: chunks, groupSize: size)
      }
    }
    let best = counts.indices.min { (counts[$0].count, $0) < (counts[$1].count, $1) }
    groupSize = chunks == 1 ? nil : best.map { sizes[$0] }
    statements = Self.statements(
      different: best.map { counts[$0].count } ?? problem.deviceCount, orders: orders, chunks: chunks,
      problem: problem, hasPairs: !schedule.orders.pairs.isEmpty)
  }

  /// The sizes from D to M whose last group is not smaller than D. Only those near D and M are tried for large
  /// batches.
  private static func groupSizes(of problem: Problem) -> [Int] {
    let (devices, microbatches) = (problem.deviceCount, problem.microbatchCount)
    let sizes = (devices...microbatches).filter { microbatches % $0 == 0 || microbatches % $0 >= devices }
    return sizes.count <= 32 ? sizes : Array(sizes.prefix(16) + sizes.suffix(16))
  }

  /// Megatron's order on one device.
  private static func order(of device: Int, problem: Problem, chunks: Int, groupSize: Int) -> [Operation] {
    let (devices, microbatches) = (problem.deviceCount, problem.microbatchCount)
    let group = chunks == 1 ? microbatches : groupSize
    let turns = stride(from: 0, to: microbatches, by: group).flatMap { first in
      (0..<chunks).flatMap { chunk in
        (first..<min(first + group, microbatches)).map { (chunk: chunk, microbatch: $0) }
      }
    }
    let ahead =
      chunks == 1 ? devices - device - 1 : 2 * (devices - device - 1) + (chunks - 1) * groupSize
    let warmUp = min(ahead, turns.count)
    func operation(_ kind: Operation.Kind, _ index: Int) -> Operation {
      let chunk = kind == .forward ? turns[index].chunk : chunks - 1 - turns[index].chunk
      return Operation(
        kind, stage: Stage.ID(chunk * devices + device), microbatch: Microbatch.ID(turns[index].microbatch))
    }
    var order = (0..<warmUp).map { operation(.forward, $0) }
    for index in warmUp..<turns.count {
      order += [operation(.forward, index), operation(.backward, index - warmUp)]
    }
    return order + (turns.count - warmUp..<turns.count).map { operation(.backward, $0) }
  }

  /// The order with every `B` that its own `W` follows at once, or that has none, as the `BW` that it is.
  private static func fused(_ order: [Operation], stages: [Stage]) -> [Operation] {
    order.indices.compactMap { index in
      let operation = order[index]
      func isSplit(_ first: Int) -> Bool {
        order.indices.contains(first) && order.indices.contains(first + 1)
          && order[first].kind == .backwardInput && order[first + 1].kind == .backwardWeight
          && order[first].stage == order[first + 1].stage
          && order[first].microbatch == order[first + 1].microbatch
      }
      if isSplit(index - 1) { return nil }
      let isWhole = operation.kind == stages[operation.stage.index].gradient(isFused: true)
      guard isSplit(index) || isWhole else { return operation }
      return Operation(.backward, stage: operation.stage, microbatch: operation.microbatch)
    }
  }

  private static func statements(
    different: Int, orders: [[Operation]], chunks: Int, problem: Problem, hasPairs: Bool
  ) -> [String] {
    let order = chunks == 1 ? "1F1B" : "interleaved 1F1B"
    var statements = [
      different == 0
        ? "Megatron's \(order) runs exactly this order on every device."
        : "Megatron runs its own \(order) instead of this order, which differs on \(different) of "
          + "\(problem.deviceCount.counted("device"))."
    ]
    let splits = orders.joined().count { $0.kind == .backwardWeight }
    if splits > 0 {
      statements.append(
        "Megatron does not run W apart from B; \(splits.counted("W", "W")) of this schedule stand apart.")
    }
    if hasPairs {
      statements.append(
        "Pairs of F and BW that overlap: see --overlap-moe-expert-parallel-comm, which pairs in its own order."
      )
    }
    return statements
  }
}
