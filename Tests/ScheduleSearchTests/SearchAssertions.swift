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

/// Expects that a result's words pass the checker and have the value that it states.
func expectSound(
  _ result: SearchResult, _ problem: Problem, _ objective: Objective,
  sourceLocation: SourceLocation = #_sourceLocation
) throws {
  let timeline = try Timeline(Schedule(problem: problem, words: result.words))
  let violations = ScheduleChecker(timeline.record()).violations()
  #expect(violations.isEmpty, "\(violations)", sourceLocation: sourceLocation)
  let summary = timeline.summary
  let value = objective == .makespan ? summary.makespan : summary.period
  #expect(abs(result.value - value) <= 1e-9 * max(1, value), sourceLocation: sourceLocation)
  #expect(throws: Never.self, sourceLocation: sourceLocation) { try result.certificate() }
}

extension Problem {
  /// The same problem with every device limited to its need for one microbatch and a share of the rest.
  func limited(to share: Double) throws -> Problem {
    let one = activationsOfOneMicrobatch
    let fixed = staticMemory
    return try Problem(
      devices: devices.indices.map { device in
        let room = one[device] * (1 + share * Double(microbatchCount - 1))
        return Device(
          memoryLimit: fixed[device] + room, optimizerStep: devices[device].optimizerStep)
      },
      stages: stages, microbatches: microbatches, placement: placement, communication: communication,
      routes: (routes, routeIndexes.map { Int($0) }))
  }
}
