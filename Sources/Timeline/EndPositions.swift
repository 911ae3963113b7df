import PipelineModel

/// The first `F` and the last backward pass of one device on each of its stages, which may last otherwise than others.
enum EndPositions {
  /// Tells the positions of one device's order that hold them. O(operations + stages).
  ///
  /// - Parameters:
  ///   - seen: room for a mark by stage.
  ///   - pass: the stage and the message of the operation at a position; `nil` where there is none.
  static func forEach(
    in positions: Range<Int>, seen: inout [Bool],
    pass: (Int) -> (stage: Stage.ID, payload: Transfer.Payload?)?, _ body: (Int) -> Void
  ) {
    func visit(_ positions: some Sequence<Int>, _ payload: Transfer.Payload) {
      for stage in seen.indices { seen[stage] = false }
      for position in positions {
        guard let pass = pass(position), pass.payload == payload, !seen[pass.stage.index] else { continue }
        seen[pass.stage.index] = true
        body(position)
      }
    }
    visit(positions, .activation)
    visit(positions.reversed(), .gradient)
  }
}
