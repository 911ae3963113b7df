import PipelineModel
import Testing

@testable import ScheduleSearch

@Suite("Periods of devices with too many orders for prefixes")
struct PeriodWithoutPrefixesTests {
  @Test("count the first way through all stages, in which a device has only passes of its first stage to do")
  func firstWay() throws {
    let devices = 64
    let stage = Stage(
      forward: 5, backwardInput: 6, backwardWeight: 4, activationForB: 1, activationForW: 0.5)
    let problem = try Problem(
      devices: Array(repeating: Device(), count: devices),
      stages: Array(repeating: stage, count: 2 * devices),
      microbatches: Array(repeating: Microbatch(), count: devices), placement: .v,
      communication: .uniform(0))
    let relaxation = try Relaxation<PrefixGraph>(OperationTable(problem, isFused: false), limit: .none)
    let bound = try relaxation.periodBound(of: [0])
    let (there, work, back): (Double, Double, Double) = (127 * 5, 128 * 15, 127 * 6)
    // All work of the first device but that of the first stage's `F` comes behind 127 stages.
    let first: Double = 64 * 5
    let least = there + work - first
    // Way there, all work, way back: one after the other they are a schedule's span.
    let most = there + work + back
    #expect(bound.value >= least)
    #expect(bound.value <= most)
  }
}
