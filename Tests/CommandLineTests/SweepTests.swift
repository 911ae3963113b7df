import Foundation
import Testing

/// `pipeloom sweep`: a design space as commands, and the table of what they made.
@Suite("pipeloom sweep")
struct SweepTests {
  private let workspace: Workspace

  init() throws { workspace = try Workspace() }

  private func lines(_ arguments: String..., sourceLocation: SourceLocation = #_sourceLocation) throws
    -> [String]
  {
    let outcome = try workspace.pipeloom(["sweep"] + arguments)
    outcome.expectSuccess(sourceLocation: sourceLocation)
    return outcome.text.split(separator: "\n").map(String.init)
  }

  private func output(of line: String) -> String {
    let words = line.split(separator: " ")
    return String(words.last { $0.hasPrefix("results/") || $0.hasPrefix("other/") } ?? "")
  }

  /// Eight points, one of which can have no schedule: 2 devices hold one microbatch at most under a limit of 1.
  private func writeSweep() throws {
    try workspace.write(
      """
      pipeloom: sweep/1
      problem: p.yaml
      axes:
        microbatches: [4, 6]
        memoryLimit: [1, 2]
        family: [1f1b]
        search: [{iterations: 50, threads: 1}]
      """, to: "sweep.yaml")
    try workspace.write(
      "pipeloom: problem/1\ndevices: 2\nmicrobatches: 4\nstages: [{repeat: 2, forward: 1, backwardInput: 1, backwardWeight: 1}]\n",
      to: "p.yaml")
  }

  @Test(
    "every line writes its own result, missing ones are listed until they are there, and the table has all")
  func allOfIt() throws {
    try writeSweep()
    let list = try lines("sweep.yaml", "--list")
    #expect(list.count == 8 && Set(list.map(output)).count == 8)
    #expect(try lines("sweep.yaml", "--missing") == list)
    for line in list.prefix(3) { #expect(try workspace.shell(line).status == 0) }
    #expect(try lines("sweep.yaml", "--missing") == Array(list.dropFirst(3)))
    let first = try workspace.data(output(of: list[0]))
    for line in list.dropFirst(3) { #expect(try workspace.shell(line).status == 0, "\(line)") }
    #expect(try lines("sweep.yaml", "--missing").isEmpty)
    #expect(try workspace.data(output(of: list[0])) == first)

    let table = try workspace.pipeloom("sweep", "sweep.yaml", "--collect", "results", "--json")
    table.expectSuccess()
    let report = try table.object()
    let points = try #require(report["points"] as? [[String: Any]])
    #expect(points.count == 8)
    for (point, line) in zip(points, list) {
      let name = try #require(point["result"] as? String)
      #expect(output(of: line) == "results/\(name).json")
      let settings = try #require(point["settings"] as? [String: Any])
      let microbatches = try #require(settings["microbatches"] as? Int)
      guard point["state"] as? String == "done" else {
        // 1F1B holds two microbatches on device 0.
        #expect(settings["memoryLimit"] as? Int == 1 && settings["schedule"] as? String == "1f1b")
        #expect((point["reason"] as? String)?.contains("over its memory limit 1") == true)
        continue
      }
      let file =
        try JSONSerialization.jsonObject(with: workspace.data("results/\(name).json")) as? [String: Any]
      let summary = try #require(file?["summary"] as? [String: Any])
      for key in ["makespan", "period", "gap"] { #expect(point[key] as? Double == summary[key] as? Double) }
      #expect(point["peakMemory"] as? [Double] == summary["peakMemory"] as? [Double])
      let makespan = try #require(point["makespan"] as? Double)
      #expect(point["deviceTimePerMicrobatch"] as? Double == makespan * 2 / Double(microbatches))
      try workspace.pipeloom("check", "results/\(name).json").expectSuccess()
    }
    #expect(report["done"] as? Int == 6 && report["refused"] as? Int == 2 && report["missing"] as? Int == 0)
    // (m + p - 1)(F + B + W) of 1F1B under a limit that holds it.
    #expect(points[2]["makespan"] as? Double == 15)
  }

  @Test("a picture and a table are written; people see the Pareto set marked")
  func outputs() throws {
    try writeSweep()
    for line in try lines("sweep.yaml", "--list").prefix(4) { _ = try workspace.shell(line) }
    let text = try workspace.pipeloom("sweep", "sweep.yaml", "--collect", "results", "-o", "t.svg")
    text.expectSuccess()
    #expect(text.text.contains("8 points: 3 done, 1 refused, 4 missing") && text.text.contains("  *  "))
    let svg = try workspace.text("t.svg")
    #expect(svg.contains("Pareto set") && svg.contains("peak memory") && svg.contains("class=\"node point\""))
    try workspace.pipeloom("sweep", "sweep.yaml", "--collect", "results", "-o", "t.csv").expectSuccess()
    let rows = try workspace.text("t.csv").split(separator: "\n")
    #expect(rows.count == 9 && rows[0].hasPrefix("result,state,microbatches,memoryLimit,schedule,"))
  }

  @Test("an edit of the problem gives other names, and changes no command that is listed already")
  func content() throws {
    try writeSweep()
    let list = try lines("sweep.yaml", "--list")
    // Comments and the order of keys are no content.
    let text = try workspace.text("p.yaml")
    try workspace.write("# measured\n" + text, to: "p.yaml")
    #expect(try lines("sweep.yaml", "--list") == list)
    try workspace.write(text.replacingOccurrences(of: "forward: 1", with: "forward: 2"), to: "p.yaml")
    #expect(Set(try lines("sweep.yaml", "--list").map(output)).isDisjoint(with: list.map(output)))
    _ = try workspace.shell(list[2])
    let file = try JSONSerialization.jsonObject(with: workspace.data(output(of: list[2]))) as? [String: Any]
    #expect((file?["summary"] as? [String: Any])?["makespan"] as? Double == 15)
  }

  @Test("names with blanks, quotes and orders to a shell stay names")
  func shellSafety() throws {
    let name = "a b'; touch hacked; $(touch hacked) `x` \"q\".yaml"
    try writeSweep()
    try workspace.write(try workspace.text("p.yaml"), to: name)
    let quoted = name.replacingOccurrences(of: "\\", with: "\\\\").replacingOccurrences(
      of: "\"", with: "\\\"")
    try workspace.write(
      "{\"pipeloom\": \"sweep/1\", \"problem\": \"\(quoted)\", \"axes\": {\"family\": [\"1f1b\"]}}",
      to: "sweep.json")
    let folder = "o'ther; touch hacked"
    let outcome = try workspace.pipeloom("sweep", "sweep.json", "--list", folder)
    outcome.expectSuccess()
    #expect(try workspace.shell(outcome.text).status == 0)
    #expect(!workspace.exists("hacked"))
    try workspace.pipeloom("sweep", "sweep.json", "--missing", folder).expectSuccess()
    let table = try workspace.pipeloom("sweep", "sweep.json", "--collect", folder, "--json")
    #expect(try table.object()["done"] as? Int == 1)
  }

  @Test("a sweep over models and machines estimates each, and one over devices changes the problem")
  func sources() throws {
    let config = Repository.url("schedules/models/llama-3.1-405b.json").path
    try workspace.write(
      """
      pipeloom: sweep/1
      problem: \(config)
      axes: {hardware: [h100, h200], tensor: 8, devices: 16, microbatches: 16, sequence: 4096, partition: balanced, family: 1f1b}
      """, to: "model.yaml")
    let list = try lines("model.yaml", "--list")
    #expect(list.count == 2 && list.allSatisfy { $0.contains(" estimate ") && $0.contains(" | ") })
    for line in list { _ = try workspace.shell(line) }
    let table = try workspace.pipeloom("sweep", "model.yaml", "--collect", "results", "--json")
    #expect(try table.object()["missing"] as? Int == 0, "\(table.text)")
    try workspace.write(
      "pipeloom: sweep/1\nproblem: uniform-4x8\naxes: {devices: [2, 4], family: gpipe}\n", to: "devices.yaml")
    for line in try lines("devices.yaml", "--list") { #expect(try workspace.shell(line).status == 0) }
    let points = try workspace.pipeloom("sweep", "devices.yaml", "--collect", "results", "--json").object()[
      "points"]
    // (m + p - 1)(F + B + W) with 8 microbatches.
    #expect((points as? [[String: Any]])?.map { $0["makespan"] as? Double } == [27, 33])
    try workspace.write(
      "pipeloom: sweep/1\naxes: {devices: 2, microbatches: 4, forward: [1, 2], family: gpipe}\n",
      to: "flags.yaml")
    for line in try lines("flags.yaml", "--list") { #expect(try workspace.shell(line).status == 0) }
    let own = try workspace.pipeloom("sweep", "flags.yaml", "--collect", "results", "--json").object()[
      "points"]
    #expect((own as? [[String: Any]])?.map { $0["makespan"] as? Double } == [15, 20])
  }

  @Test("a search that is stopped leaves no result, and is missing", .enabled(if: Workspace.canAwaitSignals))
  func stopped() throws {
    let outcome = try workspace.shellWithSignals(
      """
      "$pipeloom" search uniform-8x24 --time-limit 50 --memory-limit 0.6x -o r.json --sweep-result & await $!
      kill -TERM $!
      wait $!
      """)
    outcome.expect(75)
    #expect(!workspace.exists("r.json"))
    #expect(outcome.errors.contains("run the command again"))
  }

  @Test("a refusal is a result only where it holds wherever it is tried")
  func refusals() throws {
    let flag = "--sweep-result"
    let refused = try workspace.pipeloom("generate", "zb-v", "uniform-4x8", "-o", "r.json", flag)
    refused.expect(Status.success)
    #expect(refused.errors.contains("ZB-V"))
    #expect(try workspace.text("r.json").contains("\"pipeloom\": \"refusal/1\""))
    try workspace.pipeloom("generate", "1f1b", "none.yaml", "-o", "x.json", flag).expect(Status.missingInput)
    try workspace.write("pipeloom: problem/1\ndevices: two\n", to: "bad.yaml")
    try workspace.pipeloom("generate", "1f1b", "bad.yaml", "-o", "x.json", flag).expect(Status.badInput)
    #expect(!workspace.exists("x.json"))
    try workspace.pipeloom("generate", "1f1b", "uniform-4x8", flag).expectUsage(naming: ["expected -o"])
  }

  @Test(
    "what cannot be is refused by key before anything is listed",
    arguments: [
      ("axes: {placement: [w]}", "s.yaml: axes.placement[0]: "),
      ("axes: {memoryLimit: [1y]}", "s.yaml: axes.memoryLimit[0]: "),
      ("axes: {family: [1f2b]}", "s.yaml: axes.family: "),
      ("axes: {search: [{quantile: 0.9}]}", "--quantile goes with --scenarios"),
      ("axes: {search: [{scenarios: none.yaml}]}", "none.yaml: no such file"),
      ("axes: {devices: [0]}", "axes.devices[0]: expected a count from 1"),
    ])
  func badValues(axes: String, message: String) throws {
    try workspace.write("pipeloom: sweep/1\nproblem: uniform-4x8\n\(axes)\n", to: "s.yaml")
    let outcome = try workspace.pipeloom("sweep", "s.yaml", "--list")
    #expect(outcome.status == Status.badInput || outcome.status == Status.missingInput)
    #expect(outcome.output.isEmpty && outcome.errors.contains(message), "\(outcome.errors)")
    #expect(!workspace.exists("results"))
  }

  @Test("a part of a file, and what another command wrote, are no results")
  func damaged() throws {
    try writeSweep()
    let list = try lines("sweep.yaml", "--list")
    _ = try workspace.shell(list[2])
    let file = output(of: list[2])
    let whole = try workspace.data(file)
    try workspace.write(whole.prefix(whole.count - 40), to: file)
    let collect = ["sweep", "sweep.yaml", "--collect", "results"]
    try workspace.pipeloom(collect).expectRefusal(Status.badInput, naming: [file, "found a part of one"])
    try workspace.pipeloom("generate", "gpipe", "uniform-4x8", "-o", file).expectSuccess()
    try workspace.pipeloom(collect).expectRefusal(
      Status.badInput, naming: ["'generate 1f1b'", "'generate gpipe'"])
  }
}
