import PipelineModel

/// Interleaved zero bubble: ZB-1P on any number of chunks per device.
///
/// PyTorch's order wherever PyTorch takes the number of microbatches: it asks for max(1, m div p) rounds of
/// equal length. Other counts get rounds whose lengths differ by one.
///
/// Source: Qi et al., "Zero Bubble Pipeline Parallelism", ICLR 2024, arXiv 2401.10241, in the order of
/// PyTorch's `ScheduleInterleavedZeroBubble`, torch 2.13.
struct InterleavedZeroBubble: Family {
  let name = "interleaved-zb"
  let title = "Interleaved zero bubble"
  let purpose = "interleaving whose W fill the cool-down, at about 1F1B's memory"
  let peakFormula = "vp for p | m"
  let idleFormula = "(p-1)F for F = B = W"
  let bubbleFormula = "makespanBubble (p-1)/(3vm+p-1)"
  let source = "arXiv 2401.10241"
  let layout = FamilyLayout.loop(leastChunks: 1)
  let splitsBackward = true

  /// Device d warms up with (v-1)p + p-d-1 forwards; then {F, B, W} while forwards are left, {B, W} and W, the
  /// `W` d backwards late and in the order of the `B`.
  func writeOrders(for problem: Problem, parameters: FamilyParameters) -> Orders {
    let loop = LoopOrder(problem, groupSize: problem.deviceCount)
    return OrderWriter.orders(for: problem) { device, order in
      var weights = 0
      order.loop(
        loop, warmUp: (loop.chunkCount - 1) * loop.largestGroup + problem.deviceCount - device - 1
      ) { position, order in
        order.backwardInput(lane: loop.backwardChunk(position))
        if position >= device {
          order.backwardWeight(lane: loop.backwardChunk(weights))
          weights += 1
        }
      }
      for position in weights..<loop.count { order.backwardWeight(lane: loop.backwardChunk(position)) }
    }
  }
}
