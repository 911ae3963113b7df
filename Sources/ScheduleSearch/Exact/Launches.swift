import PipelineModel

extension Orders {
  /// The orders with an `L` for everything that comes back from a host, so far before what waits for it that the work in
  /// between lasts as long as its transfer, where its `F` lets it.
  ///
  /// - Parameter early: whether there is to be such work at all; else `L` stands right before what waits for it.
  func launching(in problem: Problem, early: Bool) -> Orders {
    Orders(
      (0..<deviceCount).map { index in
        let device = Device.ID(index)
        var order = Array(self[device])
        var position = 0
        while position < order.count {
          if let transfer = problem.transferBefore(order[position], on: device) {
            var place = position
            if early { launch(order, problem, device, before: &place, lasting: transfer) }
            order.insert(
              Operation(.reload, stage: order[position].stage, microbatch: order[position].microbatch),
              at: place)
            position += 1
          }
          position += 1
        }
        return order
      })
  }

  private func launch(
    _ order: [Operation], _ problem: Problem, _ device: Device.ID, before place: inout Int,
    lasting transfer: Double
  ) {
    let waiting = order[place]
    let forward = Operation(.forward, stage: waiting.stage, microbatch: waiting.microbatch)
    var missing = transfer
    while place > 0, missing > 0, order[place - 1] != forward {
      place -= 1
      missing -= problem.duration(of: order[place], on: device) ?? 0
    }
  }
}

extension Problem {
  /// How long what an operation waits for is on its way back from the host; `nil` where it waits for nothing.
  fileprivate func transferBefore(_ operation: Operation, on device: Device.ID) -> Double? {
    let stage = stage(operation.stage, of: operation.microbatch)
    let needs = stage.recompute == nil ? stage.gradient(isFused: operation.kind == .backward) : .recompute
    guard stage.offload > 0, operation.kind == needs else { return nil }
    return transfer(at: Route.Visit(stage: operation.stage, device: device), of: operation.microbatch)
  }
}
