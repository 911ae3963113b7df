import PipelineModel

/// ZB-H1 in 1F1B's own order: backwards are split only where that shortens the pipeline's start and end.
///
/// Source: the quick-start variant of the published implementation of Qi et al., "Zero Bubble Pipeline
/// Parallelism", ICLR 2024, arXiv 2401.10241.
struct ZeroBubbleH1Light: Family {
  let name = "zb-h1-light"
  let title = "ZB-H1 light"
  let purpose = "ZB-H1 as a small change of 1F1B, with fused steady backwards"
  let peakFormula = "min(p, m)"
  let idleFormula = "(p-1)(F+B-W)"
  let bubbleFormula = "makespanBubble (p-1)/(3m+p-1)"
  let source = "arXiv 2401.10241"

  /// 1F1B's order on stage s. The first s backwards are `B`; the others are `BW` while forwards are
  /// left, and on stage 0, else `B` followed by the youngest `W`. The remaining `W` last, youngest first.
  func writeWords(for problem: Problem, parameters: FamilyParameters) -> Words {
    WordWriter.words(for: problem) { stage, word in
      word.forward(min(problem.deviceCount - stage - 1, word.microbatchCount))
      for microbatch in 0..<word.microbatchCount {
        if word.forwardsLeft() > 0 { word.forward() }
        let isDelayed = microbatch < stage
        let isFused = stage == 0 || (word.forwardsLeft() > 0 && !isDelayed)
        word.append(isFused ? .backward : .backwardInput, lane: 0, microbatch: microbatch)
        if !isFused && !isDelayed { word.append(.backwardWeight, lane: 0, microbatch: microbatch) }
      }
      for microbatch in (0..<min(stage, word.microbatchCount)).reversed() {
        word.append(.backwardWeight, lane: 0, microbatch: microbatch)
      }
    }
  }
}
