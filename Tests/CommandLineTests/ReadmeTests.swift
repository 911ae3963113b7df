import Foundation
import Testing

@Suite("The README is true")
struct ReadmeTests {
  /// One command of a `console` block and what the README says it prints.
  private struct Example {
    var command: String
    var output = ""
  }

  @Test func everyCommandPrintsWhatTheReadmeShows() throws {
    let readme = try String(contentsOf: Repository.url("README.md"), encoding: .utf8)
    let workspace = try Workspace()
    try workspace.write(try #require(Self.blocks("yaml", of: readme).first), to: "profile.yaml")
    let examples = Self.blocks("console", of: readme).flatMap(Self.examples)
    #expect(examples.count >= 4)
    for example in examples {
      #expect(example.command.hasPrefix("pipeloom "))
      let outcome = try workspace.pipeloom(example.command.split(separator: " ").dropFirst().map(String.init))
      #expect(outcome.status == 0, "\(example.command): \(outcome.errors)")
      #expect(outcome.text == example.output, "\(example.command)")
    }
  }

  /// The texts of all fenced blocks of one language.
  private static func blocks(_ language: String, of text: String) -> [String] {
    text.components(separatedBy: "```\(language)\n").dropFirst().map {
      $0.components(separatedBy: "```")[0]
    }
  }

  private static func examples(of block: String) -> [Example] {
    block.split(separator: "\n", omittingEmptySubsequences: false).dropLast().reduce(into: []) {
      examples, line in
      if line.hasPrefix("$ ") {
        examples.append(Example(command: String(line.dropFirst(2))))
      } else if !examples.isEmpty {
        examples[examples.count - 1].output += line + "\n"
      }
    }
  }
}
