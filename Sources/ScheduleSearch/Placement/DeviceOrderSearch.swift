import PipelineModel

/// Chooses which device stands where in a pipeline: local search for orders of low cost, of which short searches for
/// schedules pick one.
///
/// The cost of an order is what the first greedy rules take with the devices in it, tasks and uplinks included; of equal ones
/// less time between the devices of neighbouring stages is better. docs/search.md explains.
public struct DeviceOrderSearch {
  /// What an order costs; less is better.
  struct Cost: Hashable, Comparable {
    /// In the problem's time unit; infinite where nothing fits.
    var value: Double
    /// What messages take from stage to stage, in the problem's time unit.
    var way: Double

    static func < (left: Cost, right: Cost) -> Bool { (left.value, left.way) < (right.value, right.way) }
  }

  private let problem: Problem
  private let options: SearchOptions

  /// Prepares a search.
  ///
  /// - Parameters:
  ///   - problem: with its devices in the order of their numbers, on the default route.
  ///   - options: a tenth of the time, or of the iterations, is for orders, and as much for the choice among the best of them.
  public init(_ problem: Problem, options: SearchOptions = SearchOptions()) {
    self.problem = problem
    self.options = options
  }

  /// Searches; at the same seed and `iterations` the result is always the same.
  ///
  /// - Parameter deadline: when to end besides the limits of the options, with what is known by then.
  /// - Returns: for each place the device that stands there.
  public func run(until deadline: Deadline = .never) -> [Device.ID] {
    let begin = ContinuousClock.now
    func end(_ share: Double) -> Deadline {
      deadline.orAt(options.iterations == nil ? begin + options.timeLimit * share : nil)
    }
    let numbered = problem.asWritten.devices.indices.map { Device.ID($0) }
    let swaps = numbered.indices.flatMap { left in
      numbered.indices.filter { $0 > left }.map { (left, $0) }
    }
    let found = SwapSearch(
      swaps: swaps, limit: options.iterations.map { max(1, $0 / Effort.movesPerDeviceOrder) } ?? .max,
      seed: options.seed &+ 0xDE71CE, keeping: Effort.deviceOrders
    ).candidates(from: numbered, until: end(Effort.shareOfDeviceOrders), cost: cost)
    var (best, least) = (found[0].order, Double.infinity)
    for candidate in found where found.count > 1 {
      guard let placed = (try? problem.with(deviceOrder: candidate.order))?.ifInScope else { continue }
      var quick = options
      quick.iterations = options.iterations.map { Int(Double($0) * Effort.shareOfDeviceOrders) / found.count }
      quick.timeLimit = options.timeLimit * Effort.shareOfDeviceOrders / found.count
      let value = Search(placed, options: quick, lowerBound: 0).run(
        until: end(2 * Effort.shareOfDeviceOrders)
      ).value
      if value < least { (best, least) = (candidate.order, value) }
    }
    return best
  }

  private func cost(of order: [Device.ID]) -> Cost {
    let plain = problem.asWritten
    let way = zip(plain.hosts, plain.hosts.dropFirst()).reduce(0) { sum, next in
      let (from, to) = (order[next.0[0].index], order[next.1[0].index])
      return sum + plain.communication.latency(from: from, to: to)
        + plain.communication.latency(from: to, to: from)
    }
    let value = (try? problem.with(deviceOrder: order)).flatMap {
      Search($0, options: options).valueOfRules(Effort.rulesPerDeviceOrder)
    }
    return Cost(value: value ?? .infinity, way: way)
  }
}
