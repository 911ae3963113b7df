import Foundation
import Testing

@testable import ScheduleFormats

@Suite("The reference page of the problem file is true")
struct ProblemFilePageTests {
  private let page: String

  init() throws {
    let file = PresetTests.root.appending(path: "docs/problem-file.md")
    page = try String(contentsOf: file, encoding: .utf8)
  }

  @Test("its examples are problems")
  func examples() throws {
    let blocks = page.components(separatedBy: "```yaml\n").dropFirst()
    #expect(blocks.count >= 2)
    for block in blocks {
      _ = try ProblemFile.contents(Array(block.components(separatedBy: "```")[0].utf8), file: "page")
    }
  }

  @Test("it has every key that is read")
  func keys() {
    let keys = [
      ProblemFile.Keys.problem, ProblemFile.Keys.units, ProblemFile.Keys.microbatch, ProblemFile.Keys.scale,
      ProblemFile.Keys.stage, ProblemFile.Keys.layer, ProblemFile.Keys.partition,
      ProblemFile.Keys.skipReorder, ProblemFile.Keys.placement,
      ProblemFile.Keys.communication, ProblemFile.Keys.overlap, ProblemFile.Keys.gap, ProblemFile.Keys.route,
    ]
    for key in keys.joined() { #expect(page.contains("| `\(key)` |"), "\(key)") }
  }
}
