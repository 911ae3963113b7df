import Foundation
import Testing

/// docs/families.md shows every family as the program knows it.
@Suite("The guide to the families is true")
struct FamilyGuideTests {
  @Test("Every family has a section with its formulas, its source and its picture")
  func sections() throws {
    let guide = try String(contentsOf: Repository.url("docs/families.md"), encoding: .utf8)
    let sections = guide.components(separatedBy: "\n### ").dropFirst()
    let families = try Workspace().pipeloom("families", "--json").objects()
    #expect(sections.count == families.count)
    for family in families {
      func text(_ key: String) throws -> String { try #require(family[key] as? String) }
      let name = try text("name")
      let heading = "\(try text("title")): `\(name)`\n"
      guard let section = sections.first(where: { $0.hasPrefix(heading) }) else {
        Issue.record("no section '\(heading)'")
        continue
      }
      for key in ["layoutFlags", "peakMemory", "idle", "bubble", "source"] {
        let value = try text(key)
        #expect(value.isEmpty || section.contains(value), "\(name): \(key)")
      }
      let picture = "schedules/examples/\(name)-uniform-4x8.svg"
      #expect(section.contains("(../\(picture))"))
      #expect(FileManager.default.fileExists(atPath: Repository.url(picture).path))
    }
  }
}
