import PipelineModel

/// ZB-H1: 1F1B with the backward pass split, `W` put off to fill the cool-down, at 1F1B's memory.
///
/// Source: Qi et al., "Zero Bubble Pipeline Parallelism", ICLR 2024, arXiv 2401.10241, section 2.1, figure 3.
struct ZeroBubbleH1: Family {
  let name = "zb-h1"
  let title = "ZB-H1"
  let purpose = "a third of 1F1B's bubble at about its memory"
  let peakFormula = "min(p, m)"
  let idleFormula = "(p-1)(F+B-W)"
  let bubbleFormula = "makespanBubble (p-1)/(3m+p-1)"
  let source = "arXiv 2401.10241"
  let splitsBackward = true

  /// Stage s warms up with min(p-s, m) forwards and runs its `W` s backwards late.
  func writeOrders(for problem: Problem, parameters: FamilyParameters) -> Orders {
    OrderWriter.orders(for: problem) { stage, order in
      order.splitSteadyState(warmUp: problem.deviceCount - stage, weightDelay: stage)
    }
  }
}

extension OrderWriter {
  /// F^min(warmUp, m); per microbatch `B`, one `W` if more than `weightDelay` are pending, and `F` if any is
  /// left; then the remaining `W`: the pattern that ZB-H1 and ZB-H2 share.
  mutating func splitSteadyState(warmUp: Int, weightDelay: Int) {
    forward(min(warmUp, microbatchCount))
    for _ in 0..<microbatchCount {
      backwardInput()
      if weightsPending() > weightDelay { backwardWeight() }
      if forwardsLeft() > 0 { forward() }
    }
    backwardWeight(weightsPending())
  }
}
