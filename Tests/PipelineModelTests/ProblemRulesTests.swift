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
    do throws(ProblemError) {
      _ = try Problem(
        devices: devices, stages: stages, microbatches: microbatches, placement: placement,
        communication: communication, routes: routes)
      return ""
    } catch {
      return error.description
    }
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
    stage.backward = .split(input: value, weight: 1)
    let found = "expected a number from 0 to 1e15, found \(value.description)".replacing(".0", with: "")
    #expect(refusal(stages: [Self.stage, stage]) == "stages[1].backwardInput: \(found)")
    #expect(refusal(communication: .uniform(value)) == "communication: \(found)")
    #expect(refusal(devices: [Device(), Device(memoryLimit: value)]) == "memoryLimit[1]: \(found)")
  }

  @Test(arguments: [Double.leastNonzeroMagnitude, .leastNormalMagnitude, 1e-16])
  func tinyNumbers(value: Double) {
    var stage = Self.stage
    stage.forward = value
    let found = "expected at least 1e-15 where it is not 0, found \(value)"
    #expect(refusal(stages: [Self.stage, stage]) == "stages[1].forward: \(found)")
    #expect(refusal(devices: [Device(), Device(speed: value)]) == "speed[1]: \(found)")
    #expect(refusal(microbatches: [Microbatch(scale: value)]) == "microbatches[0].scale: \(found)")
    #expect(refusal(communication: .uniform(value)) == "communication: \(found)")
  }

  /// 1e15 x 1e15 / 1e-15 is 1e45: each number is in range, the duration is not.
  @Test func products() {
    var long = Self.stage
    long.backward = .split(input: 1, weight: 1e10)
    let expected = "expected at most 1e15 once scaled and divided by the device's speed, found 10000000000 x "
    #expect(
      refusal(devices: [Device(), Device(speed: 1e-6)], stages: [Self.stage, long])
        == "stages[1].backwardWeight: \(expected)1 / 1e-06 on device 1")
    #expect(
      refusal(stages: [long, Self.stage], microbatches: [Microbatch(), Microbatch(scale: 1e6)])
        == "stages[0].backwardWeight: \(expected)1000000 / 1 on device 0")
    #expect(refusal(devices: [Device(), Device(speed: 1e-5)], stages: [Self.stage, long]).isEmpty)
    // A fast host does not make up for a slow one.
    let hosts = [[Device.ID(0), Device.ID(1)]]
    let visit = Route.Visit(stage: Stage.ID(0), device: Device.ID(1))
    #expect(
      refusal(
        devices: [Device(speed: 1e-6), Device()], stages: [long], placement: .explicit(hosts),
        routes: ([Route(visits: [visit])], [0]))
        == "stages[0].backwardWeight: \(expected)1 / 1e-06 on device 0")
  }

  @Test func tables() throws {
    let devices = Array(repeating: Device(), count: 2049)
    let stages = Array(repeating: Self.stage, count: 2049)
    #expect(
      refusal(devices: devices, stages: stages, communication: .matrix([]))
        == "communication: expected at most 2048 devices where links have bandwidths or latencies of their own, "
        + "found 2049")
    // 1025 routes over 32768 stages are more entries than there may be visits, 2^25.
    let routes = (0..<1025).map { stage in
      Route(visits: [Route.Visit(stage: Stage.ID(stage), device: Device.ID(0))])
    }
    #expect(
      refusal(
        devices: [Device()], stages: Array(repeating: Self.stage, count: 32_768),
        microbatches: Array(repeating: Microbatch(), count: 1025), placement: .loop,
        routes: (routes, Array(routes.indices)))
        == "routes: expected at most 1024 different routes over 32768 stages, found 1025")
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
