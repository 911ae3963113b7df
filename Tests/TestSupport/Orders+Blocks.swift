import PipelineModel

extension Orders {
  /// The order of a device step by step: operations, and pairs as two at once.
  public func blocks(of device: Device.ID) -> [[Operation]] {
    let firsts = Set(pairs)
    var blocks: [[Operation]] = []
    var position = bounds[device.index]
    while position < bounds[device.index + 1] {
      let count = firsts.contains(position) ? 2 : 1
      blocks.append(Array(operations[position..<position + count]))
      position += count
    }
    return blocks
  }

  /// Joins steps, device by device.
  public init(blocks: [[[Operation]]]) {
    var (operations, bounds, pairs): ([Operation], [Int], [Int]) = ([], [0], [])
    for order in blocks {
      for block in order {
        if block.count == 2 { pairs.append(operations.count) }
        operations += block
      }
      bounds.append(operations.count)
    }
    self.init(operations: operations, bounds: bounds, pairs: pairs)
  }

  /// The same orders with every backward pass whole, where its `B` stands.
  public var wholeBackward: Orders {
    Orders(
      blocks: (0..<deviceCount).map { device in
        blocks(of: Device.ID(device)).filter { $0[0].kind != .backwardWeight }.map { block in
          block.map { operation in
            var whole = operation
            if operation.kind == .backwardInput { whole.kind = .backward }
            return whole
          }
        }
      })
  }
}
