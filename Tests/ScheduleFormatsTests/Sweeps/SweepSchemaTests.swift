import Foundation
import Testing

@testable import ScheduleFormats

@Suite struct SweepSchemaTests {
  private static let folder = PresetTests.root.appending(path: "docs")

  @Test("The schema knows all settings, and no others")
  func settings() throws {
    let data = try Data(contentsOf: Self.folder.appending(path: "sweep.schema.json"))
    let schema = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
    let keys = try #require(schema["properties"] as? [String: [String: Any]])
    #expect(Set(keys.keys) == Set(SweepFile.Keys.sweep))
    let axes = try #require(keys["axes"]?["properties"] as? [String: Any])
    #expect(Set(axes.keys) == Set(SweepSetting.all.map(\.name) + ["family", "search"]))
    let definitions = try #require(schema["$defs"] as? [String: [String: Any]])
    let search = try #require(definitions["search"]?["properties"] as? [String: Any])
    #expect(Set(search.keys) == Set(SweepSetting.ofSearches.map(\.name)))
  }

  @Test("The page lists all settings")
  func page() throws {
    let page = String(decoding: try Data(contentsOf: Self.folder.appending(path: "sweeps.md")), as: UTF8.self)
    for setting in SweepSetting.all { #expect(page.contains("`\(setting.name)`"), "\(setting.name)") }
  }
}
