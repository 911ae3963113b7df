import Foundation
import Testing

/// `families`: what can be generated.
@Suite("pipeloom families")
struct FamiliesTests {
  @Test("Each family is one line with its formulas")
  func text() throws {
    let outcome = try Workspace().pipeloom("families")
    outcome.expectSuccess()
    for family in GenerateTests.families {
      #expect(outcome.text.split(separator: "\n").count(where: { $0.hasPrefix("  \(family) ") }) == 1)
    }
    #expect(outcome.text.contains("(p-1)(F+B+W)"))
  }

  @Test("The machine form names the same families, and each can be generated with the flags it names")
  func json() throws {
    let workspace = try Workspace()
    let outcome = try workspace.pipeloom("families", "--json")
    outcome.expectSuccess()
    for family in try outcome.objects() {
      #expect(
        Set(family.keys) == [
          "name", "title", "purpose", "layout", "layoutFlags", "takesGroupSize", "peakMemory", "idle",
          "bubble",
          "source",
        ])
      let name = try #require(family["name"] as? String)
      let flags = try #require(family["layoutFlags"] as? String).split(separator: " ").map(String.init)
      try workspace.pipeloom(["generate", name, "uniform-4x8", "-o", "s.json"] + flags).expectSuccess()
      try workspace.pipeloom("check", "s.json").expectSuccess()
      if !flags.isEmpty {
        let refusal = try workspace.pipeloom("generate", name, "uniform-4x8")
        refusal.expectRefusal(Status.badInput, naming: ["needs", flags.joined(separator: " ")])
      }
      let grouped = try workspace.pipeloom(["generate", name, "uniform-4x8", "--group-size", "4"] + flags)
      if family["takesGroupSize"] as? Bool == true {
        grouped.expectSuccess()
      } else {
        grouped.expectRefusal(Status.usage, naming: ["--group-size"])
      }
    }
  }
}
