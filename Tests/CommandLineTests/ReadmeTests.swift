import Foundation
import Testing

@Suite("Pages are true")
struct ReadmeTests {
  @Test("every command prints what the README shows")
  func readme() throws {
    let page = try String(contentsOf: Repository.url("README.md"), encoding: .utf8)
    let workspace = try Workspace()
    try workspace.write(try #require(ConsoleExample.blocks("yaml", of: page).first), to: "profile.yaml")
    let examples = ConsoleExample.all(in: page)
    #expect(examples.count >= 4)
    for example in examples { try example.check(in: workspace) }
  }

  @Test("every command prints what docs/validate.md shows")
  func validation() throws {
    let page = try String(contentsOf: Repository.url("docs/validate.md"), encoding: .utf8)
    let workspace = try Workspace()
    let table = try Data(contentsOf: Repository.url("schedules/runs/a100-1f1b.csv"))
    try workspace.write(table, to: "a100-1f1b.csv")
    let examples = ConsoleExample.all(in: page)
    #expect(examples.count >= 2)
    for example in examples { try example.check(in: workspace) }
  }
}
