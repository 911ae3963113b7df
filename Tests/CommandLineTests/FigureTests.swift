import Foundation
import Testing

/// Figures for papers: what of a picture is the user's to choose, on `render` and `compare`.
@Suite("Figures of one's own")
struct FigureTests {
  private let workspace: Workspace

  init() throws {
    workspace = try Workspace()
    try workspace.generate("zb-h1", "uniform-4x8", to: "s.json")
    try workspace.generate("1f1b", "uniform-4x8", to: "t.json")
  }

  private func render(_ options: String...) throws -> String {
    let outcome = try workspace.pipeloom(["render", "s.json", "-o", "-", "--format", "svg"] + options)
    outcome.expectSuccess()
    return outcome.text
  }

  @Test("Every option changes the picture", arguments: ["render", "compare"])
  func options(command: String) throws {
    var pictures = Set<String>()
    for options in [
      [], ["--title", "Ours"], ["--title", "none"], ["--no-legend"], ["--no-notes"], ["--font-size", "7"],
      ["--colors", "F=#102030,B=#fa0"], ["--width", "180"], ["--width", "242", "--font-size", "7"],
      ["--label", "s.json=A & B"], [command == "render" ? "--devices" : "--lanes", "0,2-3"],
      ["--theme", "dark"],
      ["--from", "5", "--to", "20"],
    ] {
      let outcome = try workspace.pipeloom(
        command == "render"
          ? ["render", "s.json", "-o", "f.svg"] + options
          : ["compare", "s.json", "t.json", "-o", "f.svg"] + options)
      outcome.expectSuccess()
      pictures.insert(try workspace.text("f.svg"))
    }
    #expect(pictures.count == 13)
  }

  @Test("Labels name schedules in table and picture, and order is the user's")
  func labelsAndOrder() throws {
    let given = try workspace.pipeloom(
      "compare", "t.json", "s.json", "--order", "given", "--label", "t.json=base=line", "--label",
      "s.json=ours", "-o", "c.svg")
    given.expectSuccess()
    let base = try #require(given.text.range(of: "base=line"))
    let ours = try #require(given.text.range(of: "ours"))
    #expect(base.lowerBound < ours.lowerBound)
    #expect(try workspace.text("c.svg").contains("base=line"))
    let lines = try workspace.pipeloom("compare", "t.json", "s.json", "--order", "given", "--json").objects()
    #expect(lines.map { $0["file"] as? String } == ["t.json", "s.json"])
    let sorted = try workspace.pipeloom("compare", "t.json", "s.json", "--json").objects()
    #expect(sorted.map { $0["file"] as? String } == ["s.json", "t.json"])
    try workspace.pipeloom("compare", "t.json", "s.json", "--label", "u.json=x")
      .expectRefusal(Status.usage, naming: ["--label", "t.json, s.json", "u.json=x"])
    #expect(try render("--label", "Ours").contains("Ours"))
    #expect(try render("--label", "s.json=Ours").contains("Ours"))
  }

  @Test("Families and files are compared together, the problem wherever it stands")
  func familiesAndFiles() throws {
    for arguments in [["uniform-4x8", "s.json"], ["s.json", "uniform-4x8"]] {
      let outcome = try workspace.pipeloom(
        ["compare", "--families", "1f1b,gpipe", "--order", "given", "--json"] + arguments)
      outcome.expectSuccess()
      let schedules = try #require(try outcome.object()["schedules"] as? [[String: Any]])
      #expect(schedules.map { $0["title"] as? String } == ["1F1B", "GPipe", "ZB-H1"])
      #expect(schedules.map { $0["file"] as? String } == [nil, nil, "s.json"])
    }
    let flags = try workspace.pipeloom(
      "compare", "--families", "1f1b", "--devices", "4", "--microbatches", "8", "s.json", "--json",
      "--label", "1f1b=baseline")
    flags.expectSuccess()
    let schedules = try #require(try flags.object()["schedules"] as? [[String: Any]])
    #expect(schedules.map { $0["title"] as? String } == ["ZB-H1", "baseline"])
    try workspace.pipeloom("compare", "--families", "1f1b", "uniform-4x8", "uniform-8x24", "s.json")
      .expectUsage(naming: ["expected one problem"])
  }

