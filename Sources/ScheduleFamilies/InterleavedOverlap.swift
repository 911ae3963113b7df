import PipelineModel

/// Interleaved 1F1B with one more warm-up forward, so that each steady forward and backward can overlap.
///
/// In plain interleaved 1F1B the backward of a steady pair may need the forward just before it. One forward
/// more, and the communication of either hides behind the computation of the other: expert parallelism's
/// all-to-all above all.
///
/// Source: Kimi Team, "Kimi K2: Open Agentic Intelligence", arXiv 2507.20534, section 2.4.2; Megatron Core's
/// `--overlap-moe-expert-parallel-comm`.
struct InterleavedOverlap: Family {
  let name = "interleaved-overlap"
  let title = "Interleaved 1F1B with overlap"
  let purpose = "interleaved 1F1B whose steady state runs as overlapped pairs"
  let peakFormula = "2(p-1)+(v-1)g+2"
  let idleFormula = "(p-1)(F+B+W), without overlap"
  let bubbleFormula = "makespanBubble (p-1)/(vm+p-1), without overlap"
  let source = "arXiv 2507.20534"
  let layout = FamilyLayout.loop(leastChunks: 2)
  let takesGroupSize = true

  /// As in `Interleaved`.
  func groupSizes(for problem: Problem) -> ClosedRange<Int> { Interleaved().groupSizes(for: problem) }

  /// Device d warms up with 2(p-d-1) + (v-1)g + 1 forwards; then pairs of F and BW while forwards are left,
  /// and BW.
  func writeOrders(for problem: Problem, parameters: FamilyParameters) -> Orders {
    let loop = LoopOrder(problem, groupSize: parameters.groupSize ?? problem.deviceCount)
    return OrderWriter.orders(for: problem) { device, order in
      let warmUp = min(loop.interleavedWarmUp(on: device, of: problem.deviceCount) + 1, loop.count)
      for position in 0..<warmUp { order.forward(lane: loop.chunks[position]) }
      for position in 0..<loop.count {
        let backward = loop.backwardChunk(position)
        if warmUp + position < loop.count {
          order.pair(forward: loop.chunks[warmUp + position], backward: backward)
        } else {
          order.backward(lane: backward)
        }
      }
    }
  }
}
