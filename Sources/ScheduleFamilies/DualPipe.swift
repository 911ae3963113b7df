import PipelineModel

/// DualPipe: microbatches enter at both ends of two copies of the model, and each forward runs together with
/// the backward of a microbatch on its way back.
///
/// Source: DeepSeek-AI, "DeepSeek-V3 Technical Report", arXiv 2412.19437, section 3.2.1, figure 5, and the
/// published program, github.com/deepseek-ai/DualPipe.
struct DualPipe: Family {
  let name = "dualpipe"
  let title = "DualPipe"
  let purpose = "communication hidden below overlapped pairs, for a second copy"
  let peakFormula = "p+1"
  let idleFormula = "(p/2-1)(F&BW+B-2W) for F = B"
  let bubbleFormula = "makespanBubble (p-2)/(3m+p-2) for F&BW = 3"
  let source = "arXiv 2412.19437"
  let layout = FamilyLayout.bidirectional
  let splitsBackward = true

  func leastMicrobatches(for problem: Problem) -> Int { 2 * problem.deviceCount }

  /// The eight steps, mirrored in the second half of the devices.
  func writeOrders(for problem: Problem, parameters: FamilyParameters) throws(FamilyError) -> Orders {
    let last = problem.deviceCount - 1
    return OrderWriter.orders(for: problem) { device, order in
      let rank = min(device, last - device)
      let near = device == rank ? 0 : 1
      order.writeEightSteps(rank: rank, distance: last / 2 - rank, near: near, far: 1 - near)
    }
  }
}
