import Foundation
import PipelineModel
import TestSupport
import Testing

@testable import ScheduleFormats

@Suite("The JSON Schemas say what the formats are")
struct SchemaTests {
  private let validator: JSONSchemaValidator

  init() throws {
    validator = try JSONSchemaValidator(
      folder: PresetTests.root.appending(path: "docs"),
      names: ["problem.schema.json", "schedule.schema.json", "scenarios.schema.json"])
  }

  @Test("every preset matches", arguments: Preset.all.map(\.name))
  func presets(name: String) throws {
    let problem = try #require(Preset.named(name)).problem()
    try validator.validate(ProblemFile.encode(problem), against: "problem.schema.json")
  }

  @Test("random problems and schedules match", arguments: 0..<100)
  func random(seed: Int) throws {
    var generator = SeededGenerator(seed: UInt64(seed) + 77)
    try validator.validate(ProblemFile.encode(generator.problem()), against: "problem.schema.json")
    try validator.validate(generator.file().encode(), against: "schedule.schema.json")
  }

  @Test(
    "what the decoder refuses, the problem schema refuses",
    arguments: [
      ("\"problem/1\"", "\"problem/2\""), ("\"devices\": 2", "\"devices\": 0"),
      ("\"devices\": 2", "\"devices\": true"),
      ("\"devices\": 2", "\"devices\": 1.5"), ("\"devices\": 2", "\"devices\": \"2\""),
      ("\"devices\": 2", "\"devices\": 1000000"), ("\"devices\": 2,", ""),
      ("\"devices\": 2", "\"routes\": 1, \"devices\": 2"),
      ("\"devices\": 2", "\"routes\": [], \"devices\": 2"),
      ("\"devices\": 2", "\"routes\": [{\"stages\": [0, -1]}], \"devices\": 2"),
      ("\"devices\": 2", "\"overlap\": {\"forwardBackward\": 0}, \"devices\": 2"),
      ("\"devices\": 2", "\"pieces\": 0, \"devices\": 2"),
      ("\"memoryLimit\": 4", "\"memoryLimit\": null"), ("\"memoryLimit\": 4", "\"memoryLimit\": [-1, 2]"),
      ("\"microbatches\": 3", "\"microbatches\": []"),
      ("\"microbatches\": 3", "\"microbatches\": [{\"scale\": 0}]"),
      ("\"sequential\"", "\"zigzag\""), ("\"sequential\"", "[0, []]"), ("\"sequential\"", "[0, -1]"),
      ("\"sequential\"", "{\"devicesPerStage\": []}"), ("\"sequential\"", "{}"),
      ("\"sequential\"", "{\"choose\": []}"), ("\"sequential\"", "{\"choose\": [\"loop\", \"loop\"]}"),
      ("\"sequential\"", "{\"choose\": [[0, 1]]}"),
      ("\"forward\": 1.5", "\"forward\": -3"), ("\"forward\": 1.5", "\"forward\": 1e16"),
      ("\"forward\": 1.5,", ""),
      ("\"forward\": 1.5", "\"forward\": 1.5, \"repeat\": 0"),
      ("\"communication\": 0.5", "\"communication\": {}"),
      ("\"communication\": 0.5", "\"communication\": {\"latency\": [1]}"),
      ("\"communication\": 0.5", "\"communication\": {\"latency\": 1, \"serialise\": \"link\"}"),
      (
        "\"communication\": 0.5",
        "\"communication\": {\"latency\": 1, \"bandwidth\": 1, \"bytes\": 1, \"serialise\": \"bus\"}"
      ),
      ("\"optimizerStep\": [0, 1]", "\"optimizerStep\": [null, 1]"),
      ("\"backwardInput\": 2.5, ", ""), ("\"backwardWeight\": 3.5, ", ""),
      ("\"backwardInput\": 2.5", "\"backwardInput\": \"none\""),
      ("\"backwardInput\": 2.5", "\"backward\": 6, \"backwardInput\": 2.5"),
      ("\"backwardInput\": 2.5", "\"backward\": \"none\", \"backwardInput\": 2.5"),
      ("\"backwardWeight\": 3.5", "\"backwardWeight\": \"no\""),
      ("\"forward\": 1.5", "\"forward\": 1.5, \"inputs\": 0"),
      ("\"forward\": 1.5", "\"forward\": 1.5, \"inputs\": [-1]"),
      ("\"forward\": 1.5", "\"forward\": 1.5, \"checkpoint\": -1"),
      ("\"forward\": 1.5", "\"forward\": 1.5, \"firstForward\": \"slow\""),
      ("\"microbatches\": 3", "\"microbatches\": [{\"scale\": []}]"),
      ("\"microbatches\": 3", "\"microbatches\": [{\"scale\": {\"BW\": 1}}]"),
      ("\"microbatches\": 3", "\"microbatches\": [{\"scale\": {\"F\": 0}}]"),
      ("\"microbatches\": 3", "\"microbatches\": [{\"memory\": 0}]"),
      ("\"devices\": 2", "\"gap\": -1, \"devices\": 2"),
      ("\"devices\": 2", "\"gap\": {\"F\": 1}, \"devices\": 2"),
      ("\"devices\": 2", "\"barrier\": \"some\", \"devices\": 2"),
      ("\"devices\": 2", "\"barrier\": [0, 1], \"devices\": 2"),
      ("\"devices\": 2", "\"barrier\": [[]], \"devices\": 2"),
      ("\"devices\": 2", "\"tail\": [1, 2], \"devices\": 2"),
    ])
  func problemMutations(part: String, replacement: String) throws {
    let problem = try ProblemFile.decode(Array(smallProblem.utf8), file: "")
    let text = String(decoding: ProblemFile.encode(problem), as: UTF8.self)
    let damaged = Array(text.with(part, replacement).utf8)
    #expect(throws: FormatError.self) { try ProblemFile.decode(damaged, file: "") }
    #expect(throws: JSONSchemaValidator.Violation.self) {
      try validator.validate(damaged, against: "problem.schema.json")
    }
  }

  @Test(
    "what the decoder refuses, the schedule schema refuses",
    arguments: [
      ("\"schedule/1\"", "\"schedule/2\""), ("\"op\": \"F\"", "\"op\": \"G\""),
      ("\"stage\": 0", "\"stage\": 0.5"),
      ("\"stage\": 0", "\"stage\": 2147483648"), ("\"stage\": 0,", ""),
      ("\"stage\": 0", "\"stage\": 0, \"start\": 1"),
      ("\"device\": 0,", ""), ("\"device\": 0", "\"device\": -1"), ("\"forward\": 1", "\"forward\": -1"),
      ("\"devices\": [", "\"summary\": {\"makespan\": 1}, \"devices\": ["),
      ("\"devices\": [", "\"generator\": {\"command\": \"search\"}, \"devices\": ["),
      ("\"devices\": [", "\"note\": 1, \"devices\": ["),
    ])
  func scheduleMutations(part: String, replacement: String) throws {
    try validator.validate(Array(smallSchedule.utf8), against: "schedule.schema.json")
    let damaged = smallSchedule.with(part, replacement)
    #expect(scheduleRefusal(damaged) != nil)
    #expect(throws: JSONSchemaValidator.Violation.self) {
      try validator.validate(Array(damaged.utf8), against: "schedule.schema.json")
    }
  }

  @Test("decoder and schemas know the same keys")
  func keys() throws {
    func properties(_ name: String, _ path: String...) throws -> Set<String> {
      var schema: Any? = validator.schemas[name]
      for step in path { schema = (schema as? [String: Any])?[step] }
      return Set(try #require((schema as? [String: Any])?["properties"] as? [String: Any]).keys)
    }
    let problem = "problem.schema.json"
    let schedule = "schedule.schema.json"
    #expect(try properties(problem) == Set(ProblemFile.Keys.problem))
    #expect(try properties(problem, "properties", "units") == Set(ProblemFile.Keys.units))
    #expect(try properties(problem, "$defs", "stage") == Set(ProblemFile.Keys.stage))
    #expect(try properties(problem, "$defs", "microbatch") == Set(ProblemFile.Keys.microbatch))
    #expect(try properties(problem, "$defs", "route") == Set(ProblemFile.Keys.route))
    #expect(try properties(problem, "$defs", "scale") == Set(ProblemFile.Keys.scale))
    #expect(try properties(problem, "$defs", "gap") == Set(ProblemFile.Keys.gap))
    #expect(try properties(problem, "properties", "skipReorder") == Set(ProblemFile.Keys.skipReorder))
    #expect(try properties(problem, "properties", "overlap") == Set(ProblemFile.Keys.overlap))
    let scenarios = "scenarios.schema.json"
    #expect(try properties(scenarios) == Set(ScenarioFile.Keys.scenarios))
    #expect(try properties(scenarios, "$defs", "factorRule") == Set(ScenarioFile.Keys.factorRule))
    #expect(try properties(scenarios, "$defs", "deviceRule") == Set(ScenarioFile.Keys.deviceRule))
    #expect(try properties(scenarios, "$defs", "sample") == Set(ScenarioFile.Keys.sample))
    #expect(try properties(schedule) == Set(ScheduleFile.Keys.schedule))
    #expect(try properties(schedule, "properties", "generator") == Set(ScheduleFile.Keys.generator))
    #expect(try properties(schedule, "properties", "devices", "items") == Set(ScheduleFile.Keys.device))
    #expect(try properties(schedule, "$defs", "operation") == Set(ScheduleFile.Keys.operation))
    #expect(try properties(schedule, "$defs", "summary") == Set(ScheduleFile.Keys.summary))
  }
}
