import PipelineModel
import ScheduleSearch
import TestSupport
import Testing

@Suite("Search against proved optima")
struct SearchProvedOptimaTests {
  /// Small rows of every placement, some of them random.
  private static let sample = [
    "lD2M2a1r50 makespan", "lD2M2hr50 makespan", "lD2M2pr50 period", "vD2M2pr100 period",
    "vD2M2pr150 makespan", "iD3M3a0r100 makespan", "rnd1_58 period", "rnd1_13 makespan",
    "rnd1_13 period", "rnd1_55 makespan", "rnd1_57 makespan", "rnd1_57 period",
    "lD2M4a1r50 period", "rnd1_28 period", "rnd1_7 period", "vD2M4a1r50 period",
    "vD2M4ur150 makespan", "iD3M6a0r200 makespan", "rnd1_16 makespan", "rnd1_22 period",
    "rnd1_9 makespan", "rnd1_18 makespan", "iD3M9a0r200 period", "iD3M9a1r200 period",
  ]

  @Test("finds the optimum", arguments: sample)
  func finds(row: String) throws {
    let row = try #require(ProvedOptimum.all().first { $0.name == row })
    let search = Search(
      row.problem, options: quickly(row.objective, iterations: 150_000), lowerBound: row.optimum)
    let result = search.run()
    #expect(result.value == row.optimum)
    #expect(try result.certificate().optimal)
    try expectSound(result, row.problem, row.objective)
  }
}
