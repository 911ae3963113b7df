import Foundation
import Testing

/// What YAML and JSON make of a problem as text: encodings, line ends, duplicate keys, what is not quite either.
@Suite("Problems as text")
struct ProblemTextTests {
  private let workspace: Workspace

  init() throws { workspace = try Workspace() }

  private func expectSameSchedule(_ content: String, sourceLocation: SourceLocation = #_sourceLocation) throws
  {
    try workspace.write(ProblemText.plain.yaml, to: "plain.yaml")
    let expected = try workspace.generate("zb-h1", "plain.yaml", to: "expected.json")
    for name in ["file.yaml", "file.json", "file"] {
      try workspace.write(content, to: name)
      let outcome = try workspace.pipeloom("generate", "zb-h1", name, "-o", "-")
      outcome.expectSuccess(sourceLocation: sourceLocation)
      #expect(outcome.output == expected, sourceLocation: sourceLocation)
    }
    let outcome = try workspace.pipeloom("generate", "zb-h1", "-", "-o", "-", input: content)
    outcome.expectSuccess(sourceLocation: sourceLocation)
    #expect(outcome.output == expected, sourceLocation: sourceLocation)
  }

  @Test("YAML and JSON say the same")
  func formats() throws {
    try expectSameSchedule(ProblemText.plain.yaml)
    try expectSameSchedule(ProblemText.plain.json)
    try expectSameSchedule(ProblemText.plain.json.split(separator: "\n").joined())
  }

  @Test("Line ends of Windows and byte-order marks are taken")
  func lineEnds() throws {
    for content in [ProblemText.plain.yaml, ProblemText.plain.json] {
      let windows = content.replacingOccurrences(of: "\n", with: "\r\n")
      try expectSameSchedule(windows)
      try expectSameSchedule("\u{FEFF}" + content)
      try expectSameSchedule("\u{FEFF}" + windows)
    }
  }

  @Test("YAML of many styles: blocks, comments, quotes, anchors, document marks")
  func styles() throws {
    try expectSameSchedule(
      """
      --- # two stages
      'pipeloom': 'problem/1'
      devices: +2
      "microbatches": 4.0e0
      placement: sequential
      stages:
      - &stage
        forward: 1
        backwardInput: 1.
        backwardWeight: 0.1e1
      - *stage
      communication: {latency: 0}
      ...
      """)
  }

  @Test(
    "Faults of the text are refused with the line",
    arguments: [
      ("devices: 2\ndevices: 2\n", ": expected each key once, found \"devices\" twice"),
      ("{\"devices\": 2,\n \"devices\": 2}", "2:2: expected each key once, found \"devices\" twice"),
      ("pipeloom: problem/1\ndevices: .nan\n", "2: devices: expected a finite number, found .nan"),
      ("pipeloom: problem/1\ndevices: -.inf\n", "2: devices: expected a finite number, found -.inf"),
      ("pipeloom: problem/1\ndevices: NaN\n", "2: devices: expected a count"),
      ("{\"devices\": NaN}", "1:13: devices: expected a value, found NaN"),
      ("{\"devices\":\n Infinity}", "2:2: devices: expected a value, found Infinity"),
      ("{\"devices\": 1e400}", "1:13: devices: expected a finite number, found 1e400"),
      ("{\"devices\": 02}", "1:13: devices: expected a"),
      ("{\"devices\": 2,}", "1:15: expected a key in quotation marks"),
      ("{\"devices\": 2", "1:14: expected `,` or `}`, found the end of the file"),
      ("{\"devices", "1:10: expected the end of the string, found the end of the file"),
      ("{\"devices\": \"a\\q\"}", "expected an escape of JSON"),
      ("{} trailing", "expected the end of the file, found trailing"),
      ("{}{}", "expected the end of the file, found an object"),
      ("a: 1\n--- \nb: 2\n", ":2: expected a single document, found another"),
      ("a: [1\nb: 2\n", "expected YAML, but"),
      ("\tdevices: 2\n", "expected YAML, but"),
      ("a: 'open\n", "expected YAML, but"),
      ("[1, 2]", "1: expected a problem, found a list"),
      ("problem", "1: expected a problem, found \"problem\""),
      ("12", "1: expected a problem, found 12"),
      ("pipeloom: !!str problem/1\n", "expected no tag"),
      ("? [a, b]\n: 1\n", "expected a key"),
      ("{\"a\\nb\u{1}", "1:7: expected the end of the string, found a control character"),
      ("\"a\\nb\\u001b\": 1\npipeloom: problem/1\n", "a\u{FFFD}b\u{FFFD}"),
    ])
  func faults(text: String, message: String) throws {
    try workspace.write("old", to: "out.json")
    let outcome = try workspace.pipeloom("generate", "1f1b", "-", "-o", "out.json", input: text)
    outcome.expectRefusal(Status.badInput, naming: ["standard input", message])
    #expect(try workspace.text("out.json") == "old")
  }

  @Test("A key of a megabyte makes a short message")
  func longKey() throws {
    let key = String(repeating: "k", count: 1 << 20)
    for text in [ProblemText.plain.setting(key, "1").yaml, ProblemText.plain.setting(key, "1").json] {
      // Plain keys of YAML end after 1024 characters.
      let outcome = try workspace.pipeloom("generate", "1f1b", "-", input: text)
      outcome.expectRefusal(Status.badInput, naming: ["standard input"])
    }
  }

  @Test("A schedule where a problem is expected")
  func schedule() throws {
    try workspace.generate("1f1b", "uniform-4x8", to: "s.json")
    try workspace.pipeloom("generate", "1f1b", "s.json").expectRefusal(
      Status.badInput,
      naming: ["s.json:2: pipeloom: expected a problem (problem/1), found a schedule (schedule/1)"])
    try workspace.pipeloom("simulate", "s.json", "--problem", "s.json").expectRefusal(
      Status.badInput, naming: ["s.json:2: pipeloom: expected a problem"])
  }
}
