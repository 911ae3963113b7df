import PipelineModel
import ScheduleSearch
import ScheduleStudies
import TestSupport
import Testing

@Suite("Sweeps")
struct SweepTests {
  private let plan = SearchPlan(iterations: 200, threads: { _ in 1 })

  @Test("of memory tell what each multiple of 1F1B's peak buys, and what is needed where nothing fits")
  func memory() throws {
    // 1F1B holds 4 activations of 1 on device 0.
    let problem = try Problem.uniform(devices: 4, microbatches: 8)
    let sweep = try MemorySweep(problem, multiples: [0.2, 1, 2], plan: plan)
    #expect(sweep.points.map(\.memoryLimit) == [0.8, 4, 8])
    #expect(sweep.withdrawal == nil)
    #expect(sweep.points[0].value == nil && sweep.points[0].leastLimit == 1)
    let (tight, roomy) = (sweep.points[1], sweep.points[2])
    for point in [tight, roomy] {
      let (value, bound) = (try #require(point.value), try #require(point.lowerBound))
      // 24 of work on each device, the last of which cannot begin before 3 F.
      #expect(bound <= value && value >= 27 && value <= 33)
      // 96 of work on 4 devices.
      #expect(point.bubble == 1 - 96 / (4 * value) && point.boundBubble == 1 - 96 / (4 * bound))
    }
    #expect(try #require(roomy.value) <= #require(tight.value))
  }

  @Test("of memory put the families beside the curve that take the layout")
  func marks() throws {
    let marks = try MemorySweep(.uniform(devices: 4, microbatches: 8), multiples: [], plan: plan).marks()
    let baseline = try #require(marks.first { $0.family.name == "1f1b" })
    #expect(baseline.summary.makespan == 33 && baseline.summary.peakMemory.max() == 4)
    #expect(!marks.contains { $0.family.name == "zb-v" })
  }

  @Test("of skips go from the full pipeline down to what is always visited, with room added where it lacks")
  func skips() throws {
    let rules = SkipReorderRules(stagesPerMicrobatch: 2, visitsPerDevice: [4, 4, 4])
    let parts = Instance(
      devices: Array(repeating: Device(), count: 3),
      stages: Array(repeating: Stage(forward: 1, backwardInput: 1, backwardWeight: 1), count: 3),
      microbatches: Array(repeating: Microbatch(), count: 6), skipReorder: rules)
    let sweep = SkipSweep(try RoutingProblem(Problem(parts)), plan: plan)
    #expect(sweep.withdrawal == nil)
    #expect(sweep.points.first?.stagesPerMicrobatch == 3)
    // Six microbatches all meet each device, which may have 4 visits.
    #expect(sweep.points.first?.addedVisitsPerDevice == 2)
    #expect(sweep.points.first?.saved == 0 && sweep.points.first?.trained == [1, 1, 1])
  }

  @Test("end with what they have when they are cancelled")
  func cancelled() throws {
    let problem = try Problem.uniform(devices: 4, microbatches: 8)
    #expect(try MemorySweep(problem, multiples: [1, 2], plan: plan, until: Deadline { true }).points == [])
  }
}
