import PipelineModel

/// ZB auto: the zero-bubble paper's automatic order, for the problem's own times and memory limit.
///
/// The paper's ZB-1p and ZB-2p are its orders under a limit of p and of 2p microbatches.
///
/// Source: Qi et al., "Zero Bubble Pipeline Parallelism", ICLR 2024, arXiv 2401.10241, section 3.1.
struct ZeroBubbleAuto: Family {
  let name = "zb-auto"
  let title = "ZB auto"
  let purpose = "ZB-H1 and ZB-H2 fitted to unequal times, latencies and the memory limit"
  let peakFormula = "at most the limit"
  let idleFormula = "in the span, F = B = W: (p-1)(F+B-W) under 1x, 0 under 2x"
  let bubbleFormula = "makespanBubble (p-1)/(3m+p-1); spanBubble 0 under 2x, m >= 2p-1"
  let source = "arXiv 2401.10241"
  let splitsBackward = true

  /// The order of the shortest longest device span over the heuristic's eight settings.
  ///
  /// A device without a memory limit warms up as long as it would wait otherwise.
  ///
  /// - Complexity: O(operations) for each setting.
  func writeOrders(for problem: Problem, parameters: FamilyParameters) throws(FamilyError) -> Orders {
    guard let orders = SequentialHeuristic.orders(for: problem, limits: problem.devices.map(\.capacity))
    else {
      // Where sums of sizes miss a limit by a rounding error.
      return ZeroBubbleH1().writeOrders(for: problem, parameters: parameters)
    }
    return Orders(orders)
  }
}
