import PipelineModel
import ScheduleFamilies
import ScheduleSearch
import TestSupport

/// The search on 100 problems whose optima a constraint solver has proved.
enum OptimaBenchmark {
  static func run() throws {
    print("100 proved optima, 2 s each; targets: 97 equal, none over 0.5 % above, 85 certificates closed")
    var (equal, closed, wrong, worst, slowest) = (0, 0, 0, 0.0, Duration.zero)
    for row in try ProvedOptimum.all() {
      let starts = Families.all.compactMap { try? $0.orders(for: row.problem) }
      let begin = ContinuousClock.now
      let result = Search(
        row.problem, options: SearchOptions(objective: row.objective, timeLimit: .seconds(2)), starts: starts
      ).run()
      slowest = max(slowest, ContinuousClock.now - begin)
      // The solver's periods are whole numbers: the least one may be a fraction below.
      let value = row.objective == .period ? (result.value - 1e-9).rounded(.up) : result.value
      if value <= row.optimum { equal += 1 }
      // A contradiction is counted below.
      let isClosed = (try? result.certificate())?.optimal ?? false
      if isClosed { closed += 1 }
      if result.bound.value > row.optimum + 1e-9 || value < row.optimum { wrong += 1 }
      worst = max(worst, value / row.optimum - 1)
      if value > row.optimum || !isClosed {
        print("  \(row.name): found \(result.value), optimum \(row.optimum), bound \(result.bound.value)")
      }
    }
    print("  \(equal) equal, the worst \((worst * 10_000).rounded() / 100) % above, \(closed) closed,")
    print("  \(wrong) contradictions, the slowest in \(slowest)")
  }
}