  @Test("Colours come from a file as well, and are refused by name")
  func colours() throws {
    try workspace.write("F: \"#102030\"\nB: 405060\n", to: "c.yaml")
    try workspace.write("{\"colors\": {\"F\": \"#102030\", \"B\": \"#405060\"}}", to: "c.json")
    let written = try render("--colors", "F=#102030,B=#405060")
    #expect(written.contains("#102030"))
    #expect(try render("--colors", "c.yaml") == written)
    #expect(try render("--colors", "c.json") == written)
    try workspace.write("F: #102030\n", to: "d.yaml")
    for (colours, status, text) in [
      ("F=blue", Status.usage, "expected a colour such as #27639f, found 'blue'"),
      ("Z=#000000", Status.usage, "expected one of F, B, W, BW, R, memory"),
      ("F=", Status.usage, "expected a colour"),
      ("d.yaml", Status.badInput, "a colour in quotation marks"),
      ("none.yaml", Status.missingInput, "none.yaml"),
    ] {
      try workspace.pipeloom("render", "s.json", "-o", "x.svg", "--colors", colours)
        .expectRefusal(status, naming: [text])
    }
  }

  @Test("What is only good for a picture asks for one, and impossible choices are refused")
  func refusals() throws {
    try workspace.pipeloom("compare", "s.json", "t.json", "--width", "242").expectUsage(naming: [
      "--width", "-o",
    ])
    try workspace.pipeloom("render", "s.json", "-o", "x.svg", "--devices", "9")
      .expectRefusal(Status.usage, naming: ["expected devices from 0 to 3, found 9"])
    try workspace.pipeloom("render", "s.json", "-o", "x.svg", "--devices", "3-1").expectUsage()
    try workspace.pipeloom("render", "s.json", "-o", "x.svg", "--font-size", "3").expectUsage(naming: [
      "--font-size"
    ])
    try workspace.pipeloom("render", "s.json", "-o", "x.svg", "--width", "100")
      .expectRefusal(Status.usage, naming: ["expected --width from"])
    try workspace.generate("dualpipe", "uniform-4x8", "--placement", "bidirectional", to: "both.json")
    for option in [["--fold"], ["--devices", "0"]] {
      try workspace.pipeloom(["render", "both.json", "--view", "paths", "-o", "p.svg"] + option)
        .expectRefusal(Status.usage, naming: ["no time axis"])
    }
  }

  @Test("A fold shortens a long schedule, and a short one is drawn whole")
  func fold() throws {
    try workspace.generate("1f1b", "--devices", "4", "--microbatches", "64", to: "long.json")
    try workspace.pipeloom("render", "long.json", "-o", "whole.svg").expectSuccess()
    try workspace.pipeloom("render", "long.json", "--fold", "-o", "fold.svg").expectSuccess()
    let folded = try workspace.text("fold.svg")
    #expect(folded.contains("left out"))
    #expect(try folded.utf8.count < workspace.data("whole.svg").count / 2)
    try workspace.generate("1f1b", "--devices", "4", "--microbatches", "3", to: "s.json")
    #expect(try render("--fold") == render())
  }
}

/// Commands that are almost ours.
@Suite("Near commands and options")
struct NearCommandTests {
  private let workspace: Workspace

  init() throws { workspace = try Workspace() }

  @Test(
    "are suggested",
    arguments: [
      (["serch", "x"], "no such command: 'serch'; did you mean 'search'?"),
      (["comapre", "a", "b"], "did you mean 'compare'?"), (["dif", "a"], "did you mean 'diff'?"),
      (["quantum"], "no such command: 'quantum'; expected one of estimate, "),
      (["render", "a.json", "-o", "b.svg", "--fontsize", "7"], "--font-size"),
      (["compare", "a.json", "--widht", "7"], "--width"),
    ])
  func suggested(arguments: [String], text: String) throws {
    try workspace.pipeloom(arguments).expectUsage(naming: [text])
  }

  @Test("Commands and root options are none")
  func known() throws {
    for arguments in [["--version"], ["--help"], ["help", "search"], ["search", "--help"]] {
      try workspace.pipeloom(arguments).expectSuccess()
    }
  }
}
