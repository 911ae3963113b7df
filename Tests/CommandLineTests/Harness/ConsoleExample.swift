import Foundation
import Testing

/// One command of a `console` block and what the page says it prints.
struct ConsoleExample {
  var command: String
  var output = ""

  /// All examples of a page.
  static func all(in page: String) -> [ConsoleExample] { blocks("console", of: page).flatMap(examples) }

  /// The texts of all fenced blocks of one language.
  static func blocks(_ language: String, of page: String) -> [String] {
    page.components(separatedBy: "```\(language)\n").dropFirst().map {
      $0.components(separatedBy: "```")[0]
    }
  }

  /// Runs the command and expects what the page shows.
  func check(in workspace: Workspace, sourceLocation: SourceLocation = #_sourceLocation) throws {
    #expect(command.hasPrefix("pipeloom "), sourceLocation: sourceLocation)
    let outcome = try workspace.pipeloom(command.split(separator: " ").dropFirst().map(String.init))
    #expect(outcome.status == 0, "\(command): \(outcome.errors)", sourceLocation: sourceLocation)
    #expect(outcome.text == output, "\(command)", sourceLocation: sourceLocation)
  }

  private static func examples(of block: String) -> [ConsoleExample] {
    block.split(separator: "\n", omittingEmptySubsequences: false).dropLast().reduce(into: []) {
      examples, line in
      if line.hasPrefix("$ ") {
        examples.append(ConsoleExample(command: String(line.dropFirst(2))))
      } else if !examples.isEmpty {
        examples[examples.count - 1].output += line + "\n"
      }
    }
  }
}
