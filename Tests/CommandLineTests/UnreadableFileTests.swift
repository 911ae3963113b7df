import Foundation
import Testing

/// Files that hold no problem or no schedule at all, whatever they are.
@Suite("Files that cannot be read")
struct UnreadableFileTests {
  static let commands = [
    ["generate", "1f1b"], ["check"], ["simulate"], ["compare"], ["render", "-o", "out.svg"],
    ["export", "--format", "program", "-o", "out.json"],
  ]

  /// Runs every command that reads a file and expects one refusal naming that file.
  private func expectRefusals(
    of content: Data, naming texts: [String], commands: [[String]] = commands, name: String = "input.yaml"
  ) throws {
    let workspace = try Workspace()
    try workspace.write(content, to: name)
    for command in commands {
      try workspace.pipeloom(command + [name]).expectRefusal(Status.badInput, naming: [name] + texts)
    }
    let fromInput = try workspace.pipeloom(commands[0] + ["-"], input: content)
    fromInput.expectRefusal(Status.badInput, naming: ["standard input"] + texts)
    #expect(try workspace.names() == [name])
  }

  @Test("An empty file, and one of blanks only", arguments: ["", " \n\r\n  "])
  func empty(text: String) throws {
    try expectRefusals(of: Data(text.utf8), naming: ["expected a ", "found nothing"])
  }

  @Test("A comment alone is an empty problem")
  func comment() throws {
    try expectRefusals(
      of: Data("# nothing\n---\n".utf8), naming: ["expected a problem, found nothing"],
      commands: [["generate", "zb-h1"]])
  }

  @Test("A directory")
  func directory() throws {
    let workspace = try Workspace()
    for command in Self.commands {
      try workspace.pipeloom(command + ["."])
        .expectRefusal(Status.badInput, naming: [".: expected a file, found a directory"])
    }
  }

  @Test("A missing file, an empty name, a name with a line break")
  func missing() throws {
    let workspace = try Workspace()
    for command in Self.commands {
      try workspace.pipeloom(command + ["no/such.json"])
        .expectRefusal(Status.missingInput, naming: ["no/such.json: ", "o such file"])
      try workspace.pipeloom(command + [""]).expectRefusal(Status.missingInput, naming: ["''"])
      try workspace.pipeloom(command + ["a\nb\u{1B}[31m"]).expectRefusal(
        Status.missingInput, naming: ["a\u{FFFD}b"])
    }
    try workspace.pipeloom("simulate", "no.json", "--problem", "-").expectRefusal(
      Status.missingInput, naming: ["no"])
  }

  @Test("An unknown preset is answered with the names of all")
  func unknownPreset() throws {
    try Workspace().pipeloom("generate", "1f1b", "zero-bubble-2b").expectRefusal(
      Status.missingInput,
      naming: [
        "zero-bubble-2b", "zero-bubble-1.5b", "zero-bubble-6.2b", "zero-bubble-14.6b", "uniform-4x8",
        "uniform-8x24", "uneven-ends-8x24", "llama-70b-32k", "deepseek-v3",
      ])
  }

  @Test("A file without permission to read it", .enabled(if: geteuid() != 0, "root may read everything"))
  func noPermission() throws {
    let workspace = try Workspace()
    try workspace.write("{}", to: "secret")
    chmod(workspace.url("secret").path, 0)
    for command in Self.commands {
      try workspace.pipeloom(command + ["secret"])
        .expectRefusal(Status.missingInput, naming: ["secret: Permission denied"])
    }
  }

  @Test("Random bytes")
  func junk() throws {
    var state = UInt64(1)
    let bytes = (0..<10_000).map { _ in
      state = state &* 6_364_136_223_846_793_005 &+ 1
      return UInt8(truncatingIfNeeded: state >> 33)
    }
    try expectRefusals(of: Data(bytes), naming: ["expected"])
    try expectRefusals(of: Data([0x7F, 0x45, 0x4C, 0x46, 2, 1, 1, 0]), naming: ["expected"])
  }

  @Test("NUL bytes, alone and within a text")
  func nul() throws {
    try expectRefusals(of: Data(count: 1000), naming: ["expected"])
    let text = ProblemText.plain.setting("name", #""a\#0b""#)
    for content in [text.yaml, text.json] {
      try expectRefusals(of: Data(content.utf8), naming: ["expected"], commands: [["generate", "1f1b"]])
    }
  }

  @Test("Bytes that are not UTF-8")
  func notUTF8() throws {
    let text = ProblemText.plain.setting("name", #""@""#)
    for content in [text.yaml, text.json] {
      let bytes = content.utf8.map { $0 == UInt8(ascii: "@") ? 0xFF : $0 }
      try expectRefusals(
        of: Data(bytes), naming: ["expected text in UTF-8"], commands: [["generate", "1f1b"]])
    }
    try expectRefusals(of: Data([0xFF, 0xFE, 0x70, 0, 0x69, 0]), naming: ["expected"])
  }

  @Test("A hundred megabytes of brackets end at once")
  func brackets() throws {
    let workspace = try Workspace()
    let brackets = Data(repeating: UInt8(ascii: "["), count: 100_000_000)
    try workspace.write(brackets, to: "large")
    try workspace.pipeloom("generate", "1f1b", "large").expectRefusal(
      Status.badInput, naming: ["large: expected at most 64 MiB"])
    try workspace.pipeloom("check", "large").expectRefusal(
      Status.badInput, naming: ["large:1:1: expected a schedule"])
    try workspace.shell("$pipeloom generate 1f1b - < large")
      .expectRefusal(Status.badInput, naming: ["standard input: expected at most 64 MiB"])
    try workspace.shell("cat large | $pipeloom check -")
      .expectRefusal(Status.badInput, naming: ["standard input:1:1: expected a schedule"])
    for (name, lead) in [("nested.yaml", ""), ("nested.json", #"{"a": "#)] {
      try workspace.write(Data(lead.utf8) + brackets.prefix(10_000_000), to: name)
      try workspace.pipeloom("generate", "1f1b", name)
        .expectRefusal(Status.badInput, naming: [name, "expected at most 64 levels of nesting"])
    }
    try workspace.write(Data(#"{"problem": "#.utf8) + brackets, to: "schedule.json")
    try workspace.pipeloom("check", "schedule.json")
      .expectRefusal(Status.badInput, naming: ["problem[0][0]", "expected at most 64 levels of nesting"])
  }

  @Test("Input without end is refused by its beginning", arguments: ["yes", "yes ''", "cat /dev/zero"])
  func endless(source: String) throws {
    let workspace = try Workspace()
    for command in ["generate 1f1b -", "check -"] {
      let outcome = try workspace.shell("\(source) | $pipeloom \(command)")
      outcome.expectRefusal(Status.badInput, naming: ["standard input", "expected"])
    }
  }

  @Test("Aliases of aliases do not multiply", arguments: ["", "? *i\n: 1\n"])
  func aliases(key: String) throws {
    var text = "a: &a [x, x, x, x, x, x, x, x, x]\n"
    for (name, previous) in zip("bcdefghi", "abcdefgh") {
      text += "\(name): &\(name) [\(Array(repeating: "*\(previous)", count: 9).joined(separator: ", "))]\n"
    }
    try expectRefusals(of: Data((text + key).utf8), naming: ["expected"], commands: [["generate", "gpipe"]])
  }
}
