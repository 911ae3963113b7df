import PipelineModel
import ScheduleSearch
import TestSupport
import Testing

@Suite("Memory in any unit")
struct MemoryScaleTests {
  @Test("gives the same schedule and the same bound", arguments: [1e-12, 1, 1e9])
  func unit(scale: Double) throws {
    let problem = try Problem(
      devices: Array(repeating: Device(memoryLimit: 3 * scale), count: 4),
      stages: Array(
        repeating: Stage(
          forward: 1, backwardInput: 1, backwardWeight: 1, activationForB: scale, activationForW: scale / 2),
        count: 4),
      microbatches: Array(repeating: Microbatch(), count: 8))
    let result = Search(problem, options: quickly(.makespan, iterations: 1_000)).run()
    // The study of these schedules proves 31 for three activations.
    #expect(result.value == 31)
    #expect(try result.certificate().optimal)
    try expectSound(result, problem, .makespan)
  }
}
