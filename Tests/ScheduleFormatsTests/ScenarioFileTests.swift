import Foundation
import PipelineModel
import ScheduleScenarios
import Testing

@testable import ScheduleFormats

@Suite("files of scenarios")
struct ScenarioFileTests {
  private static let whole = """
    {
      "pipeloom": "scenarios/1",
      "rules": [
        {"stages": [0, 1], "kinds": ["F", "W"], "devices": [0], "microbatches": [2], "factor": {"lognormal": 0.05}},
        {"factor": {"tail": {"chance": 0.01, "factor": 4}}},
        {"factor": {"uniform": [0.9, 1.2]}},
        {"factor": 1.5},
        {"oneOf": "devices", "speed": 0.9},
        {"oneOf": "links", "latency": 8},
        {"oneOf": "links", "latencyFactor": 2}
      ],
      "samples": [{"durations": {"0F3": 18.1, "1BW12": 4}}],
      "count": 50,
      "seed": 7
    }
    """

  @Test("every key is read")
  func everyKey() throws {
    let scenarios = try ScenarioFile.decode(Array(Self.whole.utf8), file: "")
    let selection = ScenarioRule.Selection(
      stages: [Stage.ID(0), Stage.ID(1)], kinds: [.forward, .backwardWeight], devices: [Device.ID(0)],
      microbatches: [Microbatch.ID(2)])
    #expect(
      scenarios.rules == [
        .factor(.lognormal(0.05), on: selection), .factor(.tail(chance: 0.01, factor: 4), on: .init()),
        .factor(.uniform(0.9, 1.2), on: .init()), .factor(.constant(1.5), on: .init()),
        .oneDevice(speed: 0.9), .oneLink(.latency(8)), .oneLink(.factor(2)),
      ])
    let forward = Operation(.forward, stage: Stage.ID(0), microbatch: Microbatch.ID(3))
    let backward = Operation(.backward, stage: Stage.ID(1), microbatch: Microbatch.ID(12))
    #expect(scenarios.samples == [[forward: 18.1, backward: 4]])
    #expect(scenarios.count == 50 && scenarios.seed == 7)
  }

  @Test("200 scenarios where nobody says how many, and one for each recorded run")
  func counts() throws {
    func count(_ rest: String) throws -> Int {
      try ScenarioFile.decode(Array("pipeloom: scenarios/1\n\(rest)".utf8), file: "").count
    }
    #expect(try count("rules: [{factor: 2}]") == 200)
    #expect(try count("samples: [{durations: {0F0: 1}}, {durations: {0F0: 2}}]") == 2)
  }

  @Test(
    "what makes no sense is refused by its key, here and by the schema",
    arguments: [
      ("\"scenarios/1\"", "\"scenarios/2\"", "pipeloom: expected scenarios/1, found scenarios/2"),
      ("\"scenarios/1\"", "\"problem/1\"", "expected a set of scenarios (scenarios/1), found a problem"),
      ("\"count\": 50", "\"count\": 0", "count: expected a count from 1 to 100000, found 0"),
      ("\"count\": 50", "\"count\": 100001", "count: expected a count from 1 to 100000, found 100001"),
      ("\"seed\": 7", "\"seed\": -1", "seed: expected a count from 0"),
      ("\"seed\": 7", "\"sede\": 7", "did you mean \"seed\""),
      (
        "\"lognormal\": 0.05", "\"lognormal\": -1",
        "rules[0].factor.lognormal: expected a number from 0 to 5, found -1"
      ),
      (
        "\"lognormal\": 0.05", "\"lognormal\": 0.05, \"uniform\": [1, 2]",
        "rules[0].factor: expected a number or"
      ),
      (
        "\"lognormal\"", "\"normal\"",
        "rules[0].factor.normal: expected one of the keys lognormal, uniform, tail"
      ),
      (
        "\"chance\": 0.01", "\"chance\": 1.5",
        "rules[1].factor.tail.chance: expected a number from 0 to 1, found 1.5"
      ),
      ("\"factor\": 4", "\"factor\": -4", "rules[1].factor.tail.factor: expected a number from 0"),
      ("[0.9, 1.2]", "[-0.1, 1.2]", "rules[2].factor.uniform[0]: expected a number from 0"),
      ("[0.9, 1.2]", "[1.2]", "rules[2].factor.uniform: expected a list of two numbers, found 1"),
      ("\"factor\": 1.5", "\"factor\": -1.5", "rules[3].factor: expected a number from 0"),
      ("\"factor\": 1.5", "\"factor\": 1e16", "rules[3].factor: expected a number from 0"),
      ("\"factor\": 1.5", "\"stages\": [0]", "rules[3]: expected the key \"factor\", found none"),
      ("\"speed\": 0.9", "\"speed\": 0", "rules[4].speed: expected a number from"),
      (
        "\"speed\": 0.9", "\"speed\": 0.9, \"stages\": [0]",
        "rules[4].stages: expected one of the keys oneOf, speed"
      ),
      (
        "\"devices\", \"speed\"", "\"racks\", \"speed\"",
        "rules[4].oneOf: expected devices or links, found \"racks\""
      ),
      ("\"latency\": 8", "\"latency\": -8", "rules[5].latency: expected a number from 0"),
      (
        "\"latency\": 8", "\"latency\": 8, \"latencyFactor\": 1",
        "rules[5]: expected latency or latencyFactor"
      ),
      (", \"latency\": 8", "", "rules[5]: expected the key \"latency\", found none"),
      ("\"F\", \"W\"", "\"F\", \"BW\"", "rules[0].kinds[1]: expected F, B, W or R"),
      ("\"stages\": [0, 1]", "\"stages\": [0, -1]", "rules[0].stages[1]: expected a count from 0"),
      ("\"0F3\"", "\"F3\"", "samples[0].durations.F3: expected an operation such as \"0F3\", found \"F3\""),
      ("\"0F3\"", "\"00F3\"", "expected an operation such as"),
      ("\"0F3\"", "\"0X3\"", "expected an operation"),
      ("18.1", "-18.1", "samples[0].durations.0F3: expected a number from 0"),
      ("18.1", "\"long\"", "samples[0].durations.0F3: expected a number, found \"long\""),
      ("\"durations\"", "\"starts\"", "samples[0].starts: expected one of the keys durations"),
    ])
  func refusals(part: String, replacement: String, message: String) throws {
    let damaged = Array(Self.whole.with(part, replacement).utf8)
    let error = #expect(throws: FormatError.self) { try ScenarioFile.decode(damaged, file: "s.json") }
    #expect(error?.description.contains(message) == true, "\(error.debugDescription)")
    let validator = try JSONSchemaValidator(
      folder: PresetTests.root.appending(path: "docs"), names: ["scenarios.schema.json"])
    try validator.validate(Array(Self.whole.utf8), against: "scenarios.schema.json")
    #expect(throws: JSONSchemaValidator.Violation.self) {
      try validator.validate(damaged, against: "scenarios.schema.json")
    }
  }

  @Test(
    "what is no number, and numbers that no Int holds, are refused",
    arguments: [
      "rules: [{factor: .nan}]", "rules: [{factor: .inf}]", "count: 1e30",
      "samples: [{durations: {0F99999999999: 1}}]",
      "rules: [{factor: {uniform: [2, 1]}}]", "rules: 3", "samples: {}", "",
    ])
  func numbers(rest: String) {
    #expect(throws: FormatError.self) {
      try ScenarioFile.decode(Array((rest.isEmpty ? "" : "pipeloom: scenarios/1\n\(rest)").utf8), file: "")
    }
  }
}
