import PipelineModel

/// GPipe: all forwards, then all backwards.
///
/// Source: Huang et al., "GPipe: Efficient Training of Giant Neural Networks using Pipeline Parallelism",
/// NeurIPS 2019, arXiv 1811.06965, figure 2.
struct GPipe: Family {
  let name = "gpipe"
  let title = "GPipe"
  let purpose = "simplest order; memory grows with the batch"
  let peakFormula = "m"
  let idleFormula = "(p-1)(F+B+W)"
  let bubbleFormula = "makespanBubble (p-1)/(m+p-1)"
  let source = "arXiv 1811.06965"

  /// F^m, then BW^m in the same order of microbatches.
  func writeOrders(for problem: Problem, parameters: FamilyParameters) -> Orders {
    OrderWriter.orders(for: problem) { _, order in
      order.forward(order.microbatchCount)
      for _ in 0..<order.microbatchCount { order.backward() }
    }
  }
}
