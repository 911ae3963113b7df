import PipelineModel

/// Interleaved 1F1B: several chunks per device divide the bubble by their number.
///
/// Source: Narayanan et al., "Efficient Large-Scale Language Model Training on GPU Clusters Using Megatron-LM",
/// SC 2021, arXiv 2104.04473, section 2.2, figure 4; groups as in Megatron Core.
struct Interleaved: Family {
  let name = "interleaved"
  let title = "Interleaved 1F1B"
  let purpose = "a v-th of 1F1B's bubble for more memory and communication"
  let peakFormula = "2(p-1)+(v-1)g+1"
  let idleFormula = "(p-1)(F+B+W)"
  let bubbleFormula = "makespanBubble (p-1)/(vm+p-1)"
  let source = "arXiv 2104.04473"
  let layout = FamilyLayout.loop(leastChunks: 2)
  let takesGroupSize = true

  /// Groups below p make the devices wait for each other forever; more than all microbatches are no group.
  func groupSizes(for problem: Problem) -> ClosedRange<Int> {
    problem.deviceCount...max(problem.deviceCount, problem.microbatchCount)
  }

  /// Device d warms up with 2(p-d-1) + (v-1)g forwards; then {F, BW} while forwards are left, and BW.
  func writeOrders(for problem: Problem, parameters: FamilyParameters) -> Orders {
    let loop = LoopOrder(problem, groupSize: parameters.groupSize ?? problem.deviceCount)
    return OrderWriter.orders(for: problem) { device, order in
      order.loop(loop, warmUp: loop.interleavedWarmUp(on: device, of: problem.deviceCount)) {
        $1.backward(lane: loop.backwardChunk($0))
      }
    }
  }
}

extension LoopOrder {
  /// The forwards before a device's first pair of a forward and a backward: those after which the backward of
  /// the first microbatch can have arrived.
  func interleavedWarmUp(on device: Int, of deviceCount: Int) -> Int {
    2 * (deviceCount - device - 1) + (chunkCount - 1) * largestGroup
  }
}
