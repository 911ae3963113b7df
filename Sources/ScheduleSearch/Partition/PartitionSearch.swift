import PipelineModel
import Timeline

/// The best partition that a search found, with its orders.
public struct PartitionResult: Sendable {
  /// The problem of its stages.
  public var problem: Problem
  /// Its best orders; the bound is one on all partitions.
  public var search: SearchResult
  /// What searches found for the partitions that were looked at, by their counts.
  public var values: [[Int]: Double]
  /// The partitions that may be better, with a bound on each, the least first; `nil` where they are too many to tell.
  public var open: [(counts: [Int], bound: Double)]?

  /// Takes what another search found for a partition, the bound on all partitions staying as it is.
  ///
  /// - Parameter problem: the layers in that partition.
  public mutating func take(_ other: SearchResult, of problem: Problem) {
    guard let counts = problem.partition?.counts else { return }
    values[counts] = min(values[counts] ?? .infinity, other.value)
    search.iterations += other.iterations
    guard other.value < search.value else { return }
    let (bound, moves) = (search.bound, search.iterations)
    (self.problem, search) = (problem, other)
    (search.bound, search.iterations) = (bound, moves)
  }
}

/// Chooses how layers are cut into stages, their modes and orders.
///
/// Partitions compete: those of the bound, which knows memory, devices and the place of long stages, the balanced one and
/// equal counts. Each is searched for a while, the better half for longer, and so on. Then boundaries move by one layer from
/// the best, whose orders go on from where they are; the rest of the time is for the best alone.
public struct PartitionSearch {
  private let problem: PartitionProblem
  private let options: SearchOptions
  private let starts: [Orders]
  private let begin = ContinuousClock.now

  /// Prepares a search.
  ///
  /// - Parameter starts: orders to begin with in every partition; those that do not fit are left out.
  public init(_ problem: PartitionProblem, options: SearchOptions = SearchOptions(), starts: [Orders] = []) {
    self.problem = problem
    self.options = options
    self.starts = starts
  }

  /// Searches.
  ///
  /// - Parameters:
  ///   - deadline: when to end besides the limits of the options, with what is known by then.
  ///   - progress: called a few times a second, on the calling thread; `false` ends the search.
  /// - Throws: `ProblemError` where no partition that was looked at fits the memory of the devices.
  public func run(
    until deadline: Deadline = .never, progress: (SearchProgress) -> Bool = { _ in true }
  ) throws(ProblemError) -> PartitionResult {
    let deadline = deadline.orAt(options.iterations == nil ? begin + options.timeLimit : nil)
    return try withoutActuallyEscaping(progress) { progress throws(ProblemError) in
      var race = PartitionRace(
        problem, options: options, starts: starts, since: begin, until: deadline, progress: progress)
      race.enterBalanced()
      race.enter(problem.balancedCounts)
      race.enter(problem.equalCounts)
      race.raiseBound(share: Effort.shareOfPartitions.bound)
      race.run(share: Effort.shareOfPartitions.race)
      race.raiseBound(share: Effort.shareOfPartitions.bound)
      race.moveBoundaries(share: Effort.shareOfPartitions.moves)
      race.goOn(share: Effort.shareOfPartitions.best)
      race.raiseBound(share: 1)
      race.closePartitions()
      race.goOn(share: 1)
      guard let result = race.result else {
        // What lacks memory is told of the partition that takes the least work.
        return try refuse()
      }
      return result
    }
  }

  private func refuse() throws(ProblemError) -> PartitionResult {
    let closed = try problem.cut(problem.balancedCounts)
    let search = Search(closed, options: options, starts: starts).run()
    return PartitionResult(problem: closed, search: search, values: [:], open: nil)
  }
}
