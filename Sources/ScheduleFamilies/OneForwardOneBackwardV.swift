import PipelineModel

/// 1F1B-V: 1F1B on a V of two chunks, with fused backwards.
///
/// Source: Qi et al., "Pipeline Parallelism with Controllable Memory", NeurIPS 2024, arXiv 2405.15362,
/// appendix on 1F1B-V.
struct OneForwardOneBackwardV: Family {
  let name = "1f1b-v"
  let title = "1F1B-V"
  let purpose = "two thirds of 1F1B's memory without splitting the backward"
  let peakFormula = "2*((2p+3) div 3)"
  let idleFormula = "about 5/3 (p-1)(F+B+W) for F = B = W"
  let bubbleFormula = "makespanBubble about (5p-5)/(6m+5p-5)"
  let source = "arXiv 2405.15362"
  let layout = FamilyLayout.v

  /// The building block repeated every six cells, tightened; it does not look at the times.
  ///
  /// - Complexity: O(p x operations).
  func writeOrders(for problem: Problem, parameters: FamilyParameters) throws(FamilyError) -> Orders {
    let devices = problem.deviceCount
    let backwards = Self.backwards(devices: devices)
    var grid = CellGrid(devices: devices, microbatches: problem.microbatchCount, backwardCells: 2) {
      device, kind in
      switch kind {
      case .forward0: device
      case .forward1: 2 * devices - 1 - device
      case .backward1: backwards[device]
      case .backward0, .weight: backwards[2 * devices - 1 - device]
      }
    }
    grid.compactFused()
    return grid.orders(for: problem)
  }

  /// The first cells of a microbatch's backwards, from the last stage to the first.
  ///
  /// Of every six cells on a device, two hold an `F` each and four a `BW` each two: after three backwards in a
  /// row the next would meet the forwards of another microbatch, and waits three cells.
  private static func backwards(devices: Int) -> [Int] {
    var cell = 2 * devices + (devices.isMultiple(of: 3) ? 3 : 0)
    var inRow = (3 - (devices + 2) % 3) % 3
    return (0..<2 * devices).map { _ in
      defer {
        cell += 2
        inRow += 1
        if inRow == 3 {
          inRow = 0
          cell += 3
        }
      }
      return cell
    }
  }
}
