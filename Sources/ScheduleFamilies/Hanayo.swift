import PipelineModel

/// Hanayo: w waves, each forth and back over all devices, on one copy of the model.
///
/// One wave does what Chimera does with two copies of the model; more waves cut the same idle time from finer
/// chunks. The paper draws a batch of p microbatches; a longer one goes on with at most p in flight.
///
/// Source: Liu et al., "Hanayo: Harnessing Wave-like Pipeline Parallelism for Enhanced Large Model Training
/// Efficiency", SC 2023, arXiv 2308.15762: the waves; the order within them is that of `FurthestFirstOrder`.
struct Hanayo: Family {
  let name = "hanayo"
  let title = "Hanayo"
  let purpose = "waves forth and back: Chimera's bubble with one copy of the model"
  let peakFormula = "2w min(p, m)"
  let idleFormula = "2(p-1)(F+(B+W-F)m/p) for p | m, F <= B+W"
  let bubbleFormula = "makespanBubble (2p-2)/(3wp+2p-2) for m = p"
  let source = "arXiv 2308.15762"
  let layout = FamilyLayout.waves

  /// Every device runs the pass furthest along its microbatch's way; at most p microbatches are in flight.
  ///
  /// - Complexity: O(operations x chunks per device).
  func writeOrders(for problem: Problem, parameters: FamilyParameters) -> Orders {
    let sweep = FurthestFirstOrder(problem, inFlight: problem.deviceCount)
    return OrderWriter.orders(for: problem) { device, order in order.append(sweep.passes[device]) }
  }
}
