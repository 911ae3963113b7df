import PipelineModel
import TestSupport
import Testing

@Suite("A problem that cannot be is refused with its key")
struct ProblemRulesTests {
  private static let stage = Stage(forward: 1, backwardInput: 1, backwardWeight: 1)

  private func refusal(
    devices: [Device] = [Device(), Device()], stages: [Stage] = [stage, stage],
    microbatches: [Microbatch] = [Microbatch()], placement: Placement = .sequential,
    communication: Communication = .uniform(0), routes: (distinct: [Route], indexes: [Int])? = nil
  ) -> String {
    let error = #expect(throws: ProblemError.self) {
      try Problem(
        devices: devices, stages: stages, microbatches: microbatches, placement: placement,
        communication: communication, routes: routes)
    }
    return error?.description ?? ""
  }

  @Test func counts() {
    #expect(refusal(devices: []) == "devices: expected a count from 1 to 65536, found 0")
    #expect(
      refusal(devices: Array(repeating: Device(), count: 1_000_000))
        == "devices: expected a count from 1 to 65536, found 1000000")
    #expect(refusal(microbatches: []) == "microbatches: expected a count from 1 to 65536, found 0")
    #expect(
      refusal(stages: [Self.stage])
        == "placement: expected one stage per device for the sequential placement, "
        + "found 1 stage for 2 devices")
    #expect(
      refusal(stages: [Self.stage], placement: .v)
        == "placement: expected at least one stage per device, found 1 for 2 devices")
  }

  @Test(arguments: [-1.0, .nan, .infinity, 1e16])
  func numbers(value: Double) {
    var stage = Self.stage
    stage.backwardInput = value
    let found = "expected a number from 0 to 1e15, found \(value.description)".replacing(".0", with: "")
    #expect(refusal(stages: [Self.stage, stage]) == "stages[1].backwardInput: \(found)")
    #expect(refusal(communication: .uniform(value)) == "communication: \(found)")
    #expect(refusal(devices: [Device(), Device(memoryLimit: value)]) == "memoryLimit[1]: \(found)")
  }

  @Test func memory() {
    #expect(
      refusal(devices: [Device(memoryLimit: 1), Device(memoryLimit: 0.75)])
        == "memoryLimit[1]: expected at least 1, which one microbatch needs on device 1, found 0.75")
    let grows = Stage(
      forward: 1, backwardInput: 1, backwardWeight: 1, activationForB: 1, activationForW: 1.5)
    #expect(
      refusal(stages: [Self.stage, grows])
        == "stages[1].activationForW: expected at most activationForB, which is 1, found 1.5")
  }

  @Test func placements() {
    let zero = Device.ID(0)
    #expect(
      refusal(placement: .explicit([[zero]])) == "placement: expected 2 entries, one per stage, found 1")
    #expect(
      refusal(placement: .explicit([[zero], []])) == "placement[1]: expected at least one device, found none")
    #expect(
      refusal(placement: .explicit([[zero], [Device.ID(2)]]))
        == "placement[1]: expected a device from 0 to 1, found 2")
    #expect(
      refusal(placement: .explicit([[zero], [zero, Device.ID(1)]]))
        == "placement[1]: expected one device per stage unless routes say which to take, "
        + "found stage 1 on devices 0, 1")
  }

  @Test func latencies() {
    #expect(
      refusal(communication: .matrix([[0, 1]]))
        == "communication.latency: expected 2 entries, one per device, found 1")
    #expect(
      refusal(communication: .matrix([[0, 1], [-2, 0]]))
        == "communication.latency[1][0]: expected a number from 0 to 1e15, found -2")
  }

  @Test func routes() {
    let visit = Route.Visit(stage: Stage.ID(0), device: Device.ID(0))
    #expect(
      refusal(routes: ([Route(visits: [visit, visit])], [0]))
        == "routes[0]: expected different stages, found stage 0 twice")
    #expect(
      refusal(routes: ([Route(visits: [Route.Visit(stage: Stage.ID(0), device: Device.ID(1))])], [0]))
        == "routes[0]: expected a device that hosts stage 0, found 1")
    #expect(
      refusal(routes: ([Route(visits: [])], [0])) == "routes[0]: expected at least one visit, found none")
  }
}
