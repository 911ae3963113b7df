import PipelineModel
import Timeline

/// Finds the orders with the least makespan or period within every device's memory limit.
///
/// A family of greedy rules gives first orders, named families may give more (`starts`); the best are improved by
/// chains of moves side by side. The search ends when the value meets the lower bound, the limit of time or
/// moves is reached, or the caller says so. There always is an answer: a problem whose every device holds one
/// microbatch, which `Problem` guarantees, can at least run one after the other. docs/search.md explains.
public struct Search {
  let problem: Problem
  let options: SearchOptions
  let starts: [Orders]
  /// The bound to stop at; where the caller gives none, it is raised on the way.
  let known: Double?

  /// Prepares a search.
  ///
  /// - Parameters:
  ///   - starts: orders to begin with, such as those of named families; those that cannot run, exceed a memory
  ///     limit or split what is to be fused are left out. The result is never worse than any other.
  ///   - lowerBound: a proved lower bound on the objective, in the problem's time unit, at which to stop; where
  ///     left out, the best bound is worked out as soon as there is a schedule to compare it with.
  public init(
    _ problem: Problem, options: SearchOptions = SearchOptions(), starts: [Orders] = [],
    lowerBound: Double? = nil
  ) {
    self.problem = problem
    self.options = options
    self.starts = starts
    known = lowerBound
  }

  /// Searches.
  ///
  /// - Precondition: `checkScope(of:)` has no objection to the problem.
  /// - Parameters:
  ///   - deadline: when to end besides the limits of the options, with what is known by then.
  ///   - progress: called a few times a second, on the calling thread; `false` ends the search.
  /// - Returns: the best orders found; at the same seed, `iterations` and `threads` always the same.
  public func run(
    until deadline: Deadline = .never, progress: (SearchProgress) -> Bool = { _ in true }
  ) -> SearchResult {
    if let idle = IdleBackward(problem, objective: options.objective, isFused: options.backward == .fused) {
      var result = Search(
        idle.forwardOnly, options: options, starts: starts.map(idle.reduced), lowerBound: known
      ).run(until: deadline, progress: progress)
      result.orders = idle.completed(result.orders)
      return result
    }
    if problem.listsModes, !problem.hasModes, let alone = problem.inChosenModes {
      var result = Search(alone, options: options, starts: starts, lowerBound: known)
        .run(until: deadline, progress: progress)
      result.modes = problem.modes
      return result
    }
    if problem.hasModes {
      return ModeSearch(problem, options: options, starts: starts, lowerBound: known)
        .run(until: deadline, progress: progress)
    }
    return runInGivenModes(until: deadline, progress: progress)
  }

  /// Searches for orders in the modes that the problem is in, in whichever space can tell them.
  func runInGivenModes(
    until deadline: Deadline, progress: (SearchProgress) -> Bool
  ) -> SearchResult {
    // Of a space whose type is told, the compiler makes code of its own.
    switch space {
    case let space as OperationSpace: run(in: space, until: deadline, progress)
    case let space as ModeSpace: run(in: space, until: deadline, progress)
    case let space as BlockSpace: run(in: space, until: deadline, progress)
    case let space: run(in: space, until: deadline, progress)
    }
  }

  /// The space that can tell the problem's orders in the modes that it is in.
  private var space: any SearchSpace {
    // Without a `BW` there are no pairs, and overlap changes nothing.
    let searched = options.backward == .split ? problem.withoutPairs : problem
    if IncrementalTimer.knows(searched, options) { return OperationSpace(searched, options: options) }
    return searched.hasPreparations || searched.hasModes
      ? ModeSpace(searched, extent: nil, options: options) : BlockSpace(searched, options: options)
  }

  /// The value of the best of the first greedy rules, in the problem's time unit; `nil` where none has orders within the
  /// limits.
  func valueOfRules(_ count: Int) -> Double? {
    func value(in space: some SearchSpace) -> Double? {
      var builder = space.makeBuilder()
      let chain = space.makeChain(0)
      let values = (0..<min(count, space.ruleCount)).compactMap { rule in
        space.plan(ofRule: rule, with: &builder, until: .never).flatMap(chain.evaluate)?.value
      }
      return values.min().map { space.grid.units($0) }
    }
    return value(in: space)
  }

  /// The phases of every search.
  func run(
    in space: some SearchSpace, until deadline: Deadline, _ progress: (SearchProgress) -> Bool
  ) -> SearchResult {
    withoutActuallyEscaping(progress) { progress in
      let begin = ContinuousClock.now
      let deadline = deadline.orAt(options.iterations == nil ? begin + options.timeLimit : nil)
      var run = SearchRun(
        problem, in: space, options: options, bound: options.firstBound(of: problem, known: known),
        isBoundKnown: known != nil, since: begin, until: deadline, progress: progress)
      run.solveWithoutInteraction(starts)
      run.takeStarts(starts)
      run.constructFirst()
      let boundsFirst = problem.visitCount > Effort.mostVisitsBeforeBound
      if !boundsFirst { run.construct() }
      run.beginBound()
      if boundsFirst { run.construct() }
      run.report()
      run.composeSteadyState()
      run.searchParameters()
      run.prove()
      run.improve()
      run.finishBound()
      guard let result = run.result else {
        preconditionFailure("a problem in scope has orders: one sequence after the other")
      }
      return result
    }
  }
}

extension Problem {
  /// The problem for orders that have no pairs.
  fileprivate var withoutPairs: Problem { (try? with(overlap: nil)) ?? self }
}
