import PipelineModel

extension CellGrid {
  /// The rows as words, chunk c on lane c.
  ///
  /// - Throws: `FamilyError` unless the problem has the family's layout.
  func words(for problem: Problem) -> Words {
    WordWriter.words(for: problem) { device, word in write(device, to: &word) }
  }

  private func write(_ device: Int, to word: inout WordWriter) {
    for cell in 0..<width {
      let code = Int(operations[device * width + cell])
      guard code >= 0, Int(cells[code]) == cell else { continue }
      switch kind(of: code) {
      case .forward0: word.forward(lane: 0)
      case .forward1: word.forward(lane: 1)
      case .backward0: writeBackward(lane: 0, to: &word)
      case .backward1: writeBackward(lane: 1, to: &word)
      case .weight:
        let lane = input(of: code).map { kind(of: $0) } == .backward0 ? 0 : 1
        word.backwardWeight(lane: lane)
      }
    }
  }

  private func writeBackward(lane: Int, to word: inout WordWriter) {
    if backwardCells == 2 { word.backward(lane: lane) } else { word.backwardInput(lane: lane) }
  }
}
