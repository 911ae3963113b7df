import PipelineModel

/// ZB-H1 in 1F1B's own order: backwards are split only where that shortens the pipeline's start and end.
///
/// Source: the quick-start variant of the published implementation of Qi et al., "Zero Bubble Pipeline
/// Parallelism", ICLR 2024, arXiv 2401.10241.
struct ZeroBubbleH1Light: Family {
  let name = "zb-h1-light"
  let title = "ZB-H1 light"
  let purpose = "ZB-H1 as a small change of 1F1B, with fused steady backwards"
  let peakFormula = "min(p, m)"
  let idleFormula = "(p-1)(F+B-W)"
  let bubbleFormula = "makespanBubble (p-1)/(3m+p-1)"
  let source = "arXiv 2401.10241"
  let splitsBackward = true

  /// 1F1B's order on stage s. The first s backwards are `B`; the others are `BW` while forwards are
  /// left, and on stage 0, else `B` followed by the youngest `W`. The remaining `W` last, youngest first.
  func writeOrders(for problem: Problem, parameters: FamilyParameters) -> Orders {
    OrderWriter.orders(for: problem) { stage, order in
      order.forward(min(problem.deviceCount - stage - 1, order.microbatchCount))
      for microbatch in 0..<order.microbatchCount {
        if order.forwardsLeft() > 0 { order.forward() }
        let isDelayed = microbatch < stage
        let isFused = stage == 0 || (order.forwardsLeft() > 0 && !isDelayed)
        order.append(isFused ? .backward : .backwardInput, lane: 0, microbatch: microbatch)
        if !isFused && !isDelayed { order.append(.backwardWeight, lane: 0, microbatch: microbatch) }
      }
      for microbatch in (0..<min(stage, order.microbatchCount)).reversed() {
        order.append(.backwardWeight, lane: 0, microbatch: microbatch)
      }
    }
  }
}
