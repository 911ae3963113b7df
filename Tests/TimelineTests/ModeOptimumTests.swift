import PipelineModel
import ScheduleChecker
import TestSupport
import Testing
import Timeline

@Suite("Orders of a study of recompute and offload")
struct ModeOptimumTests {
  @Test("take what the study says, by timeline, reference and checker")
  func values() throws {
    let optima = try ModeOptimum.all()
    #expect(optima.count == 63)
    for optimum in optima {
      let name = "\(optimum.id) \(optimum.targets)"
      let timeline = try Timeline(Schedule(problem: optimum.problem, orders: optimum.orders))
      #expect(timeline.makespan == optimum.value, "\(name)")
      #expect(timeline.fitsMemory, "\(name)")
      #expect(ReferenceSimulator.makespan(optimum.problem, optimum.orders) == optimum.value, "\(name)")
      #expect(ScheduleChecker(timeline.record()).violations() == [], "\(name)")
    }
  }
}
