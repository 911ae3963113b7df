import Foundation
import Testing

/// The manual page, which `scripts/manual` makes of the help texts.
@Suite("The manual page")
struct ManualTests {
  private let workspace: Workspace
  private let page: String

  init() throws {
    workspace = try Workspace()
    let script = Repository.url("scripts/manual").path
    try workspace.shell("python3 '\(script)' \"$pipeloom\" >pipeloom.1").expectSuccess()
    page = try workspace.text("pipeloom.1").replacingOccurrences(of: "\\-", with: "-")
  }

  /// What `--help` lists, one a line: commands where that is of the program, options of a command.
  private func listed(by arguments: String...) throws -> Set<String> {
    let help = try workspace.pipeloom(arguments + ["--help"]).text
    let pattern = arguments.isEmpty ? /^  ([a-z]+) {2}/ : /^  (?:-[a-z], )?--([a-z-]+)/
    return Set(
      help.split(separator: "\n").compactMap { line in line.firstMatch(of: pattern).map { String($0.1) } })
  }

  @Test("It has every command, and of each every option that its help lists and no other")
  func complete() throws {
    let sections = page.components(separatedBy: ".Ss ").dropFirst().map {
      $0.components(separatedBy: ".Sh ")[0]
    }
    #expect(Set(sections.map { $0.components(separatedBy: "\n")[0] }) == (try listed()))
    #expect(sections.count >= 15)
    for section in sections {
      let command = section.components(separatedBy: "\n")[0]
      let options = section.split(separator: "\n").filter { $0.hasPrefix(".It ") }.flatMap { line in
        line.matches(of: /Fl -([a-z-]+)/).map { String($0.1) }
      }
      #expect(Set(options) == (try listed(by: command)).subtracting(["help", "version"]), "\(command)")
    }
    for option in [".It Fl -version\n", ".It Fl h , Fl -help\n"] { #expect(page.contains(option)) }
  }

  @Test("It has every exit status")
  func statuses() throws {
    let statuses = [
      Status.success, Status.violations, Status.usage, Status.badInput, Status.missingInput,
      Status.missingComponent, Status.defect, Status.inputOutput,
    ]
    for status in statuses { #expect(page.contains(".It \(status)\n")) }
  }

  @Test("Programs that show manual pages find nothing wrong with it, where they are installed")
  func wellFormed() throws {
    for check in ["groff -ww -z -mandoc -Tutf8 pipeloom.1", "mandoc -T lint -W style pipeloom.1 >&2"] {
      let program = check.split(separator: " ")[0]
      try workspace.shell("if command -v \(program) >/dev/null; then \(check); fi").expectSuccess()
    }
  }
}
