import PipelineModel
import TestSupport
import Testing

@testable import ScheduleFormats

@Suite("Rules for routes in problem files")
struct SkipReorderFileTests {
  /// Two origins, three replicated stages, a head; unequal devices and links.
  static let text = """
    pipeloom: problem/1
    devices: 5
    microbatches: [{origin: 1}, {}, {}]
    placement: [[0, 1], [2, 3], 4, [3, 4], [0, 1]]
    stages:
      - {repeat: 4, forward: 1, backwardInput: 1, backwardWeight: 1}
      - {forward: 0.25, backwardInput: 0, backwardWeight: 0, activationForB: 0}
    communication: {latency: 0.5, bandwidth: 4, bytes: 2}
    speed: [1, 2, 1, 1, 0.5]
    skipReorder:
      stagesPerMicrobatch: 3
      head: 4
      maxSwaps: 2
      maxForwardJump: 4
      visitsPerStage: balanced
      visitsPerDevice: 9
    """

  private func contents(_ text: String = text) throws(FormatError) -> ProblemFile.Contents {
    try ProblemFile.contents(Array(text.utf8), file: "p.yaml")
  }

  private func refusal(_ part: String, _ replacement: String) -> String? {
    do throws(FormatError) {
      _ = try contents(Self.text.with(part, replacement))
      return nil
    } catch {
      return "\(error)"
    }
  }

  @Test("a file with rules and no routes is a routing problem")
  func routing() throws {
    guard case .routing(let problem) = try contents() else {
      Issue.record("expected a routing problem")
      return
    }
    #expect(
      problem.rules
        == SkipReorderRules(
          stagesPerMicrobatch: 3, head: Stage.ID(4), maxSwaps: 2, maxForwardJump: 4,
          visitsPerStage: .balanced, visitsPerDevice: [9, 9, 9, 9, 9]))
    // Dealt in turn where no origin is named: microbatch 1 to the second host, microbatch 2 to the first.
    #expect(problem.origins == [1, 1, 0].map { Device.ID($0) })
    #expect(problem.communication.latency(from: Device.ID(0), to: Device.ID(3)) == 1)
    #expect(problem.devices.map(\.speed) == [1, 2, 1, 1, 0.5])
    #expect(throws: FormatError(.missingRoutes, file: "p.yaml")) {
      try ProblemFile.decode(Array(Self.text.utf8), file: "p.yaml")
    }
  }

  @Test("with routes it is a problem that reads back with both")
  func routed() throws {
    guard case .routing(let routing) = try contents() else { return }
    let routes = routing.origins.map { origin in
      Route(
        visits: [(0, origin.index), (2, 4), (1, 3), (4, origin.index)].map {
          Route.Visit(stage: Stage.ID($0.0), device: Device.ID($0.1))
        })
    }
    let problem = try routing.problem(routes: routes)
    let bytes = ProblemFile.encode(problem)
    #expect(try ProblemFile.decode(bytes, file: "") == problem)
    #expect(try RoutingProblem(problem) == routing)
    let validator = try JSONSchemaValidator(
      folder: PresetTests.root.appending(path: "docs"), names: ["problem.schema.json"])
    try validator.validate(bytes, against: "problem.schema.json")
  }

  @Test("what contradicts the problem is refused where it stands")
  func refusals() {
    #expect(
      refusal("stagesPerMicrobatch: 3", "stagesPerMicrobatch: 5")
        == "p.yaml:11: skipReorder.stagesPerMicrobatch: expected a count from 1 to 4, found 5")
    #expect(
      refusal("stagesPerMicrobatch: 3", "alwaysVisit: [0]")
        == "p.yaml:10: skipReorder: expected the key \"stagesPerMicrobatch\", found none")
    #expect(
      refusal("visitsPerStage: balanced", "visitsPerStage: even")
        == "p.yaml:15: skipReorder.visitsPerStage: expected balanced, a count or a list of counts, found \"even\""
    )
    #expect(
      refusal("visitsPerDevice: 9", "visitsPerDevice: [9]")
        == "p.yaml:16: skipReorder.visitsPerDevice: expected 5 entries, one per device, found 1")
    #expect(
      refusal("[{origin: 1}", "[{origin: 2}")
        == "p.yaml:3: microbatches[0].origin: expected a device that hosts stage 0, found 2")
    #expect(
      refusal("speed: [1", "speed: [0")
        == "p.yaml:9: speed[0]: expected a number above 0 and up to 1e15, found 0")
    #expect(
      refusal(", bytes: 2", "") == "p.yaml:8: communication: expected the key \"bytes\", found none")
    #expect(
      refusal("bytes: 2", "bytes: 2, serialise: bus")
        == "p.yaml:8: communication.serialise: expected link or uplink, found \"bus\"")
    #expect(
      refusal("bandwidth: 4, bytes: 2", "serialise: uplink")
        == "p.yaml:8: communication: expected the key \"bandwidth\", found none")
  }

  @Test("a route over a link without bandwidth is refused")
  func disconnected() {
    let routes = """
      routes: [{stages: [0, 1], devices: [0, 2]}]
      """
    #expect(refusal("bandwidth: 4", "bandwidth: 0") == nil)
    let text = Self.text.with("bandwidth: 4", "bandwidth: 0").with("speed:", "\(routes)\nspeed:")
    do throws(FormatError) {
      _ = try contents(text)
      Issue.record("expected a refusal")
    } catch {
      #expect(
        "\(error)"
          == "p.yaml:9: routes[0]: expected devices that reach each other, found a visit of device 2 after or "
          + "before device 0, from which no message arrives there")
    }
  }
}
