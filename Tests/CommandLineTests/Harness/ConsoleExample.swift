import Foundation
import Testing

/// One command of a page, and what the page says it prints.
struct ConsoleExample {
  var command: String
  /// `nil` where the page does not say.
  var output: String?

  /// The commands of all `console` blocks of a page.
  static func all(in page: String) -> [ConsoleExample] { blocks("console", of: page).flatMap(examples) }

  /// The commands that stand in the running text and the tables of a page.
  static func inline(in page: String) -> [ConsoleExample] {
    page.matches(of: /`(pipeloom [^`A-Z][^`]*)`/).map { ConsoleExample(command: String($0.1)) }
  }

  /// The texts of all fenced blocks of one language.
  static func blocks(_ language: String, of page: String) -> [String] {
    page.components(separatedBy: "```\(language)\n").dropFirst().map {
      $0.components(separatedBy: "```")[0]
    }
  }

  /// Runs the command as a shell does, and expects what the page shows.
  func check(in workspace: Workspace, sourceLocation: SourceLocation = #_sourceLocation) throws {
    #expect(command.hasPrefix("pipeloom "), sourceLocation: sourceLocation)
    let outcome = try workspace.shell("\"$pipeloom\"" + command.dropFirst("pipeloom".count))
    #expect(outcome.status == 0, "\(command): \(outcome.errors)", sourceLocation: sourceLocation)
    if let output { #expect(outcome.text == output, "\(command)", sourceLocation: sourceLocation) }
  }

  private static func examples(of block: String) -> [ConsoleExample] {
    block.split(separator: "\n", omittingEmptySubsequences: false).dropLast().reduce(into: []) {
      examples, line in
      if line.hasPrefix("$ ") {
        examples.append(ConsoleExample(command: String(line.dropFirst(2)), output: ""))
      } else if !examples.isEmpty {
        examples[examples.count - 1].output?.append(line + "\n")
      }
    }
  }
}
