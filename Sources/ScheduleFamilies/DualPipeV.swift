import PipelineModel

/// DualPipeV: DualPipe cut in half at the middle, so that one copy of the model is enough, its two chunks back
/// and forth over the devices.
///
/// Source: Sea AI Lab's cut-in-half construction as published in github.com/deepseek-ai/DualPipe
/// (`dualpipev.py`); PyTorch's `ScheduleDualPipeV` runs the same order.
struct DualPipeV: Family {
  let name = "dualpipe-v"
  let title = "DualPipeV"
  let purpose = "DualPipe's overlapped pairs with one copy of the model"
  let peakFormula = "2p+1"
  let idleFormula = "(p-1)(F&BW+B-2W) for F = B"
  let bubbleFormula = "makespanBubble (p-1)/(3m+p-1) for F&BW = 3"
  let source = "github.com/deepseek-ai/DualPipe"
  let layout = FamilyLayout.v
  let splitsBackward = true

  func leastMicrobatches(for problem: Problem) -> Int { 2 * problem.deviceCount }

  /// The eight steps of DualPipe; what comes back from the turn stands for the other direction.
  func writeOrders(for problem: Problem, parameters: FamilyParameters) throws(FamilyError) -> Orders {
    OrderWriter.orders(for: problem) { device, order in
      order.writeEightSteps(rank: device, distance: problem.deviceCount - 1 - device)
    }
  }
}
