import PipelineModel

extension BlockModel {
  /// The blocks of orders that hold every operation once.
  func blocks(of orders: Orders) -> [[Block]] {
    var slots: [SIMD2<Int32>: Int32] = [:]
    for slot in stage.indices where stage[slot] >= 0 { slots[[stage[slot], microbatch[slot]]] = Int32(slot) }
    let pairs = Set(mayPair ? orders.pairs : [])
    return (0..<orders.deviceCount).map { device in
      var blocks: [Block] = []
      for position in orders.range(of: Device.ID(device)) where !pairs.contains(position - 1) {
        func slot(_ operation: Operation) -> Int32 {
          slots[[operation.stage.rawValue, operation.microbatch.rawValue], default: 0]
        }
        let operation = orders.operations[position]
        if pairs.contains(position) {
          let other = slot(orders.operations[position + 1])
          blocks.append(Block(kind: .pair, slot: slot(operation), backward: other))
        } else {
          let kind = Block.Kind(rawValue: operation.kind.rawValue) ?? .forward
          blocks.append(Block(kind: kind, slot: slot(operation)))
        }
      }
      return blocks
    }
  }

  /// The orders of blocks.
  func orders(of blocks: [[Block]]) -> Orders {
    var operations: [Operation] = []
    var bounds = [0]
    var pairs: [Int] = []
    func append(_ kind: Operation.Kind, _ slot: Int32) {
      operations.append(
        Operation(
          kind, stage: Stage.ID(rawValue: stage[Int(slot)]),
          microbatch: Microbatch.ID(rawValue: microbatch[Int(slot)])))
    }
    for order in blocks {
      for block in order {
        if block.kind == .pair { pairs.append(operations.count) }
        append(block.kind.operation, block.slot)
        if block.kind == .pair { append(.backward, block.backward) }
      }
      bounds.append(operations.count)
    }
    return Orders(operations: operations, bounds: bounds, pairs: pairs)
  }
}
