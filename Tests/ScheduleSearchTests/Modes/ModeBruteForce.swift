import PipelineModel
import ScheduleSearch
import Timeline

/// The best values of a tiny problem over all its choices of modes and all orders with `R` and `L`, by trying them all.
///
/// Backward passes that can be split are, so that no bound may exceed what is found here.
struct ModeBruteForce {
  /// By the modes of every microbatch, the least makespan and period; infinite where no order fits.
  private(set) var optima: [(modes: [[Int]], makespan: Double, period: Double)] = []

  /// Tries all; `nil` where more than so many schedules would have to be timed.
  init?(_ problem: Problem, limit: Int) {
    var left = limit
    for modes in Self.choices(of: problem) {
      guard let given = try? problem.with(modes: ModeChoice(modes)) else {
        optima.append((modes, .infinity, .infinity))
        continue
      }
      guard let best = Self.optimum(of: given, &left) else { return nil }
      optima.append((modes, best.makespan, best.period))
    }
  }

  /// The least over all choices that modes per stage, per microbatch or per problem allow.
  func least(_ objective: Objective, among isAllowed: ([[Int]]) -> Bool = { _ in true }) -> Double {
    optima.filter { isAllowed($0.modes) }.reduce(.infinity) {
      min($0, objective == .makespan ? $1.makespan : $1.period)
    }
  }

  /// By microbatch and stage.
  private static func choices(of problem: Problem) -> [[[Int]]] {
    var lists: [[Int]] = [[]]
    for stage in problem.stages {
      lists = lists.flatMap { list in (0..<stage.modeCount).map { list + [$0] } }
    }
    guard problem.instance.modesPer == .microbatch else {
      return lists.map { Array(repeating: $0, count: problem.microbatchCount) }
    }
    var all: [[[Int]]] = [[]]
    for _ in problem.microbatches { all = all.flatMap { before in lists.map { before + [$0] } } }
    return all
  }

  private static func optimum(of problem: Problem, _ left: inout Int) -> (makespan: Double, period: Double)? {
    var best = (makespan: Double.infinity, period: Double.infinity)
    var combinations: [[[Operation]]] = [[]]
    let chains = problem.devices.indices.map { Self.chains(of: Device.ID($0), in: problem) }
    let count = chains.reduce(1) { $0 * mergeCount(of: $1) }
    guard count <= Double(left) else { return nil }
    left -= Int(count)
    for own in chains.map({ merges(of: $0.map { $0[...] }) }) {
      combinations = combinations.flatMap { before in own.map { before + [$0] } }
    }
    for orders in combinations {
      guard let timeline = try? Timeline(Schedule(problem: problem, orders: Orders(orders))),
        timeline.fitsMemory
      else { continue }
      best.makespan = min(best.makespan, timeline.value(of: .makespan))
      best.period = min(best.period, timeline.value(of: .period))
    }
    return best
  }

  private static func chains(of device: Device.ID, in problem: Problem) -> [[Operation]] {
    problem.microbatches.indices.flatMap { index -> [[Operation]] in
      let microbatch = Microbatch.ID(index)
      return problem.route(of: microbatch).visits.filter { $0.device == device }.map { visit in
        problem.stage(visit.stage, of: microbatch).passes(isFused: false).map {
          Operation($0, stage: visit.stage, microbatch: microbatch)
        }
      }
    }
  }

  /// How many orders keep those of all chains.
  private static func mergeCount(of chains: [[Operation]]) -> Double {
    var (count, total) = (1.0, 0)
    for chain in chains {
      for place in 1...max(1, chain.count) where place <= chain.count {
        count *= Double(total + place) / Double(place)
      }
      total += chain.count
    }
    return count.rounded()
  }

  private static func merges(of chains: [ArraySlice<Operation>]) -> [[Operation]] {
    if chains.allSatisfy(\.isEmpty) { return [[]] }
    return chains.indices.flatMap { index -> [[Operation]] in
      guard let first = chains[index].first else { return [] }
      var rest = chains
      rest[index] = chains[index].dropFirst()
      return merges(of: rest).map { [first] + $0 }
    }
  }
}
