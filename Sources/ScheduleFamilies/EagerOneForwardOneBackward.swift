import PipelineModel

/// Eager 1F1B: 1F1B with twice the warm-up, which hides the latencies of both directions.
///
/// Source: Zhuang et al., "On Optimizing the Communication of Model Parallelism", MLSys 2023, arXiv 2211.05322,
/// section 4.
struct EagerOneForwardOneBackward: Family {
  let name = "eager-1f1b"
  let title = "Eager 1F1B"
  let purpose = "1F1B that hides communication, at twice its memory"
  let peakFormula = "min(2p-1, m)"
  let idleFormula = "(p-1)(F+B+W)"
  let bubbleFormula = "makespanBubble (p-1)/(m+p-1)"
  let source = "arXiv 2211.05322"

  /// Stage s warms up with min(2(p-s)-1, m) forwards; then {BW, F} while forwards are left, and BW.
  func writeOrders(for problem: Problem, parameters: FamilyParameters) -> Orders {
    OrderWriter.orders(for: problem) { stage, order in
      order.forward(min(2 * (problem.deviceCount - stage) - 1, order.microbatchCount))
      for _ in 0..<order.microbatchCount {
        order.backward()
        if order.forwardsLeft() > 0 { order.forward() }
      }
    }
  }
}
