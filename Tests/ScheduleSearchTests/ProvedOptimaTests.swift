import PipelineModel
import ScheduleSearch
import Testing

@Suite("Bounds against proved optima")
struct ProvedOptimaTests {
  @Test("never exceed an optimum and are no worse than the study's bounds", arguments: try ProvedOptimum.all())
  func between(row: ProvedOptimum) throws {
    for target in [nil, row.optimum] {
      let bound = LowerBound.best(for: row.problem, objective: row.objective, until: target)
      #expect(bound.value <= row.optimum)
      // A least period is no whole number always; the study's are.
      let comparable = row.objective == .makespan ? bound.value : bound.value.rounded(.up)
      #expect(comparable >= row.studyBound)
    }
  }

  @Test("prove at least nine of ten optima")
  func closed() throws {
    let rows = try ProvedOptimum.all()
    let closed = rows.filter { row in
      let bound = LowerBound.best(for: row.problem, objective: row.objective, until: row.optimum).value
      return row.objective == .makespan ? bound == row.optimum : bound > row.optimum - 1
    }
    #expect(rows.count == 100)
    #expect(closed.count >= 90)
  }
}
