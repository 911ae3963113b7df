import PipelineModel
import Timeline

/// Chooses modes and orders.
///
/// Choices of one mode per stage compete: each is searched for a while with its modes given, the better half for longer,
/// and so on. Where every microbatch may have modes of its own, moves of modes and orders together go on from the best.
struct ModeSearch {
  private let problem: Problem
  private let options: SearchOptions
  private let starts: [Orders]
  private let known: Double?

  init(_ problem: Problem, options: SearchOptions, starts: [Orders], lowerBound: Double?) {
    self.problem = problem
    self.options = options
    self.starts = starts
    known = lowerBound
  }

  /// A choice that is still in the race.
  private struct Runner {
    var problem: Problem
    var modes: [Int]
    var result: SearchResult?
    /// What it is worth: what a search found, or what greedy runs did.
    var value: Double
    var isDone: Bool { result.map { LowerBound.isMet($0.bound.value, by: $0.value) } ?? false }
  }

  func run(until deadline: Deadline, progress: (SearchProgress) -> Bool) -> SearchResult {
    let begin = ContinuousClock.now
    let deadline = deadline.orAt(options.iterations == nil ? begin + options.timeLimit : nil)
    let mayDiffer = problem.instance.modesPer == .microbatch
    let candidates = ModeCandidates(
      problem, options: options, until: deadline.share(Effort.shareOfModeCandidates)
    ).candidates
    var runners = candidates.prefix(Effort.modeRunners).map {
      Runner(problem: $0.problem, modes: $0.modes, value: $0.value)
    }
    let share = mayDiffer ? Effort.shareOfModeVectors : 1
    race(&runners, share: share, until: deadline, since: begin, progress)
    guard let best = runners.first, var result = best.result else {
      preconditionFailure("a problem in scope has orders in the modes that it is in")
    }
    result.modes = ModeChoice(best.modes, microbatchCount: problem.microbatchCount)
    result.bound = options.firstBound(of: problem, known: known)
    result.iterations = runners.reduce(0) { $0 + ($1.result?.iterations ?? 0) }
    if mayDiffer, !deadline.hasPassed { letMicrobatchesDiffer(&result, until: deadline, progress) }
    return result
  }

  /// Lets choices compete, in rounds of equal length.
  private func race(
    _ runners: inout [Runner], share: Double, until deadline: Deadline, since begin: ContinuousClock.Instant,
    _ progress: (SearchProgress) -> Bool
  ) {
    var rounds = 1
    while 1 << (rounds - 1) < runners.count { rounds += 1 }
    let end = ContinuousClock.now + (options.timeLimit - (ContinuousClock.now - begin)) * share
    for round in 0..<rounds {
      let active = runners.indices.filter { !runners[$0].isDone }
      for (turn, index) in active.enumerated() where runners[index].result == nil || !deadline.hasPassed {
        let parts = (rounds - round - 1) * active.count + active.count - turn
        var slice = options
        slice.timeLimit = max(.milliseconds(1), (end - .now) / max(1, parts))
        slice.iterations = options.iterations.map { max(1, Int(Double($0) * share) / rounds / max(1, active.count)) }
        let runner = runners[index]
        let begins = runner.result.map { [$0.orders] } ?? starts.map { $0.prepared(for: runner.problem) }
        let best = runners.lazy.compactMap { $0.result?.value }.min() ?? .infinity
        let found = Search(runner.problem, options: slice, starts: begins).run(until: deadline) { step in
          var step = step
          step.value = min(step.value, best)
          step.lowerBound = 0
          return progress(step)
        }
        runners[index].result = found
        runners[index].value = found.value
      }
      runners.sort { $0.value < $1.value }
      runners = Array(runners.prefix(max(1, (runners.count + 1) / 2)))
    }
  }

  /// Goes on from the best choice, each microbatch with modes of its own.
  private func letMicrobatchesDiffer(
    _ result: inout SearchResult, until deadline: Deadline, _ progress: (SearchProgress) -> Bool
  ) {
    guard let start = try? problem.with(modes: result.modes) else { return }
    var options = options
    options.iterations = options.iterations.map { max(1, Int(Double($0) * (1 - Effort.shareOfModeVectors))) }
    let search = Search(start, options: options, starts: [result.orders], lowerBound: known ?? 0)
    let found = search.run(
      in: ModeSpace(start, extent: .microbatch, options: options), until: deadline, progress)
    let moves = result.iterations + found.iterations
    if found.value < result.value {
      let bound = result.bound
      result = found
      result.bound = bound
    }
    result.iterations = moves
  }
}
