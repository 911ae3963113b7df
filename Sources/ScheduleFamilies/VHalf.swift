import PipelineModel

/// V-Half: half of 1F1B's activations, on a V of two chunks.
///
/// Source: Qi et al., "Pipeline Parallelism with Controllable Memory", NeurIPS 2024, arXiv 2405.15362, section 4.
struct VHalf: Family {
  let name = "v-half"
  let title = "V-Half"
  let purpose = "half of 1F1B's memory; made for equal times"
  let peakFormula = "2*((p+2) div 2)"
  let idleFormula = "about (p-1)(F+B+W) for F = B = W"
  let bubbleFormula = "makespanBubble about (p-1)/(2m+p-1)"
  let source = "arXiv 2405.15362"
  let layout = FamilyLayout.v
  let splitsBackward = true

  /// The building block repeated every six cells, tightened at both ends; it does not look at the times.
  ///
  /// - Complexity: O(operations + p³).
  func writeOrders(for problem: Problem, parameters: FamilyParameters) throws(FamilyError) -> Orders {
    let devices = problem.deviceCount
    let evenShift = devices.isMultiple(of: 2) ? 3 : 0
    var grid = CellGrid(devices: devices, microbatches: problem.microbatchCount) { device, kind in
      switch kind {
      case .forward0: 2 * device
      case .forward1: 3 * devices - 2 - device
      case .backward1: 3 * devices + evenShift + 2 * device - 1
      case .backward0, .weight: 6 * devices + evenShift - 2 - device
      }
    }
    grid.compact()
    return grid.orders(for: problem)
  }
}
