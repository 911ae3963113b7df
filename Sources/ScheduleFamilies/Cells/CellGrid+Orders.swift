import PipelineModel

extension CellGrid {
  /// The rows as orders, chunk c on lane c.
  ///
  /// - Throws: `FamilyError` unless the problem has the family's layout.
  func orders(for problem: Problem) -> Orders {
    OrderWriter.orders(for: problem) { device, order in write(device, to: &order) }
  }

  private func write(_ device: Int, to order: inout OrderWriter) {
    for cell in 0..<width {
      let code = Int(operations[device * width + cell])
      guard code >= 0, Int(cells[code]) == cell else { continue }
      switch kind(of: code) {
      case .forward0: order.forward(lane: 0)
      case .forward1: order.forward(lane: 1)
      case .backward0: writeBackward(lane: 0, to: &order)
      case .backward1: writeBackward(lane: 1, to: &order)
      case .weight:
        let lane = input(of: code).map { kind(of: $0) } == .backward0 ? 0 : 1
        order.backwardWeight(lane: lane)
      }
    }
  }

  private func writeBackward(lane: Int, to order: inout OrderWriter) {
    if backwardCells == 2 { order.backward(lane: lane) } else { order.backwardInput(lane: lane) }
  }
}
