import Foundation
import Testing

/// Names, units and paths of others on the terminal: they neither break lines nor steer it.
@Suite("Text of others")
struct TerminalTests {
  /// An escape sequence, a title, an end of line, separators, marks that turn the direction, a byte beyond ASCII.
  private static let hostile =
    "a\u{1B}[31m\u{1B}]0;owned\u{7} \r\n\u{85}\u{9B}2J\u{2028}\u{2029}\u{202E}b\u{2066}\u{200F}\u{61C} \u{E9}\u{200D}"

  private let workspace: Workspace

  init() throws {
    workspace = try Workspace()
    let text = Self.json(Self.hostile)
    try workspace.write(
      ProblemText.plain.setting("name", text).setting("source", text)
        .setting("units", #"{"time": \#(text), "memory": \#(text)}"#)
        .setting("microbatches", #"[{"name": \#(text)}, {}]"#).setting("communication", "1").json,
      to: "p.json")
    try workspace.generate("1f1b", "p.json", to: "s.json")
  }

  /// The text as a string of JSON, all of it escaped.
  private static func json(_ text: String) -> String {
    let units = text.utf16.map {
      "\\u" + String(repeating: "0", count: 4 - String($0, radix: 16).count)
        + String($0, radix: 16)
    }
    return "\"\(units.joined())\""
  }

  /// Whether a scalar may stand in what is printed: ends of lines are the program's own.
  private static func isHarmless(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.properties.generalCategory {
    case .control: scalar == "\n"
    case .lineSeparator, .paragraphSeparator: false
    default: !scalar.properties.isBidiControl
    }
  }

  private static let commands = [
    ["generate", "zb-h1", "p.json"], ["search", "p.json", "--iterations", "10"], ["simulate", "s.json"],
    ["compare", "s.json", "s.json"], ["compare", "--families", "1f1b,gpipe", "p.json"], ["check", "s.json"],
    ["search", "p.json", "--iterations", "10", "--sweep-memory", "1x:1x:1x"],
  ]

  @Test("Reports are clean, and of as many lines as those of a harmless name", arguments: commands)
  func reports(command: [String]) throws {
    let outcome = try workspace.pipeloom(command)
    outcome.expectSuccess()
    #expect(outcome.text.unicodeScalars.allSatisfy(Self.isHarmless))
    #expect(!outcome.text.contains("owned") || outcome.text.contains("]0;owned\u{FFFD}"))
    let plain = try Workspace()
    for name in ["p.json", "s.json"] {
      let text = try workspace.text(name)
      try plain.write(
        text.replacingOccurrences(of: Self.json(Self.hostile), with: #""a""#)
          .replacing(/"(name|source|time|memory)": "[^"]*"/) { #""\#($0.1)": "a""# }, to: name)
    }
    let lines = try plain.pipeloom(command).text.split(separator: "\n", omittingEmptySubsequences: false)
      .count
    #expect(outcome.text.split(separator: "\n", omittingEmptySubsequences: false).count == lines)
  }

  @Test("JSON says the same with escapes", arguments: commands)
  func machines(command: [String]) throws {
    let outcome = try workspace.pipeloom(command + ["--json"])
    outcome.expectSuccess()
    #expect(outcome.text.unicodeScalars.allSatisfy(Self.isHarmless))
    guard command[0] == "generate" else { return }
    let problem = try #require(try outcome.object()["problem"] as? [String: Any])
    #expect((problem["name"] as? String)?.unicodeScalars.elementsEqual(Self.hostile.unicodeScalars) == true)
    #expect(
      (problem["timeUnit"] as? String)?.unicodeScalars.elementsEqual(Self.hostile.unicodeScalars) == true)
  }

  @Test("Errors, usage and warnings are clean")
  func messages() throws {
    let name = Self.hostile.replacingOccurrences(of: "/", with: "")
    try workspace.write("{}", to: name)
    try workspace.pipeloom("check", name).expectRefusal(Status.badInput, naming: ["a\u{FFFD}[31m"])
    try workspace.pipeloom("check", "no" + name).expectRefusal(
      Status.missingInput, naming: ["noa\u{FFFD}[31m"])
    try workspace.pipeloom("generate", name, "p.json").expectRefusal(Status.usage, naming: ["a\u{FFFD}[31m"])
    try workspace.write(ProblemText.plain.setting("speed", "[1, 1000]").yaml, to: name)
    for arguments in [
      ["check", "--" + name], ["export", "s.json", "--format", name, "-o", "x"], ["generate", "1f1b", name],
    ] {
      let outcome = try workspace.pipeloom(arguments)
      #expect(!outcome.errors.isEmpty && outcome.errors.unicodeScalars.allSatisfy(Self.isHarmless))
    }
  }

  @Test("A file is written as it is")
  func files() throws {
    #expect(
      try workspace.pipeloom("generate", "1f1b", "p.json", "-o", "-").output == workspace.data("s.json"))
  }

  @Test("Long text of others is cut")
  func long() throws {
    let long = String(repeating: "a", count: 10_000)
    let event = #"{"ph": "X", "name": "F stage=0 microbatch=0", "tid": 1, "ts": 0, "dur": 1, "pid": "#
    let other = event.replacingOccurrences(of: "stage=0", with: "stage=1")
    try workspace.write(
      #"{"traceEvents": [\#(event)"\#(long)"}, \#(event)"b"}, \#(other)"b", "ts": 5}]}"#, to: "t.json")
    try workspace.pipeloom("import", "t.json", "--format", "chrome-trace").expectRefusal(
      Status.badInput, naming: ["t.json: expected each stage on one device", "process aaa"])
    try workspace.pipeloom("generate", long, "p.json").expectRefusal(Status.usage, naming: ["found \"aaa"])
    let stage =
      #"{"forward": 1, "backwardInput": 1, "backwardWeight": 1, "layers": ["\#(long)", "\#(long)"]}"#
    try workspace.write(
      ProblemText.plain.setting("devices", "1").setting("stages", "[\(stage)]").yaml, to: "q.yaml")
    try workspace.pipeloom("generate", "1f1b", "q.yaml").expectRefusal(
      Status.badInput, naming: ["q.yaml", "expected each layer of a stage once"])
    // No path is as long as this; the message is cut in the middle.
    let missing = try workspace.pipeloom("check", String(repeating: "\u{1F600}", count: 20_000))
    missing.expect(Status.missingInput)
    #expect(missing.errors.hasSuffix(": File name too long\n") && missing.errors.utf8.count < 4096)
  }
}
