import Foundation
import Testing

/// Errors for programs: one object of JSON in place of the line for people.
@Suite struct ErrorReportTests {
  private let workspace: Workspace

  init() throws { workspace = try Workspace() }

  private func reported(_ arguments: String..., status: Int32) throws -> [String: Any] {
    let outcome = try workspace.pipeloom(arguments, environment: ["PIPELOOM_ERRORS": "json"])
    outcome.expect(status)
    #expect(outcome.output.isEmpty)
    let report = try #require(
      try JSONSerialization.jsonObject(with: Data(outcome.errors.utf8)) as? [String: Any])
    #expect(report["status"] as? Int32 == status)
    return report
  }

  @Test("A wrong value has a file, a place, a key and a reason")
  func wrongValue() throws {
    let problem = ProblemText.plain.setting("microbatches", "many")
    try workspace.write(problem.yaml, to: "p.yaml")
    let report = try reported("generate", "1f1b", "p.yaml", status: Status.badInput)
    #expect(report["file"] as? String == "p.yaml")
    #expect(report["line"] as? Int == problem.yamlLine(of: "microbatches"))
    #expect(report["key"] as? String == "microbatches")
    let reason = try #require(report["reason"] as? String)
    #expect(reason.hasPrefix("expected "))
    let people = try workspace.pipeloom("generate", "1f1b", "p.yaml")
    #expect(people.errors == "pipeloom: \(report["message"] as? String ?? "")\n")
    #expect(people.errors.hasSuffix(": microbatches: \(reason)\n"))
  }

  @Test("Other errors have a reason")
  func otherErrors() throws {
    let missing = try reported("check", "none.json", status: Status.missingInput)
    #expect((missing["reason"] as? String)?.contains("none.json") ?? false)
    #expect(missing["key"] == nil)
    let usage = try reported("check", "none.json", "--no-such-option", status: Status.usage)
    #expect((usage["reason"] as? String)?.contains("--no-such-option") ?? false)
  }

  @Test("Without the variable's value people are told")
  func people() throws {
    for value in ["", "text"] {
      try workspace.pipeloom(["check", "none.json"], environment: ["PIPELOOM_ERRORS": value])
        .expectRefusal(Status.missingInput, naming: ["none.json"])
    }
  }

  @Test("What is not wrong says nothing")
  func success() throws {
    try workspace.pipeloom(["families"], environment: ["PIPELOOM_ERRORS": "json"]).expectSuccess()
  }
}
