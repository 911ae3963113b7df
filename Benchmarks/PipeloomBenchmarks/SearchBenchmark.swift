import Foundation
import PipelineModel
import ScheduleFamilies
import ScheduleSearch

/// What the search reaches: on a folder with proved optima, and on problems made here.
enum SearchBenchmark {
  /// One row of a file of proved optima: integer times per stage, memory per device.
  private struct Row: Decodable {
    var id: String
    var objective: String
    var D: Int
    var M: Int
    var dev: [Int]
    var tF: [Double]
    var tB: [Double]
    var tW: [Double]
    var comm: Double
    var aF: Double
    var aW: Double
    var memLimit: Double
    var best: Double

    var problem: Problem {
      get throws {
        try Problem(
          devices: Array(repeating: Device(memoryLimit: memLimit), count: D),
          stages: tF.indices.map {
            Stage(
              forward: tF[$0], backwardInput: tB[$0], backwardWeight: tW[$0], activationForB: aF,
              activationForW: aW)
          },
          microbatches: Array(repeating: Microbatch(), count: M),
          placement: .explicit(dev.map { [Device.ID($0)] }), communication: .uniform(comm))
      }
    }
  }

  /// Searches every row of `instances.json` in a folder and compares with the proved optimum.
  static func run(folder: String, seconds: Double) throws {
    let file = URL(fileURLWithPath: folder).appendingPathComponent("instances.json")
    let rows = try JSONDecoder().decode([Row].self, from: Data(contentsOf: file))
    var (equal, worst) = (0, 0.0)
    for row in rows {
      let objective: Objective = row.objective == "period" ? .period : .makespan
      let begin = ContinuousClock.now
      let search = Search(
        try row.problem,
        options: SearchOptions(objective: objective, timeLimit: .seconds(seconds)),
        lowerBound: row.best)
      let result = search.run()
      let gap = (result.value - row.best) / row.best
      if abs(gap) < 1e-9 { equal += 1 }
      worst = max(worst, gap)
      if abs(gap) > 1e-9 || ContinuousClock.now - begin > .milliseconds(300) {
        print(
          row.id, row.objective, row.best, result.value, gap, ContinuousClock.now - begin, result.iterations)
      }
    }
    print("\(equal) of \(rows.count) equal to the optimum, the worst \(worst * 100) % above")
  }
}
