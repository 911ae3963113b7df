import PipelineModel
import Timeline

/// What decides between orders of one value.
extension SearchRun {
  /// Of the candidates that are as good as the best, the one whose peaks of memory are least, the largest first, and then
  /// that with the fewest messages in flight. Large problems keep the first, as timing takes long there.
  var leastOfBest: Candidate<Space.Plan>? {
    guard let best = portfolio.best else { return nil }
    let equal = portfolio.candidates.filter { !best.score.isBetter(than: $0.score) }
    guard equal.count > 1, problem.operationCount <= Effort.mostComparedOperations else { return best }
    return equal.compactMap { candidate in costs(of: candidate.plan).map { (candidate, $0) } }
      .min { $0.1.areLess(than: $1.1) }?.0 ?? best
  }

  private func costs(of plan: Space.Plan) -> Costs? {
    let modes = space.modes(of: plan)
    let schedule = Schedule(
      problem: (try? space.problem.with(modes: modes)) ?? space.problem, orders: space.orders(of: plan))
    return Timeline(ifItRuns: schedule).map { Costs($0) }
  }

  /// What orders cost besides time.
  private struct Costs {
    /// The largest first.
    private let peaks: [Double]
    private let messages: MessagesInFlight

    init(_ timeline: Timeline) {
      peaks = timeline.peakMemory.sorted(by: >)
      messages = timeline.messagesInFlight
    }

    func areLess(than other: Costs) -> Bool {
      peaks == other.peaks
        ? messages.areFewer(than: other.messages) : peaks.lexicographicallyPrecedes(other.peaks)
    }
  }
}
