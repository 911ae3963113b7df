import PipelineModel

/// Chimera: two copies of the model in opposite directions, each filling the other's bubbles.
///
/// A batch of more than p microbatches goes on with p/2 in flight in each direction: the paper's direct
/// concatenation, in which the next p microbatches fill the cool-down of the last.
///
/// Source: Li and Hoefler, "Chimera: Efficiently Training Large-Scale Neural Networks with Bidirectional
/// Pipelines", SC 2021, arXiv 2107.06925, section 3.1, figure 3; concatenation: section 3.5.
struct Chimera: Family {
  let name = "chimera"
  let title = "Chimera"
  let purpose = "half of 1F1B's bubble at its memory, for a second copy"
  let peakFormula = "p; p/2+1 on the device that holds least"
  let idleFormula = "(p-2)(F+(B+W-F)m/p) for p | m, F <= B+W"
  let bubbleFormula = "makespanBubble (2p-4)/(5p-4) for m = p"
  let source = "arXiv 2107.06925"
  let layout = FamilyLayout.bidirectional

  /// Every device runs the pass furthest along its microbatch's way; at most p/2 microbatches are in flight in
  /// either direction.
  func writeOrders(for problem: Problem, parameters: FamilyParameters) -> Orders {
    let sweep = FurthestFirstOrder(problem, inFlight: problem.deviceCount / 2)
    return OrderWriter.orders(for: problem) { device, order in order.append(sweep.passes[device]) }
  }
}
