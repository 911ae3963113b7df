import PipelineModel
import Timeline

/// The best value over all words of a tiny problem with overlapped pairs, by trying them all; it knows nothing of
/// bounds or search.
struct PairBruteForce {
  /// One step of a word: an operation, or a pair.
  private typealias Block = [Operation]

  private let problem: Problem
  private var words: [[[Block]]] = []

  /// Lists all words; `nil` when more combinations than `limit` would have to be tried.
  ///
  /// - Parameter split: whether `B` and `W` apart are tried as well.
  init?(_ problem: Problem, split: Bool, limit: Int) {
    self.problem = problem
    var combinations = 1
    for device in problem.devices.indices.map({ Device.ID($0) }) {
      var visits: [(Stage.ID, Microbatch.ID)] = []
      for microbatch in problem.microbatches.indices.map({ Microbatch.ID($0) }) {
        for visit in problem.route(of: microbatch).visits where visit.device == device {
          visits.append((visit.stage, microbatch))
        }
      }
      var found: [[Block]] = []
      guard extend([], visits, split: split, into: &found, limit: limit) else { return nil }
      words.append(found)
      combinations *= found.count
      if combinations > limit { return nil }
    }
  }

  /// The least makespan and the least period within the memory limits; infinite where nothing fits.
  func optimum() -> (makespan: Double, period: Double) {
    var best = (makespan: Double.infinity, period: Double.infinity)
    func choose(_ chosen: [[Block]]) {
      guard chosen.count == words.count else {
        for word in words[chosen.count] { choose(chosen + [word]) }
        return
      }
      let operations = chosen.map { Array($0.joined()) }
      let bounds = operations.reduce(into: [0]) { $0.append($0[$0.count - 1] + $1.count) }
      var pairs: [Int] = []
      for (word, bound) in zip(chosen, bounds) {
        var position = bound
        for block in word {
          if block.count == 2 { pairs.append(position) }
          position += block.count
        }
      }
      let words = Words(operations: Array(operations.joined()), bounds: bounds, pairs: pairs)
      guard let timeline = try? Timeline(Schedule(problem: problem, words: words)),
        zip(timeline.peakMemory, problem.devices).allSatisfy({ $0 <= $1.capacity })
      else { return }
      let summary = timeline.summary
      best.makespan = min(best.makespan, summary.makespan)
      best.period = min(best.period, summary.period)
    }
    choose([])
    return best
  }

  private func extend(
    _ word: [Block], _ visits: [(Stage.ID, Microbatch.ID)], split: Bool, into found: inout [[Block]],
    limit: Int
  ) -> Bool {
    let done = Set(word.joined())
    func fresh(_ kind: Operation.Kind) -> [Operation] {
      visits.map { Operation(kind, stage: $0.0, microbatch: $0.1) }.filter { !done.contains($0) }
    }
    func has(_ kind: Operation.Kind, _ operation: Operation) -> Bool {
      done.contains(Operation(kind, stage: operation.stage, microbatch: operation.microbatch))
    }
    let forwards = fresh(.forward)
    let backwards = fresh(.backward).filter { has(.forward, $0) && !has(.backwardInput, $0) }
    var blocks: [Block] = (forwards + backwards).map { [$0] }
    for forward in forwards {
      blocks += backwards.filter { $0.microbatch != forward.microbatch }.map { [forward, $0] }
    }
    if split {
      blocks += fresh(.backwardInput).filter { has(.forward, $0) && !has(.backward, $0) }.map { [$0] }
      blocks += fresh(.backwardWeight).filter { has(.backwardInput, $0) }.map { [$0] }
    }
    if blocks.isEmpty { found.append(word) }
    for block in blocks {
      guard found.count <= limit,
        extend(word + [block], visits, split: split, into: &found, limit: limit)
      else { return false }
    }
    return found.count <= limit
  }
}
