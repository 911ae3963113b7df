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

  /// Device d warms up with (v-1)p + p-d-1 forwards; then {F, B, W} while forwards are left, {B, W} and W, the
  /// `W` d backwards late and in the order of the `B`.
  func writeWords(for problem: Problem, parameters: FamilyParameters) -> Words {
    let order = LoopOrder(problem, groupSize: problem.deviceCount)
    return WordWriter.words(for: problem) { device, word in
      var weights = 0
      word.loop(
        order, warmUp: (order.chunkCount - 1) * order.largestGroup + problem.deviceCount - device - 1
      ) { position, word in
        word.backwardInput(lane: order.backwardChunk(position))
        if position >= device {
          word.backwardWeight(lane: order.backwardChunk(weights))
          weights += 1
        }
      }
      for position in weights..<order.count { word.backwardWeight(lane: order.backwardChunk(position)) }
    }
  }
}
