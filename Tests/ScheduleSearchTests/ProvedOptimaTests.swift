import PipelineModel
import ScheduleSearch
import TestSupport
import Testing

@Suite("Bounds against proved optima")
struct ProvedOptimaTests {
  @Test("never exceed an optimum, are no worse than the study's bounds and prove 98 of 100 optima")
  func proved() throws {
    let rows = try ProvedOptimum.all()
    var closed = 0
    for row in rows {
      let bound = LowerBound.best(for: row.problem, objective: row.objective, until: row.optimum)
      #expect(bound.value <= row.optimum, "\(row.name)")
      // The study's periods are whole numbers: the least one may be a fraction below.
      let comparable = row.objective == .makespan ? bound.value : bound.value.rounded(.up)
      #expect(comparable >= row.studyBound, "\(row.name)")
      if comparable == row.optimum { closed += 1 }
    }
    #expect(rows.count == 100)
    #expect(closed >= 98)
  }

  @Test("are no worse than the study's bounds where no optimum is known", arguments: [3, 16, 40, 71, 95])
  func untold(index: Int) throws {
    let row = try ProvedOptimum.all()[index]
    let bound = LowerBound.best(for: row.problem, objective: row.objective).value
    #expect(bound <= row.optimum)
    #expect(bound.rounded(.up) >= row.studyBound)
  }
}
