import PipelineModel

/// ZB-V: two chunks of the model back and forth over the devices, so that nobody waits within its span at 1F1B's
/// memory.
///
/// Source: Qi et al., "Zero Bubble Pipeline Parallelism", ICLR 2024, arXiv 2401.10241, section 6, figure 7. The
/// order is the handcrafted one, which PyTorch's `ScheduleZBVZeroBubble` runs too.
struct ZeroBubbleV: Family {
  let name = "zb-v"
  let title = "ZB-V"
  let purpose = "no bubble within a device's span, at 1F1B's memory"
  let peakFormula = "min(2p, 2m)"
  let idleFormula = "in the span: 0 for F = B = W, m >= 2p"
  let bubbleFormula = "spanBubble 0, makespanBubble (p-1)/(6m+p-1) for m >= 2p"
  let source = "arXiv 2401.10241"
  let layout = FamilyLayout.v
  let splitsBackward = true

  /// The order of a batch of at least 2p-1 microbatches, without those that the problem lacks.
  func writeOrders(for problem: Problem, parameters: FamilyParameters) -> Orders {
    let devices = problem.deviceCount
    let rounds = max(2 * devices - 1, problem.microbatchCount) - devices
    return OrderWriter.orders(for: problem) { device, order in
      let fromTurn = devices - device
      // Warm-up: fill the way to the turn, then feed both chunks alike.
      order.repeatSteps(2 * fromTurn - 1, [.forward(0)])
      order.repeatSteps(device, [.forward(1), .forward(0)])
      order.repeatSteps(fromTurn, [.forward(1), .backwardInput(1), .backwardWeight(1)])
      // Steady state: one microbatch through both chunks.
      order.repeatSteps(
        rounds,
        [
          .forward(0), .backwardInput(0), .backwardWeight(0),
          .forward(1), .backwardInput(1), .backwardWeight(1),
        ])
      // Cool-down: the gradients first, then the weights that nobody waits for.
      order.repeatSteps(device, [.backwardInput(0), .backwardInput(1)])
      order.repeatSteps(fromTurn, [.backwardInput(0), .backwardWeight(0)])
      order.repeatSteps(device, [.backwardWeight(1)])
      order.repeatSteps(device, [.backwardWeight(0)])
    }
  }
}

/// The next operation of one kind on a lane.
private enum Step {
  case forward(Int)
  case backwardInput(Int)
  case backwardWeight(Int)
}

extension OrderWriter {
  /// Appends steps in turn; a step whose lane has no microbatch left is dropped.
  fileprivate mutating func repeatSteps(_ count: Int, _ steps: [Step]) {
    for _ in 0..<count {
      for step in steps {
        switch step {
        case .forward(let lane): if forwardsLeft(lane) > 0 { forward(lane: lane) }
        case .backwardInput(let lane): if backwardsLeft(lane) > 0 { backwardInput(lane: lane) }
        case .backwardWeight(let lane): if weightsPending(lane) > 0 { backwardWeight(lane: lane) }
        }
      }
    }
  }
}
