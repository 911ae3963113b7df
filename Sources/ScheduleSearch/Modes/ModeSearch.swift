import PipelineModel
import Timeline

/// Chooses modes and orders.
///
/// Choices of one mode per stage compete: each is searched for a while with its modes given, the better half for longer,
/// and so on. Then choices that are not refuted yet are searched in the order of their bounds, until none is left that could
/// be better. Where every microbatch may have modes of its own, moves of modes and orders together go on from the best.
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

  func run(until deadline: Deadline, progress: (SearchProgress) -> Bool) -> SearchResult {
    withoutActuallyEscaping(progress) { progress in
      let begin = ContinuousClock.now
      let deadline = deadline.orAt(options.iterations == nil ? begin + options.timeLimit : nil)
      var race = ModeRace(
        problem, options: options, starts: starts, bound: options.firstBound(of: problem, known: known),
        since: begin, until: deadline, progress: progress)
      let mayDiffer = problem.instance.modesPer == .microbatch
      let candidates = ModeCandidates(
        problem, options: options, until: deadline.share(Effort.shareOfModeCandidates))
      race.run(
        candidates.all, always: [problem.modes] + problem.choicesOfOneName,
        share: mayDiffer ? Effort.shareOfModeVectors.race : Effort.shareOfModeRace)
      if known == nil { race.raiseBound(share: Effort.shareOfModeBound) }
      if mayDiffer {
        race.letMicrobatchesDiffer()
        if known == nil { race.raiseBound(share: 1) }
      } else if candidates.areAll, known == nil {
        race.closeChoices()
      } else {
        race.moveFromBest(share: Effort.shareOfModeMoves)
        race.goOn()
      }
      return race.result
    }
  }
}
