import Foundation
import Testing

@testable import ScheduleFormats

@Suite("The JSON Schema of machines says what the format is")
struct HardwareSchemaTests {
  private static let name = "hardware.schema.json"
  private let validator: JSONSchemaValidator

  init() throws {
    validator = try JSONSchemaValidator(
      folder: PresetTests.root.appending(path: "docs"), names: [Self.name])
  }

  private static let least =
    #"{"pipeloom": "hardware/1", "peak": 1e15, "efficiency": 0.5, "memory": {"bandwidth": 2e12, "limit": 8e10}, "#
    + #""links": {"tensor": 4e11, "pipeline": {"bandwidth": 5e10, "latency": 8e-6}}}"#

  @Test("least and presets match")
  func matches() throws {
    try validator.validate(Array(Self.least.utf8), against: Self.name)
    for preset in HardwarePreset.all {
      let root = try #require(try DocumentNode.yaml(preset.text))
      let bytes = try JSONSerialization.data(withJSONObject: Self.object(root))
      try validator.validate(Array(bytes), against: Self.name)
    }
  }

  private static func object(_ node: DocumentNode) -> Any {
    switch node.content {
    case .null: NSNull()
    case .boolean(let value): value
    case .number(let value, _): value
    case .string(let text): text
    case .sequence(let nodes): nodes.map(object)
    case .mapping(let members):
      Dictionary(uniqueKeysWithValues: members.map { ($0.key, object($0.value)) })
    }
  }

  @Test(
    "what the decoder refuses, the schema refuses",
    arguments: [
      ("hardware/1", "hardware/2"), ("\"peak\": 1e15, ", ""), ("1e15", "0"), ("1e15", "{\"bf61\": 1e15}"),
      ("0.5", "1.5"), ("0.5", "0"), ("0.5", "[]"), ("0.5", "[[1]]"), ("0.5", "[[0, 2]]"),
      ("0.5", "{\"attention\": 0.4}"),
      (", \"limit\": 8e10", ""), ("8e10", "8e10, \"reserve\": 1"), ("\"tensor\": 4e11, ", ""), ("4e11", "-1"),
      ("8e-6", "-1"), ("4e11", "4e11, \"nvlink\": 1e9"), ("\"peak\"", "\"overhead\": -1, \"peak\""),
    ])
  func refusals(part: String, replacement: String) {
    let damaged = Array(Self.least.with(part, replacement).utf8)
    #expect(throws: FormatError.self) { try HardwareFile.decode(damaged, file: "") }
    #expect(throws: JSONSchemaValidator.Violation.self) {
      try validator.validate(damaged, against: Self.name)
    }
  }

  @Test("decoder and schema know the same keys")
  func keys() throws {
    func properties(_ path: String...) throws -> Set<String> {
      var schema: Any? = validator.schemas[Self.name]
      for step in path {
        schema = Int(step).map { (schema as? [Any])?[$0] } ?? (schema as? [String: Any])?[step]
      }
      return Set(try #require((schema as? [String: Any])?["properties"] as? [String: Any]).keys)
    }
    #expect(try properties() == Set(HardwareFile.Keys.hardware))
    #expect(try properties("properties", "efficiency", "anyOf", "1") == Set(HardwareFile.Keys.efficiency))
    #expect(try properties("properties", "memory") == Set(HardwareFile.Keys.memory))
    #expect(try properties("properties", "links") == Set(HardwareFile.Keys.links))
    #expect(try properties("$defs", "link", "anyOf", "1") == Set(HardwareFile.Keys.link))
  }
}
