import Foundation
import Testing

/// `generate`: every family on every preset, problems by flags, limits.
@Suite("pipeloom generate")
struct GenerateTests {
  private let workspace: Workspace

  init() throws { workspace = try Workspace() }

  static let families = ["gpipe", "1f1b", "zb-h1", "zb-h2"]
  static let presets = [
    "zero-bubble-1.5b", "zero-bubble-6.2b", "zero-bubble-14.6b", "uniform-4x8", "uniform-8x24",
    "uneven-ends-8x24",
  ]

  @Test("Every family on every preset gives a schedule that checks", arguments: families, presets)
  func all(family: String, preset: String) throws {
    let outcome = try workspace.pipeloom("generate", family, preset, "-o", "s.json")
    // A family may ask for more than a preset's limit.
    if outcome.status == Status.badInput {
      outcome.expectRefusal(Status.badInput, naming: ["over its memory limit"])
      #expect(try workspace.names().isEmpty)
      return
    }
    outcome.expectSuccess()
    #expect(outcome.text.hasSuffix("  Written to s.json\n"))
    try workspace.pipeloom("check", "s.json").expectSuccess()
  }

  @Test("The same problem by flags, by YAML, by JSON and by preset gives the same orders and times")
  func sources() throws {
    let problem = ProblemText.plain
      .setting("devices", "4").setting("microbatches", "8")
      .setting(
        "stages",
        #"[{"repeat": 4, "forward": 1, "backwardInput": 2, "backwardWeight": 3, "activationForB": 2, "static": 5}]"#
      )
      .setting("communication", "0.25").setting("optimizerStep", "7").setting("memoryLimit", "13")
    try workspace.write(problem.yaml, to: "p.yaml")
    try workspace.write(problem.json, to: "p.json")
    let byFlags = try workspace.generate(
      "zb-h1", "--devices", "4", "--microbatches", "8", "--forward", "1", "--backward-input", "2",
      "--backward-weight", "3", "--activation-for-b", "2", "--static", "5", "--communication", "0.25",
      "--optimizer-step", "7", "--memory-limit", "13", to: "flags.json")
    #expect(try workspace.generate("zb-h1", "p.yaml", to: "yaml.json") == byFlags)
    #expect(try workspace.generate("zb-h1", "p.json", to: "json.json") == byFlags)
    // The largest peak of 1F1B: the static memory and four microbatches of 2 each on device 0.
    #expect(
      try workspace.generate("zb-h1", "p.json", "--memory-limit", "1x", to: "multiple.json") == byFlags)
    try workspace.pipeloom("check", "flags.json").expectSuccess()
  }

  @Test("Flags override a file's batch, latency, step and limit")
  func overrides() throws {
    let outcome = try workspace.pipeloom(
      "generate", "1f1b", "zero-bubble-1.5b", "--microbatches", "3", "--communication", "0",
      "--optimizer-step", "10", "--memory-limit", "9", "--json")
    outcome.expectSuccess()
    let report = try outcome.object()
    let problem = try #require(report["problem"] as? [String: Any])
    #expect(problem["microbatches"] as? Int == 3)
    #expect(problem["devices"] as? Int == 8)
    // (m + p - 1) times F + B + W, then the step of device 0.
    let summary = try #require(report["summary"] as? [String: Any])
    let makespan = try #require(summary["makespan"] as? Double)
    #expect(abs(makespan - (10 * (18.522 + 18.086 + 9.337) + 10)) < 1e-9)
    let devices = try #require(report["devices"] as? [[String: Any]])
    #expect(devices.allSatisfy { $0["memoryLimit"] as? Double == 9 })
  }

  @Test(
    "A family over its limit is refused, with device, peak and limit",
    arguments: [
      ("1f1b", "7", "1F1B holds 8 on device 0, over its memory limit 7"),
      ("1f1b", "0.75x", "1F1B holds 8 on device 0, over its memory limit 6"),
      ("gpipe", "1x", "GPipe holds 24 on device 0, over its memory limit 8"),
      ("zb-h2", "14.5", "ZB-H2 holds 15 on device 0, over its memory limit 14.5"),
    ])
  func limits(family: String, limit: String, message: String) throws {
    try workspace.write("old", to: "out.json")
    try workspace.pipeloom("generate", family, "uniform-8x24", "--memory-limit", limit, "-o", "out.json")
      .expectRefusal(Status.badInput, naming: [message])
    #expect(try workspace.text("out.json") == "old")
  }

  @Test(
    "A limit that is just enough",
    arguments: [("1f1b", "8"), ("1f1b", "1x"), ("zb-h2", "15"), ("zb-h2", "2x")])
  func enough(family: String, limit: String) throws {
    try workspace.pipeloom("generate", family, "uniform-8x24", "--memory-limit", limit).expectSuccess()
  }

  @Test("A family that cannot place several stages per device says so")
  func placement() throws {
    let problem = ProblemText.plain.setting("devices", "1").setting("placement", #""loop""#)
    for family in Self.families {
      try workspace.pipeloom("generate", family, "-", input: problem.yaml)
        .expectRefusal(Status.badInput, naming: ["needs the sequential placement"])
    }
  }

  @Test("The smallest and the oddest shapes", arguments: families, [(1, 1), (1, 5), (5, 1), (6, 3), (2, 2)])
  func shapes(family: String, shape: (devices: Int, microbatches: Int)) throws {
    try workspace.generate(
      family, "--devices", "\(shape.devices)", "--microbatches", "\(shape.microbatches)", to: "s.json")
    try workspace.pipeloom("check", "s.json").expectSuccess()
    try workspace.pipeloom("render", "s.json", "-o", "s.svg").expectSuccess()
  }

  @Test(
    "Costs of zero, small and huge",
    arguments: ["0", "1e-6", "1e15", "0.1", "123456789.123456789"])
  func costs(cost: String) throws {
    try workspace.generate(
      "zb-h1", "--devices", "3", "--microbatches", "4", "--forward", cost, "--backward-input", cost,
      "--backward-weight", cost, "--communication", cost, "--activation-for-b", cost, to: "s.json")
    for command in [
      ["check"], ["simulate"], ["compare"], ["simulate", "--json"], ["render", "-o", "s.svg"],
    ] {
      try workspace.pipeloom(command + ["s.json"]).expectSuccess()
    }
    try workspace.generate("zb-h1", "--devices", "3", "--microbatches", "4", to: "other.json")
    try workspace.pipeloom("compare", "s.json", "other.json").expectSuccess()
  }

  @Test("The least numbers of all are timed and drawn")
  func least() throws {
    let cost = "1e-15"
    try workspace.generate(
      "zb-h1", "--devices", "3", "--microbatches", "4", "--forward", cost, "--backward-input", cost,
      "--backward-weight", cost, "--communication", cost, "--activation-for-b", cost, "--activation-for-w",
      cost,
      to: "s.json")
    try workspace.generate(
      "zb-h1", "--devices", "3", "--microbatches", "4", "--forward", "1e15", to: "t.json")
    try workspace.pipeloom("compare", "s.json", "t.json").expectSuccess()
    try workspace.pipeloom("render", "s.json", "-o", "s.svg").expectSuccess()
  }

  @Test("A larger problem takes no longer than it should")
  func large() throws {
    try workspace.generate("zb-h1", "--devices", "32", "--microbatches", "256", to: "s.json")
    let outcome = try workspace.pipeloom("check", "s.json")
    outcome.expectSuccess()
    #expect(outcome.text.contains("no violations in 24576 operations"))
  }
}
