import PipelineModel
import ScheduleChecker
import ScheduleSearch
import TestSupport
import Testing
import Timeline

/// A search short enough for a test in debug.
func quickly(
  _ objective: Objective = .makespan, backward: SearchOptions.Backward = .auto, iterations: Int = 4_000,
  seed: UInt64 = 1
) -> SearchOptions {
  SearchOptions(objective: objective, backward: backward, iterations: iterations, seed: seed)
}

/// Expects that a result's orders pass the checker and have the value that it states.
func expectSound(
  _ result: SearchResult, _ problem: Problem, _ objective: Objective,
  sourceLocation: SourceLocation = #_sourceLocation
) throws {
  let timeline = try Timeline(result.schedule(of: problem))
  let violations = ScheduleChecker(timeline.record()).violations()
  #expect(violations.isEmpty, "\(violations)", sourceLocation: sourceLocation)
  #expect(result.modes == problem.modes || problem.allows(result.modes), sourceLocation: sourceLocation)
  let summary = timeline.summary
  let value = objective == .makespan ? summary.makespan : summary.period
  #expect(abs(result.value - value) <= 1e-9 * max(1, value), sourceLocation: sourceLocation)
  #expect(throws: Never.self, sourceLocation: sourceLocation) { try result.certificate() }
}
