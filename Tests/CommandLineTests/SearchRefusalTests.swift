import Foundation
import Testing

@Suite("What search refuses before it searches")
struct SearchRefusalTests {
  private let workspace: Workspace

  init() throws { workspace = try Workspace() }

  private static let small = ["search", "--devices", "2", "--microbatches", "3", "--iterations", "200"]

  @Test(
    "Flags that say nothing",
    arguments: [
      ["--time-limit", "nan"], ["--time-limit=-1"], ["--time-limit", "1e300"], ["--seed=-1"],
      ["--seed", "x"],
      ["--objective", "speed"], ["--backward", "forward"], ["--iterations=-1"], ["--iterations", "1.5"],
      ["--sweep-memory", "1"], ["--sweep-memory", "2x:1x:0.5x"], ["--sweep-memory", "1x:2x:0x"],
      ["--sweep-memory", "0x:nanx:1x"], ["--sweep-memory", "0x:1e15x:0.001x"],
    ])
  func flags(arguments: [String]) throws {
    try workspace.pipeloom(Self.small + arguments).expectUsage()
  }

  @Test("Bad input is refused, and the old output stays")
  func badInput() throws {
    try workspace.write("old", to: "out.json")
    try workspace.write("{}", to: "bad.json")
    for (problem, status) in [("bad.json", Status.badInput), ("none.json", Status.missingInput)] {
      try workspace.pipeloom("search", problem, "-o", "out.json").expectRefusal(status, naming: [problem])
    }
    try workspace.pipeloom(Self.small + ["-o", "no/such.json"])
      .expectRefusal(Status.inputOutput, naming: ["no/such.json: No such file or directory"])
    #expect(try workspace.text("out.json") == "old")
    #expect(try workspace.names() == ["bad.json", "out.json"])
  }
}
