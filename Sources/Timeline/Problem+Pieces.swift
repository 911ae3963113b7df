import PipelineModel

extension Problem {
  /// The operation of a neighbouring piece that comes before `operation` in its order: attention reads the keys
  /// and values of earlier pieces, and its gradient takes the opposite way. `nil` where there is none.
  ///
  /// Its kind is `F` or `B`; `BW` may stand for the latter. O(1).
  package func pieceNeeded(by operation: Operation) -> Operation? {
    let piece = operation.microbatch.index % pieces
    switch operation.kind.traits.payload {
    case .activation where piece > 0:
      return Operation(
        .forward, stage: operation.stage, microbatch: Microbatch.ID(operation.microbatch.index - 1))
    case .gradient where piece < pieces - 1:
      return Operation(
        .backwardInput, stage: operation.stage, microbatch: Microbatch.ID(operation.microbatch.index + 1))
    default: return nil
    }
  }
}
