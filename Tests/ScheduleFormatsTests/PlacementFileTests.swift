import Foundation
import PipelineModel
import Testing

@testable import ScheduleFormats

@Suite("Problem files with the number of devices per stage")
struct PlacementFileTests {
  private static let text = """
    pipeloom: problem/1
    devices: 5
    microbatches: 4
    placement: {devicesPerStage: [2, 2, 1]}
    memoryLimit: 2
    stages:
      - {repeat: 3, forward: 1, backwardInput: 1, backwardWeight: 1}
      - {forward: 0.25, backwardInput: 0, backwardWeight: 0, activationForB: 0}
    skipReorder: {stagesPerMicrobatch: 2, head: 3}

    """

  private func contents(_ text: String) throws -> ProblemFile.Contents {
    try ProblemFile.contents(Array(text.utf8), file: "p.yaml")
  }

  @Test("leave the devices open, and take them in any order")
  func open() throws {
    guard case .placing(let problem) = try contents(Self.text) else {
      Issue.record("expected a problem without a placement")
      return
    }
    #expect(problem.devicesPerStage == [2, 2, 1])
    let placed = try problem.routing(dealing: [4, 0, 3, 1, 2].map { Device.ID($0) })
    #expect(placed.hosts.map { $0.map(\.index) } == [[0, 4], [1, 3], [2], [0, 4]])
    #expect(placed.origins.map(\.index) == [0, 4, 0, 4])
    #expect(placed.devices.allSatisfy { $0.memoryLimit == 2 })
  }

  @Test(
    "are refused with the key and what was expected",
    arguments: [
      (
        "[2, 2, 1]", "[2, 2]",
        "4: placement.devicesPerStage: expected 3 entries, one per stage but the head, found 2"
      ),
      (
        "[2, 2, 1]", "[2, 2, 2]",
        "4: placement.devicesPerStage: expected numbers that add up to the 5 devices, found a sum of 6"
      ),
      (
        "[2, 2, 1]", "[3, 2, 0]", "4: placement.devicesPerStage[2]: expected a count from 1 to 65536, found 0"
      ),
      (
        "[2, 2, 1]", "2",
        "4: placement.devicesPerStage: expected a list with the number of devices of each stage, found 2"
      ),
      (
        "devicesPerStage", "perStage",
        "4: placement.perStage: expected one of the keys devicesPerStage, choose, order, found \"perStage\""
      ),
      (
        "skipReorder: {stagesPerMicrobatch: 2, head: 3}\n", "",
        "4: placement: expected the devices of every stage, found only their number: search chooses them for a "
          + "problem with skipReorder and without routes"
      ),
      (
        "memoryLimit: 2", "routes: [{stages: [0], devices: [0]}]",
        "4: placement: expected the devices of every stage, found only their number: search chooses them for a "
          + "problem with skipReorder and without routes"
      ),
      (
        "microbatches: 4", "microbatches: [{scale: 1}, {origin: 1}]",
        "3: microbatches[1].origin: expected no origin, as search chooses the devices of the first stage, found one"
      ),
    ])
  func refusals(old: String, new: String, message: String) {
    let text = Self.text.replacingOccurrences(of: old, with: new)
    let error = #expect(throws: FormatError.self) { try contents(text) }
    #expect(error?.description == "p.yaml:" + message)
  }

  @Test("match the schema")
  func schema() throws {
    let text = """
      {
        "pipeloom": "problem/1", "devices": 3, "microbatches": 2, "placement": {"devicesPerStage": [2, 1]},
        "stages": [{"repeat": 2, "forward": 1, "backwardInput": 1, "backwardWeight": 1}],
        "skipReorder": {"stagesPerMicrobatch": 2}
      }
      """
    guard case .placing = try contents(text) else {
      Issue.record("expected a problem without a placement")
      return
    }
    let validator = try JSONSchemaValidator(
      folder: PresetTests.root.appending(path: "docs"), names: ["problem.schema.json"])
    try validator.validate(Array(text.utf8), against: "problem.schema.json")
  }

  @Test("have no routes for commands that need them")
  func routes() throws {
    let error = #expect(throws: FormatError.self) {
      try ProblemFile.decode(Array(Self.text.utf8), file: "p.yaml")
    }
    #expect(error?.reason == .missingRoutes)
  }
}
