import PipelineModel
import TestSupport
import Testing

@testable import ScheduleFormats

@Suite("Stages on several devices without routes in problem files")
struct OpenHostsFileTests {
  private static let text = """
    pipeloom: problem/1
    devices: 3
    microbatches: [{origin: 1}, {scale: [1, 2, 3]}, {}]
    placement: [[0, 1], [1, 2], 2]
    stages:
      - {forward: 1, backwardInput: 1, backwardWeight: 1}
      - {forward: 2, backward: 3, inputs: [0]}
      - {forward: 3, backwardInput: 1, backwardWeight: 1, inputs: [0, 1]}
    overlap: {forwardBackward: [0.7, 0.8, 0.9]}
    """

  private func contents(_ text: String = text) throws(FormatError) -> ProblemFile.Contents {
    try ProblemFile.contents(Array(text.utf8), file: "p.yaml")
  }

  @Test("leave the hosts open, and state all else as it stands")
  func routing() throws {
    guard case .routing(let routing) = try contents() else {
      Issue.record("expected open hosts")
      return
    }
    #expect(routing.hosts.map { $0.map(\.index) } == [[0, 1], [1, 2], [2]])
    #expect(routing.stages.map { $0.inputs?.map(\.index) } == [nil, [0], [0, 1]])
    #expect(routing.microbatches[1].scale.forward == .each([1, 2, 3]))
    #expect(routing.operationCount >= 3 * 8)
    #expect(throws: FormatError(.missingRoutes, file: "p.yaml")) {
      try ProblemFile.decode(Array(Self.text.utf8), file: "p.yaml")
    }
  }

  @Test("with routes are written with these alone, and read back")
  func routed() throws {
    guard case .routing(let routing) = try contents() else { return }
    let routes = [[1, 1, 2], [0, 2, 2], [0, 1, 2]].map { devices in
      Route(
        visits: devices.enumerated().map {
          Route.Visit(stage: Stage.ID($0.offset), device: Device.ID($0.element))
        })
    }
    let problem = try routing.problem(routes: routes)
    let bytes = ProblemFile.encode(problem)
    #expect(!String(decoding: bytes, as: UTF8.self).contains("skipReorder"))
    #expect(try ProblemFile.decode(bytes, file: "") == problem)
    #expect(try RoutingProblem(problem) == routing)
  }

  @Test("are refused where they stand, by the numbers of the stages as they are stated")
  func refused() {
    let wrong = [
      (
        "forward: 2", "forward: -2", "p.yaml:7: stages[1].forward: expected a number from 0 to 1e15, found -2"
      ),
      ("[0, 1]}", "[0, 2]}", "p.yaml:8: stages[2].inputs: expected"),
      ("{origin: 1}", "{origin: 2}", "p.yaml:3: microbatches[0].origin: expected"),
      ("[1, 2, 3]", "[1, 2]", "p.yaml:3: microbatches[1].scale: expected"),
      ("[0.7, 0.8, 0.9]", "[0.7]", "p.yaml:9: overlap.forwardBackward: expected"),
    ]
    for (part, replacement, message) in wrong {
      let error = #expect(throws: FormatError.self) { try contents(Self.text.with(part, replacement)) }
      #expect(
        "\(error.map(String.init(describing:)) ?? "")".hasPrefix(message), "\(String(describing: error))")
    }
  }
}
