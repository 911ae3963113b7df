import PipelineModel

extension ReferenceSimulator {
  /// What a device can be said to wait for at a moment at which it does not work: a cause by its name in files, and the
  /// operation that it waits for.
  public struct Wait: Hashable, Sendable {
    /// What keeps it from work.
    public var cause: String
    /// Which operation could change it; `nil` where none can.
    public var operation: Operation?

    /// Joins the two.
    public init(_ cause: String, _ operation: Operation?) {
      self.cause = cause
      self.operation = operation
    }
  }

  /// Why the next operation of a device has not started at an earlier moment: all that could not have been otherwise.
  ///
  /// Asked of one moment at a time, of everything that the operation needs: what of it comes when the operation starts.
  /// Several answers are right where several things come at that very moment, but where the order is one of them.
  public func waits(
    of device: Device.ID, at time: Double, _ problem: Problem, _ orders: Orders
  ) -> Set<Wait> {
    let dependences = Dependences(of: problem)
    let range = orders.range(of: device)
    guard let first = range.first(where: { starts[orders.operations[$0]] ?? .infinity > time }) else {
      return waitsAtEnd(of: device, at: time, problem, orders)
    }
    let start = starts[orders.operations[first]] ?? .infinity
    func isLast(_ moment: Double) -> Bool { abs(moment - start) < 1e-9 }
    if first > range.lowerBound, let end = ends[orders.operations[first - 1]],
      isLast(end + orders.gap(before: first, on: device, in: problem))
    {
      return [Wait("gap", orders.operations[first - 1])]
    }
    let rooms = problem.roomWaits(in: orders, dependences)
    var waits: Set<Wait> = []
    for operation in orders.together(first, in: problem).map({ orders.operations[$0] }) {
      if let forward = rooms[operation], isLast(transfers[forward]?.end ?? .infinity) {
        waits.insert(Wait("memory", forward))
      }
      for arrival in arrivals[operation.asNeeded] ?? [] where isLast(arrival.time) {
        let isComputed = ends[arrival.from] ?? .infinity <= time
        waits.insert(Wait(isComputed ? "link" : "data", arrival.from))
      }
    }
    return waits
  }

  private func waitsAtEnd(
    of device: Device.ID, at time: Double, _ problem: Problem, _ orders: Orders
  ) -> Set<Wait> {
    guard let end = deviceEnds(problem, orders)[device.index] else { return [Wait("nothingLeft", nil)] }
    let step = end - problem.devices[device.index].optimizerStep
    guard time < step else { return [Wait("nothingLeft", nil)] }
    let last = problem.devices.indices.compactMap { orders[Device.ID($0)].last }
    return Set(last.filter { abs((ends[$0] ?? .infinity) - step) < 1e-9 }.map { Wait("barrier", $0) })
  }
}
