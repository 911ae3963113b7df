import PipelineModel

/// ZB-H2: twice 1F1B's warm-up, so that with B = W the bubble leaves every device's span.
///
/// Source: Qi et al., "Zero Bubble Pipeline Parallelism", ICLR 2024, arXiv 2401.10241, section 2.2, figure 3.
struct ZeroBubbleH2: Family {
  let name = "zb-h2"
  let title = "ZB-H2"
  let purpose = "no bubble within a device's span, at twice 1F1B's memory"
  let peakFormula = "min(2p-1, m)"
  let idleFormula = "in the span: (p-1)(F+B-2W)"
  let bubbleFormula = "spanBubble 0 for m >= 2p-1"
  let source = "arXiv 2401.10241"
  let splitsBackward = true

  /// Stage s warms up with min(2(p-1-s)+1, m) forwards and runs its `W` 2s backwards late.
  func writeOrders(for problem: Problem, parameters: FamilyParameters) -> Orders {
    OrderWriter.orders(for: problem) { stage, order in
      order.splitSteadyState(warmUp: 2 * (problem.deviceCount - 1 - stage) + 1, weightDelay: 2 * stage)
    }
  }
}
