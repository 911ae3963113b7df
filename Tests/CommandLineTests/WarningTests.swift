import Foundation
import Testing

/// Figures that look like slips: told wherever a problem is read, on standard error, and nothing else changes.
@Suite("Warnings")
struct WarningTests {
  private let workspace: Workspace

  init() throws {
    workspace = try Workspace()
    try workspace.write(
      ProblemText.plain.setting("speed", "[1, 1000]").yaml, to: "slow.yaml")
    try workspace.write(
      ProblemText.plain.setting("communication", "0.5")
        .setting("stages", #"[{"repeat": 2, "forward": 1, "backwardInput": 0, "backwardWeight": 0}]"#).yaml,
      to: "frozen.yaml")
    try workspace.generate("1f1b", "--devices", "2", "--microbatches", "4", to: "s.json")
  }

  private static let slow =
    "pipeloom: warning: slow.yaml: device 0 has speed 1, most have 1000: a slip?\n"
  private static let frozen =
    "pipeloom: warning: frozen.yaml: stages 0, 1 have backward times of 0, but their gradients still travel, "
    + "for up to 0.5 each\n"

  @Test(
    "Every command that reads a problem warns once",
    arguments: [
      ["generate", "1f1b"], ["search", "--iterations", "10"], ["compare", "--families", "1f1b,gpipe"],
      ["simulate", "s.json", "--problem"],
    ])
  func commands(command: [String]) throws {
    for (file, warning) in [("slow.yaml", Self.slow), ("frozen.yaml", Self.frozen)] {
      let outcome = try workspace.pipeloom(command + [file])
      outcome.expect(Status.success)
      #expect(outcome.errors == warning)
      #expect(!outcome.text.isEmpty && !outcome.text.contains("warning"))
    }
  }

  @Test("Flags are judged with what they change")
  func flags() throws {
    let plain = ["generate", "1f1b", "--devices", "2", "--microbatches", "2", "--communication", "2"]
    try workspace.pipeloom(plain).expectSuccess()
    let idle = try workspace.pipeloom(plain + ["--backward-input", "0", "--backward-weight", "0"])
    #expect(
      idle.errors
        == "pipeloom: warning: stages 0, 1 have backward times of 0, but their gradients still travel, for up to 2 "
        + "each\n")
    try workspace.pipeloom("generate", "1f1b", "frozen.yaml", "--communication", "0").expectSuccess()
  }

  @Test("A problem of the built-in ones gives none")
  func presets() throws {
    for preset in ["zero-bubble-1.5b", "uneven-ends-8x24"] {
      try workspace.pipeloom("generate", "1f1b", preset).expectSuccess()
    }
  }
}
