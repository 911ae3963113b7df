/// When equal microbatches enter that never wait: as early as one device's time and memory have room for them, in shares.
///
/// At a steady pace memory is full no sooner than the first microbatch is back, and empties as slowly. Here some enter in a
/// burst first, others as room is given back, and a last burst empties memory. It is a packing of the passes of whole
/// microbatches into the cells of a frame: the relaxation of `WindowRefutation` with one delay for all passes.
struct EntryPlan: Sendable {
  /// Ascending, one for each microbatch, in grid steps.
  let times: [Double]

  private static let cells = WindowRefutation.Cells(time: 24, memory: 48)
  /// Times at which microbatches may enter: dispatch levels what stands closer.
  private static let places = 120
  /// Ends closer than this share are not told apart.
  private static let resolution = 0.02
  /// The last microbatch enters by so much later than at a steady pace, or there is no plan.
  private static let latest = 1.25

  /// Plans for the device that could least hold microbatches at the pace of its work; `nil` where microbatches differ, a device
  /// has passes besides those of one chain, or none has a limit. O(nodes + steps x cells²).
  init?(_ model: SearchModel) {
    guard model.isFirstInFirstOut, model.isLimited, let device = model.shortestOfMemory else { return nil }
    let table = OperationTable(model.problem, isFused: model.isFused)
    let costs = StepCosts(table.lowered, table.classes, table.ways, pairs: table.pairs)
    guard let window = WindowPasses.all(on: device, of: table, costs, .makespan)?.first else { return nil }
    let scale = table.grid.stepsPerUnit / model.grid.stepsPerUnit
    let packing = Packing(window: window, limit: table.lowered.capacities[device])
    var (low, high) = (0.0, Self.latest * model.steadyPace * Double(window.count - 1) * scale)
    guard var shares = packing.shares(enteringBy: high) else { return nil }
    while high - low > Self.resolution * high {
      let middle = (low + high) / 2
      if let found = packing.shares(enteringBy: middle) {
        (high, shares) = (middle, found)
      } else {
        low = middle
      }
    }
    times = Self.times(shares, until: high, count: window.count).map { $0 / scale }
  }

  /// One device's passes, and what it may hold.
  private struct Packing {
    let window: WindowPasses
    let limit: Double

    /// The shares of all microbatches that enter at each place, evenly spaced until the last one; `nil` where not all fit.
    func shares(enteringBy last: Double) -> [Double]? {
      let frame = WindowFrame([window], limit: limit, cells: cells, length: last + window.span)
      let columns = (0..<places).map { place in
        let delay = last * Double(place) / Double(places - 1)
        return frame.column([
          window.chain.map { _ in WindowPrices.Delays(pass: delay, recompute: delay, weight: delay) }
        ])
      }
      var program = PackingProgram(rowCount: columns[0].count)
      for column in columns { program.add(column) }
      return program.value >= 1 ? program.amounts : nil
    }
  }

  /// Spreads the share of each place evenly around it, and lets microbatch after microbatch enter in the middle of its own share.
  private static func times(_ shares: [Double], until last: Double, count: Int) -> [Double] {
    let (width, sum) = (last / Double(places - 1), shares.reduce(0, +))
    var (place, before) = (0, 0.0)
    return (0..<count).map { turn in
      let middle = (Double(turn) + 0.5) / Double(count) * sum
      while place < places - 1, before + shares[place] < middle {
        before += shares[place]
        place += 1
      }
      let part = shares[place] > 0 ? min(1, (middle - before) / shares[place]) : 0.5
      return min(last, max(0, (Double(place) + part - 0.5) * width))
    }
  }
}

extension SearchModel {
  /// The device whose memory is used up at the slowest pace of microbatches that never wait, among those with limits.
  fileprivate var shortestOfMemory: Int? {
    let held = heldByMicrobatch
    let limited = busyDevices.filter { capacities[$0].isFinite && capacities[$0] > 0 && held[$0] > 0 }
    return limited.max { held[$0] / capacities[$0] < held[$1] / capacities[$1] }
  }

  /// When each microbatch may enter, in the order of their turns; empty where each may as soon as there is room.
  func entryTimes(_ entry: GreedyRule.Entry) -> [Double] {
    switch entry {
    case .asRoomAllows: return []
    case .steadily(let factor): return paced(by: factor)
    case .planned(let factor):
      return entryPlan.map { plan in plan.times.map { $0 * factor } } ?? paced(by: factor)
    }
  }

  private func paced(by factor: Double) -> [Double] {
    let pace = factor * steadyPace
    return (0..<problem.microbatchCount).map { Double($0) * pace }
  }
}
