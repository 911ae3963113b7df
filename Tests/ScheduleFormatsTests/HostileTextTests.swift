import PipelineModel
import Testing

@testable import ScheduleFormats

@Suite("Hostile texts end quickly with one error")
struct HostileTextTests {
  private func nested(_ open: String, _ count: Int) -> [UInt8] {
    Array(repeatElement(Array(open.utf8), count: count).joined())
  }

  @Test("two hundred thousand brackets are too deep in JSON")
  func deepJSON() {
    let text = Array("{\"stages\": ".utf8) + nested("[", 200_000)
    let path = "stages" + String(repeating: "[0]", count: 63)
    #expect(problemRefusal(text) == "p.yaml:1:75: \(path): expected at most 64 levels of nesting, found more")
    #expect(
      scheduleRefusal("{\"devices\": " + String(repeating: "[", count: 200_000))
        == "s.json:1:14: devices[0]: expected an object, found a list")
    #expect(
      scheduleRefusal(String(repeating: "[", count: 200_000))
        == "s.json:1:1: expected a schedule, found a list")
  }

  @Test("twenty thousand levels are too deep in YAML", arguments: ["[", "{a: ", "- ", "? ", "&a [", "{{"])
  func deepYAML(open: String) {
    #expect(
      problemRefusal(nested(open, 20_000)) == "p.yaml:1: expected at most 64 levels of nesting, found more")
  }

  @Test("nesting just above the limit is refused and just below it is read")
  func depth() {
    for (levels, isRead) in [(64, true), (65, false)] {
      let text = String(repeating: "[", count: levels) + String(repeating: "]", count: levels)
      #expect(((try? DocumentNode.json(Array(text.utf8))) != nil) == isRead)
      #expect(((try? DocumentNode.yaml(Array(text.utf8))) != nil) == isRead)
    }
  }

  @Test("aliases of aliases do not multiply without end")
  func laughs() {
    var text = "a0: &a0 [1, 1, 1, 1, 1, 1, 1, 1, 1, 1]\n"
    for level in 1..<12 {
      let aliases = Array(repeating: "*a\(level - 1)", count: 10).joined(separator: ", ")
      text += "a\(level): &a\(level) [\(aliases)]\n"
    }
    // One value for the document, 11 + 111 + 1111 for a0 to a2 and one for a3; then 7 * 1111 + 1 + 8 * 111 + 1
    // + 8 * 11 + 1 + 9 more make ten thousand.
    #expect(throws: FormatError(.tooManyValues(limit: 10_000), line: 1, key: ["a3", 7, 8, 8, 9])) {
      try DocumentNode.yaml(Array(text.utf8), aliasAllowance: 10_000 - text.utf8.count)
    }
    for key in ["? *a11\n: 1\n", "*a11 : 1\n", "{[*a11, *a11]: 1}\n", "- ? [*a11]\n  : 1"] {
      #expect(
        problemRefusal(text + key) == "p.yaml: expected keys that are plain text beside anchors, found others"
      )
    }
  }

  @Test("plain anchors and aliases work, also beside question marks and colons in text")
  func anchors() throws {
    let text = smallProblem.with("forward: 1,", "forward: &time 1,  # why? it is: measured\n     ")
      .with("forward: 1.5,", "forward: *time,")
    let problem = try ProblemFile.decode(Array(text.utf8), file: "p.yaml")
    #expect(problem.stages.map(\.forward) == [1, 1])
  }

  @Test(
    "YAML that is broken, or means more than a problem needs",
    arguments: [
      (
        "devices: 2\n\tstages: 1",
        "p.yaml:2:1: expected YAML, but found a tab character that violates indentation while scanning a plain scalar"
      ),
      ("a: 1\n---\nb: 2\n", "p.yaml:2: expected a single document, found another"),
      ("a: *nobody", "p.yaml:1:4: expected YAML, but found undefined alias"),
      (
        "a: [1",
        "p.yaml:2:1: expected YAML, but did not find expected ',' or ']' while parsing a flow sequence"
      ),
      ("a: !!float 1", "p.yaml:1: a: expected no tag, found tag:yaml.org,2002:float"),
      ("a: !mine [1]", "p.yaml:1: a: expected no tag, found !mine"),
      ("? [1]\n: 2", "p.yaml:1: expected a key, found a list or mapping"),
      ("a: \"\u{1}\"", "p.yaml:1: expected YAML, but control characters are not allowed"),
    ])
  func yaml(text: String, message: String) {
    #expect(problemRefusal(text) == message)
  }

  @Test("bytes that are not UTF-8 are refused, and a byte-order mark is not")
  func encoding() throws {
    #expect(problemRefusal([0x61, 0xFF]) == "p.yaml: expected text in UTF-8, found other bytes")
    #expect(
      problemRefusal(Array("{\"name\": \"a".utf8) + [0xC3] + Array("\"}".utf8))
        == "p.yaml:1:11: name: expected text in UTF-8, found other bytes")
    let mark: [UInt8] = [0xEF, 0xBB, 0xBF]
    let problem = try ProblemFile.decode(Array(smallProblem.utf8), file: "")
    #expect(try ProblemFile.decode(mark + smallProblem.utf8, file: "") == problem)
    #expect(try ProblemFile.decode(mark + ProblemFile.encode(problem), file: "") == problem)
  }

  /// YAML's line breaks, byte-order mark and controls, and what no YAML text may hold.
  @Test("settings in YAML are read back as they were, whatever paths hold")
  func settings() throws {
    let scalars = [
      0x01...0x2F, 0x7F...0xA0, 0x2027...0x202A, 0xFDD0...0xFDD0, 0xFEFF...0xFEFF, 0xFFFC...0x10000,
    ]
    .flatMap { $0.compactMap { Unicode.Scalar($0) } }
    let hostile = scalars.map { "a\($0)b: #\($0)" } + [String(String.UnicodeScalarView(scalars))]
    let stage = Stage(
      forward: 1, backwardInput: 1, backwardWeight: 1,
      layers: ["embed_tokens", "layers.0", "norm", "lm_head"])
    let problem = try Problem(devices: [Device()], stages: [stage], microbatches: [Microbatch()])
    func read(_ node: DocumentNode?) -> [Unicode.Scalar]? {
      guard case .string(let text)? = node?.content else { return nil }
      return Array(text.unicodeScalars)
    }
    for path in hostile {
      let text = try NeMoConfiguration().encode(problem, file: path, microbatchSize: 1)
      let pipeline = try DocumentNode.yaml(text)?["distributed"]?["pipeline"]
      #expect(read(pipeline?["pp_schedule_csv"]) == Array(path.unicodeScalars))
    }
  }

  @Test("a text too large for a problem is refused before it is read")
  func size() {
    let text = [UInt8](repeating: ASCII.space, count: 64 << 20 + 1)
    #expect(problemRefusal(text) == "p.yaml: expected at most 67108864 bytes, found 67108865")
  }
}
