import OperationGraph
import PipelineModel

/// The durations of the first `F` and the last backward pass of every device on every stage, which follow from the
/// orders.
struct OrderEnds {
  /// By row of the problem: how long such an `F`, or the `B` of such a backward pass, lasts, in grid steps.
  private let durations: [Double]
  private let stageCount: Int

  /// O(rows).
  init(_ lowered: LoweredProblem) {
    var variants = RowVariants(lowered)
    let weight = Int(Operation.Kind.backwardWeight.rawValue)
    durations = lowered.rows.indices.map { row in
      guard lowered.traits[row].exists else { return 0 }
      let variant = variants.rowAtEnd(of: Int32(row))
      let duration = variants.rows[Int(variant)].duration
      // Of a `BW` that could be taken apart, `W` comes on top.
      guard lowered.traits[row].kind == .backward else { return duration }
      return duration - lowered.rows[row - Int(lowered.traits[row].kind.rawValue) + weight].duration
    }
    stageCount = lowered.problem.stageCount
  }

  /// Writes the durations of all passes where orders have been changed.
  func write(
    _ codes: UnsafeBufferPointer<LoweredOrders.Code>, bounds: KernelMemory<Int>, traits: [RowTraits],
    table: PassTable, to durations: KernelMemory<Double>
  ) {
    _ = durations.update(fromContentsOf: table.durations)
    var seen = [Bool](repeating: false, count: stageCount)
    for device in 0..<bounds.count - 1 {
      EndPositions.forEach(in: bounds[device]..<bounds[device + 1], seen: &seen) { position in
        let traits = traits[Int(codes[position].row)]
        return traits.exists ? (traits.visit.stage, traits.kind.traits.payload) : nil
      } _: { position in
        let (kind, slot) = (traits[Int(codes[position].row)].kind, Int(codes[position].end) / 2)
        durations[table.place(of: kind, slot: slot)] = self.durations[table.row(of: kind, slot: slot)]
      }
    }
  }
}
