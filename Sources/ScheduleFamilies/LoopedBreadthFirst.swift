import PipelineModel

/// Looped BFS: GPipe on a loop, every chunk with the whole batch before the next chunk; interleaved GPipe.
///
/// With one chunk per device it would be GPipe, so it asks for two.
///
/// Source: Lamy-Poirier, "Breadth-First Pipeline Parallelism", MLSys 2023, arXiv 2211.05953.
struct LoopedBreadthFirst: Family {
  let name = "looped-bfs"
  let title = "Looped BFS"
  let purpose = "each chunk needs its weights twice only: for sharded weights"
  let peakFormula = "vm"
  let idleFormula = "(p-1)(F+B+W)"
  let bubbleFormula = "makespanBubble (p-1)/(vm+p-1)"
  let source = "arXiv 2211.05953"
  let layout = FamilyLayout.loop(leastChunks: 2)

  /// F^m of each chunk, first to last; then BW^m of each chunk, last to first.
  func writeOrders(for problem: Problem, parameters: FamilyParameters) -> Orders {
    let chunks = 0..<problem.stageCount / problem.deviceCount
    return OrderWriter.orders(for: problem) { _, order in
      for chunk in chunks { order.forward(order.microbatchCount, lane: chunk) }
      for chunk in chunks.reversed() {
        for _ in 0..<order.microbatchCount { order.backward(lane: chunk) }
      }
    }
  }
}
