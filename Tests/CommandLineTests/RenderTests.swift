import Foundation
import Testing

/// `render`: four formats, windows, themes, and machines without fonts or plugins.
@Suite("pipeloom render")
struct RenderTests {
  private let workspace: Workspace

  init() throws {
    workspace = try Workspace()
    try workspace.generate("zb-h1", "uniform-4x8", to: "s.json")
  }

  static let beginnings: [(ending: String, beginning: [UInt8])] = [
    ("svg", Array("<?xml".utf8)), ("pdf", Array("%PDF-".utf8)), ("png", [0x89, 0x50, 0x4E, 0x47]),
    ("dot", Array("digraph".utf8)),
  ]

  @Test("Every format begins as it should, in a file and on standard output", arguments: beginnings)
  func formats(ending: String, beginning: [UInt8]) throws {
    for name in ["a.\(ending)", "b.\(ending.uppercased())"] {
      let outcome = try workspace.pipeloom("render", "s.json", "-o", name)
      outcome.expectSuccess()
      #expect(outcome.output.isEmpty)
      #expect(try workspace.data(name).starts(with: beginning))
    }
    let piped = try workspace.pipeloom("render", "s.json", "-o", "-", "--format", ending)
    piped.expectSuccess()
    #expect(try piped.output == workspace.data("a.\(ending)"))
  }

  @Test("Paths are a picture of their own, without a time axis", arguments: beginnings)
  func paths(ending: String, beginning: [UInt8]) throws {
    try workspace.generate(
      "dualpipe", "uniform-4x8", "--placement", "bidirectional", to: "both.json")
    try workspace.pipeloom("render", "both.json", "--view", "paths", "-o", "p.\(ending)").expectSuccess()
    #expect(try workspace.data("p.\(ending)").starts(with: beginning))
    if ending == "svg" {
      let drawn = try workspace.text("p.svg")
      // Both directions, with the microbatches that take them.
      #expect(
        drawn.contains("0 → 1 → 2 → 3: microbatches 0") && drawn.contains("3 → 2 → 1 → 0: microbatches 4"))
    }
    try workspace.pipeloom("render", "both.json", "--view", "paths", "-o", "q.\(ending)", "--to", "3")
      .expectRefusal(Status.usage, naming: ["no time axis"])
  }

  @Test("Window, theme and width change the picture")
  func options() throws {
    var pictures = Set<Data>()
    for options in [
      [], ["--theme", "light"], ["--theme", "dark"], ["--width", "800"], ["--from", "5"], ["--to", "20"],
      ["--from", "5", "--to", "20", "--theme", "dark", "--width", "500"],
    ] {
      let outcome = try workspace.pipeloom(["render", "s.json", "-o", "-", "--format", "svg"] + options)
      outcome.expectSuccess()
      pictures.insert(outcome.output)
    }
    #expect(pictures.count == 7)
  }

  @Test("Names that are no XML and no Graphviz are drawn all the same")
  func hostileNames() throws {
    let name = #""<b>&amp; \\N \" \u0001\n ]]> 時間""#
    let problem = ProblemText.plain.setting("name", name).setting(
      "units", #"{"time": "<ms>", "memory": "&"}"#)
    try workspace.write(problem.json, to: "p.json")
    try workspace.generate("1f1b", "p.json", to: "named.json")
    for (ending, beginning) in Self.beginnings {
      try workspace.pipeloom("render", "named.json", "-o", "named.\(ending)").expectSuccess()
      #expect(try workspace.data("named.\(ending)").starts(with: beginning))
    }
    let report = try workspace.pipeloom("simulate", "named.json")
    report.expectSuccess()
    #expect(!report.text.contains("\u{1}"))
  }

  @Test("The widest page, and many devices")
  func large() throws {
    try workspace.generate("gpipe", "--devices", "200", "--microbatches", "1", to: "tall.json")
    try workspace.pipeloom("render", "tall.json", "-o", "tall.png").expectSuccess()
    try workspace.pipeloom("render", "s.json", "-o", "wide.png", "--width", "14400").expectSuccess()
  }

  @Test("Without Graphviz's plugins a component is missing", arguments: ["svg", "pdf", "png"])
  func noPlugins(ending: String) throws {
    try workspace.pipeloom(
      "render", "s.json", "-o", "a.\(ending)", environment: ["GVBINDIR": workspace.folder.path]
    )
    .expectRefusal(Status.missingComponent, naming: ["Graphviz", "It has no plugins: "])
    #expect(try workspace.names() == ["s.json"])
  }

  #if os(Linux)
    @Test("Without any font a component is missing, unless the reader brings the fonts")
    func noFonts() throws {
      try workspace.write(
        #"<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd"><fontconfig></fontconfig>"#,
        to: "fonts.conf")
      let environment = ["FONTCONFIG_FILE": workspace.url("fonts.conf").path]
      for ending in ["pdf", "png"] {
        try workspace.pipeloom("render", "s.json", "-o", "a.\(ending)", environment: environment)
          .expectRefusal(Status.missingComponent, naming: ["no font is installed"])
      }
      try workspace.pipeloom("render", "s.json", "-o", "a.svg", environment: environment).expectSuccess()
      #expect(try workspace.names() == ["a.svg", "fonts.conf", "s.json"])
    }
  #endif
}
