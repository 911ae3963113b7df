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

  /// Files that docs/choose.md takes as given, where other pages and folders have them.
  private func given(in workspace: Workspace) throws {
    let pages = [
      ("profile.yaml", "README.md"), ("streams.yaml", "docs/streams.md"), ("sweep.yaml", "docs/sweeps.md"),
    ]
    for (name, page) in pages {
      let text = try String(contentsOf: Repository.url(page), encoding: .utf8)
      try workspace.write(try #require(ConsoleExample.blocks("yaml", of: text).first), to: name)
    }
    for (name, path) in [
      ("runs.csv", "schedules/runs/a100-1f1b.csv"), ("jitter.yaml", "schedules/scenarios/jitter.yaml"),
      ("config.json", "schedules/models/llama-3-70b.json"),
    ] { try workspace.write(try Data(contentsOf: Repository.url(path)), to: name) }
    try workspace.generate("zb-h1", "profile.yaml", to: "theirs.json")
    for (format, name) in [("torch-csv", "theirs.csv"), ("perfetto", "trace0.json")] {
      try workspace.pipeloom("export", "theirs.json", "--format", format, "-o", name).expectSuccess()
    }
  }

  @Test("every command of docs/choose.md runs, and every page has its line there")
  func choice() throws {
    let page = try String(contentsOf: Repository.url("docs/choose.md"), encoding: .utf8)
    let workspace = try Workspace()
    try given(in: workspace)
    let examples = ConsoleExample.inline(in: page)
    #expect(examples.count >= 25)
    for example in examples { try example.check(in: workspace) }
    let pages = try FileManager.default.contentsOfDirectory(atPath: Repository.url("docs").path)
    for name in pages where name.hasSuffix(".md") && name != "choose.md" {
      #expect(page.contains("](\(name)"), "\(name)")
    }
  }
}
