import PipelineModel

/// Whether the pieces of every sequence run in order on every stage: `F` ascending, `B` or `BW` descending.
///
/// Attention reads the keys and values of earlier pieces; the gradients of those come from later ones.
struct PieceOrder {
  /// Every operation behind a piece that needs it.
  private(set) var violations: [Violation] = []

  /// One direction of one sequence through one stage.
  private struct Pass: Hashable {
    var stage: Stage.ID
    var sequence: Int
    var isForward: Bool
  }

  /// Follows every order once; only operations that count where they stand take part. O(n).
  init(of schedule: Schedule, coverage: Coverage) {
    let (orders, pieces) = (schedule.orders, schedule.problem.pieces)
    guard pieces > 1 else { return }
    for device in (0..<orders.deviceCount).map({ Device.ID($0) }) {
      var furthest: [Pass: Operation] = [:]
      for position in orders.range(of: device) where coverage.counts[position] {
        let operation = orders.operations[position]
        guard [.forward, .backwardInput, .backward].contains(operation.kind) else { continue }
        let pass = Pass(
          stage: operation.stage, sequence: operation.microbatch.index / pieces,
          isForward: operation.kind == .forward)
        guard let other = furthest[pass] else {
          furthest[pass] = operation
          continue
        }
        if pass.isForward == (operation.microbatch > other.microbatch) {
          furthest[pass] = operation
        } else {
          violations.append(orders.violation(at: position, on: device, .afterDependentPiece(other)))
        }
      }
    }
  }
}
