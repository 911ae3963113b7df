import PipelineModel

/// V-Min: a third of 1F1B's activations, on a V of two chunks.
///
/// Source: Qi et al., "Pipeline Parallelism with Controllable Memory", NeurIPS 2024, arXiv 2405.15362, section 4.
struct VMin: Family {
  let name = "v-min"
  let title = "V-Min"
  let purpose = "a third of 1F1B's memory; made for equal times"
  let peakFormula = "2*((p+4) div 3)"
  let idleFormula = "about 4/3 (p-1)(F+B+W) for F = B = W"
  let bubbleFormula = "makespanBubble about (2p-2)/(3m+2p-2)"
  let source = "arXiv 2405.15362"
  let layout = FamilyLayout.v
  let splitsBackward = true

  /// The building block repeated every six cells, tightened at both ends; it does not look at the times.
  ///
  /// - Complexity: O(operations + p³).
  func writeOrders(for problem: Problem, parameters: FamilyParameters) throws(FamilyError) -> Orders {
    let devices = problem.deviceCount
    // Where p is a multiple of 3, two operations of the block would share a cell.
    let shift = devices.isMultiple(of: 3) ? 2 : 0
    var grid = CellGrid(devices: devices, microbatches: problem.microbatchCount) { device, kind in
      switch kind {
      case .forward0: device
      case .forward1: 2 * devices - 1 - device
      case .backward1: 2 * devices + shift + device
      case .backward0, .weight: 4 * devices + shift - 1 - device
      }
    }
    grid.compact()
    return grid.orders(for: problem)
  }
}
