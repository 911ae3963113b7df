import PipelineModel

/// Seq1F1B: 1F1B over the pieces of sequences, which divide its bubble and memory.
///
/// Source: Sun et al., "Seq1F1B: Efficient Sequence-Level Pipeline Parallelism for Large Language Model
/// Training", NAACL 2025, arXiv 2406.03488, figure 2.
struct SequencePieces: Family {
  let name = "seq1f1b"
  let title = "Seq1F1B"
  let purpose = "1F1B of pieces of sequences: a q-th of its bubble, less memory"
  let peakFormula = "min(p-1+q, mq), of pieces"
  let idleFormula = "(p-1)(F+B+W), of pieces"
  let bubbleFormula = "makespanBubble (p-1)/(mq+p-1)"
  let source = "arXiv 2406.03488"
  let layout = FamilyLayout.pieces

  /// Stage s warms up with min(p-s-2+q, mq) forwards of pieces in order; then {F, BW} and BW, each sequence's
  /// pieces last to first.
  func writeOrders(for problem: Problem, parameters: FamilyParameters) -> Orders {
    let pieces = problem.pieces
    return OrderWriter.orders(for: problem) { stage, order in
      order.forward(min(problem.deviceCount - stage - 2 + pieces, order.microbatchCount))
      for position in 0..<order.microbatchCount {
        if order.forwardsLeft() > 0 { order.forward() }
        let (sequence, piece) = position.quotientAndRemainder(dividingBy: pieces)
        order.append(.backward, lane: 0, microbatch: (sequence + 1) * pieces - 1 - piece)
      }
    }
  }
}
