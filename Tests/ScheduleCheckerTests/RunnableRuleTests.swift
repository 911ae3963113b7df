import PipelineModel
import ScheduleChecker
import Testing

@Suite("Orders that can run")
struct RunnableRuleTests {
  @Test("W before its B is named alone, whatever waits for it elsewhere")
  func weightBeforeInput() throws {
    let orders = [sequence("F0 F1 BW0 BW1", stage: 0), sequence("F0 W0 B0 F1 BW1", stage: 1)]
    #expect(
      try lines(violations(orders)) == [
        "device 1: W(stage 1, microbatch 0) comes before B(stage 1, microbatch 0) in the same order, and needs it"
      ])
  }

  @Test("two devices that wait for each other")
  func deadlock() throws {
    // Device 0 wants microbatch 0 back before it sends 1; device 1 wants 1 before it sends 0 back.
    let orders = [sequence("F0 BW0 F1 BW1", stage: 0), sequence("F0 F1 BW0 BW1", stage: 1)]
    #expect(
      try violations(orders) == [
        Violation(
          .operation(operation("BW0", stage: 0), Device.ID(0), position: 1),
          .neverRuns(waitingFor: operation("BW0", stage: 1), on: Device.ID(1))),
        Violation(
          .operation(operation("F1", stage: 1), Device.ID(1), position: 1),
          .neverRuns(waitingFor: operation("F1", stage: 0), on: Device.ID(0))),
      ])
  }

  @Test("a route against the stages' order decides what waits for what")
  func reversedRoute() throws {
    let visits = [1, 0].map { Route.Visit(stage: Stage.ID($0), device: Device.ID($0)) }
    let problem = try Problem(
      devices: [Device(), Device()],
      stages: Array(repeating: Stage(forward: 1, backwardInput: 1, backwardWeight: 1), count: 2),
      microbatches: [Microbatch()], routes: ([Route(visits: visits)], [0]))
    let orders = [sequence("F0 BW0", stage: 0), sequence("F0 BW0", stage: 1)]
    let times = RecordedSchedule.Times(starts: [1, 2, 0, 4], ends: [2, 4, 1, 6])
    #expect(try violations(fused(problem: problem, orders: orders, times: times, summary: nil)) == [])
  }

  @Test("several devices that wait for the same operation all go on after it")
  func sharedInput() throws {
    let problem = try Problem(
      devices: Array(repeating: Device(), count: 3),
      stages: Array(repeating: Stage(forward: 1, backwardInput: 1, backwardWeight: 1), count: 3),
      microbatches: [Microbatch()])
    // The stray W and the B of stage 1 both wait for the B of stage 2.
    let stray = operation("W0", stage: 2)
    let orders = [
      sequence("F0", stage: 0) + [stray] + sequence("BW0", stage: 0), sequence("F0 BW0", stage: 1),
      sequence("F0 B0", stage: 2),
    ]
    #expect(
      try violations(orders, of: problem) == [
        Violation(.operation(stray, Device.ID(0), position: 1), .wrongDevice(expected: Device.ID(2)))
      ])
  }

  @Test("orders that cannot run still have their times and memory checked, and no summary")
  func restOfTheRules() throws {
    let problem = try pair(memoryLimit: 1)
    let orders = [sequence("F0 F1 BW0 BW1", stage: 0), sequence("F0 W0 B0 F1 BW1", stage: 1)]
    let times = RecordedSchedule.Times(
      starts: [0, 1, 4, 7, 1, 2, 3, 4, 5], ends: [1, 2, 6, 9, 2, 3.5, 4, 5, 7])
    let found = try violations(fused(problem: problem, orders: orders, times: times))
    let kinds = found.map(\.kind)
    #expect(kinds.contains(.overMemoryLimit(memory: 2, limit: 1)))
    #expect(kinds.contains(.wrongDuration(recorded: 1.5, expected: 1)))
    #expect(kinds.contains(.overlap(start: 3, predecessor: operation("W0", stage: 1), end: 3.5)))
    #expect(!found.contains { $0.subject == .schedule })
  }
}
