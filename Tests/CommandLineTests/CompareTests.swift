import Foundation
import Testing

/// `compare`: the shortest first, with a warning where problems differ.
@Suite("pipeloom compare")
struct CompareTests {
  private let workspace: Workspace

  init() throws {
    workspace = try Workspace()
    for family in GenerateTests.families {
      try workspace.generate(family, "uniform-8x24", to: "\(family).json")
    }
  }

  @Test("Schedules are sorted by makespan")
  func sorted() throws {
    let outcome = try workspace.pipeloom("compare", "gpipe.json", "zb-h1.json", "1f1b.json", "zb-h2.json")
    outcome.expectSuccess()
    let lines = outcome.text.split(separator: "\n")
    #expect(lines.count == 5)
    #expect(lines[1].contains("ZB-H1") && lines[1].contains(" +0 %") && lines[1].hasSuffix("zb-h1.json"))
    #expect(lines[2].contains("ZB-H2") && lines[2].contains(" +0 %"))
    #expect(lines[3...4].allSatisfy { $0.contains("GPipe") || $0.contains("1F1B") })
    let json = try workspace.pipeloom("compare", "1f1b.json", "zb-h1.json", "--json")
    json.expectSuccess()
    let objects = try json.objects()
    #expect(objects.compactMap { $0["file"] as? String } == ["zb-h1.json", "1f1b.json"])
    for object in objects {
      #expect(
        Set(object.keys) == [
          "file", "title", "devices", "stagesPerDevice", "microbatches", "communicationVolume", "summary",
        ])
      #expect(object["devices"] as? Int == 8)
      #expect((object["summary"] as? [String: Any])?["spanBubble"] is Double)
    }
  }

  @Test("Schedules for different problems are pointed out")
  func different() throws {
    let note = "The schedules are for different problems: compare rates, not times."
    try workspace.generate("1f1b", "uniform-8x24", "--communication", "1", to: "other.json")
    let same = try workspace.pipeloom("compare", "1f1b.json", "gpipe.json")
    #expect(!same.text.contains(note))
    let different = try workspace.pipeloom("compare", "1f1b.json", "other.json")
    different.expectSuccess()
    #expect(different.text.contains(note))
  }

  @Test("One bad file spoils the table, by name")
  func bad() throws {
    try workspace.write("{}", to: "bad.json")
    try workspace.pipeloom("compare", "1f1b.json", "bad.json", "gpipe.json")
      .expectRefusal(Status.badInput, naming: ["bad.json"])
    try workspace.pipeloom("compare", "1f1b.json", "none.json").expectRefusal(
      Status.missingInput, naming: ["none.json"])
  }
}
