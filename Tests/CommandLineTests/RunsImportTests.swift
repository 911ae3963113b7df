import Foundation
import Testing

@Suite("Problems from tables of measured runs")
struct RunsImportTests {
  private let workspace: Workspace

  init() throws {
    workspace = try Workspace()
    try workspace.write(Self.table, to: "runs.csv")
  }

  private static let table = """
    run,microbatches,measured_ms,forward_us_0,backward_us_0,forward_us_1,backward_us_1
    base/one,4,0.25,10,20,11,21
    two,8,0.5,10,20,11,22

    """

  @Test("each row becomes a problem file of its name, which the other commands read")
  func problems() throws {
    let outcome = try workspace.pipeloom("import", "runs.csv", "--format", "runs", "-o", "runs")
    outcome.expectSuccess()
    for text in ["base/one", "0.25 ms", "base-one.json", "Written to runs"] {
      #expect(outcome.text.contains(text))
    }
    let names = try FileManager.default.contentsOfDirectory(atPath: workspace.url("runs").path).sorted()
    #expect(names == ["base-one.json", "two.json"])
    // Fused 1F1B of a long last stage: F of stage 0, 4 x (11 + 21) on stage 1, B of stage 0.
    let report = try workspace.pipeloom("generate", "1f1b", "runs/base-one.json", "--json").object()
    #expect((report["summary"] as? [String: Any])?["makespan"] as? Double == 158)
    // Again into the same folder.
    let json = try workspace.pipeloom("import", "runs.csv", "--format", "runs", "-o", "runs", "--json")
    #expect(try json.objects().map { $0["file"] as? String } == ["base-one.json", "two.json"])
    #expect(try json.objects().map { $0["measured"] as? Double } == [250, 500])
  }

  @Test("a bad table is refused in one line, and no folder is made")
  func refusals() throws {
    let refused = [
      (("forward_us_1", "forward_weeks_1"), ["runs.csv:1", "forward_weeks_1", "weeks"]),
      ((",11,21", ",,21"), ["runs.csv:2", "forward_us_1", "empty"]),
      (("two", "base one"), ["runs.csv:3", "run", "base-one"].dropLast() + ["different files"]),
    ]
    for ((part, replacement), texts) in refused {
      try workspace.write(Self.table.replacingOccurrences(of: part, with: replacement), to: "runs.csv")
      try workspace.pipeloom("import", "runs.csv", "--format", "runs", "-o", "out")
        .expectRefusal(Status.badInput, naming: Array(texts))
      #expect(!workspace.exists("out"))
    }
  }

  @Test("a folder is needed, one table, and no flag of other formats")
  func usage() throws {
    let command = ["import", "runs.csv", "--format", "runs"]
    try workspace.pipeloom(command).expectRefusal(Status.usage, naming: ["-o"])
    try workspace.pipeloom(command + ["-o", "-"]).expectRefusal(Status.usage, naming: ["-o"])
    try workspace.pipeloom(command + ["-o", "out", "b.csv"]).expectRefusal(Status.usage, naming: ["one file"])
    for flag in [["--problem", "uniform-4x8"], ["--pattern", "x"], ["--chunks", "2"], ["--forward", "1"]] {
      try workspace.pipeloom(command + ["-o", "out"] + flag).expectRefusal(Status.usage, naming: [flag[0]])
    }
    try workspace.write("", to: "file")
    try workspace.pipeloom(command + ["-o", "file"]).expectRefusal(Status.inputOutput, naming: ["file"])
    try workspace.pipeloom(command + ["-o", "no/such"]).expectRefusal(Status.inputOutput, naming: ["no/such"])
  }

  @Test("a compute_only CSV needs no problem: unit costs, the map of its rows, told in one line")
  func unitCosts() throws {
    try workspace.generate("zb-v", "uniform-4x8", "--chunks", "2", to: "v.json")
    try workspace.pipeloom("export", "v.json", "--format", "torch-csv", "-o", "v.csv").expectSuccess()
    let outcome = try workspace.pipeloom("import", "v.csv", "--format", "torch-csv", "-o", "back.json")
    outcome.expectSuccess()
    let lines = outcome.text.split(separator: "\n").filter { $0.contains("Without --problem") }
    #expect(
      lines == [
        "  Without --problem: F, B, W take 1 each; 8 stages on 4 ranks, placed as a V; 8 microbatches"
      ])
    // ZB-V on uniform stages has no bubble but the fill: 8 x 2 x 3 of work after 3 F.
    let report = try workspace.pipeloom("simulate", "back.json", "--json").object()
    #expect((report["summary"] as? [String: Any])?["makespan"] as? Double == 51)
  }
}
