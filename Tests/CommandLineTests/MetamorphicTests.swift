import Foundation
import Testing

/// The same problem in another form, through the program: what must not change does not, and the rest follows.
@Suite("The same problem in another form, through the program")
struct MetamorphicTests {
  private let workspace: Workspace

  init() throws { workspace = try Workspace() }

  /// Three devices of unequal stages; whole numbers, so that four times as much is on the same grid.
  private static let plain = ProblemText.plain
    .setting("devices", "3").setting("microbatches", "5").setting("memoryLimit", "[9, 8, 7]")
    .setting(
      "stages",
      """
      [{"forward": 3, "backwardInput": 4, "backwardWeight": 2, "activationForB": 2, "activationForW": 1, "static": 1}, \
      {"forward": 5, "backwardInput": 4, "backwardWeight": 3, "activationForB": 2, "activationForW": 1, "static": 1}, \
      {"forward": 2, "backwardInput": 6, "backwardWeight": 1, "activationForB": 2, "activationForW": 1, "static": 1}]
      """
    )
    .setting("communication", "1").setting("optimizerStep", "2")

  /// The figures that a search and a table of families print for a problem.
  private struct Figures: Equatable {
    var search: [String: Double]
    var families: [[String: Double]]
  }

  private func figures(_ problem: ProblemText, _ name: String) throws -> Figures {
    try workspace.write(problem.json, to: name)
    func numbers(_ summary: Any?) throws -> [String: Double] {
      let summary = try #require(summary as? [String: Any])
      return summary.compactMapValues { $0 as? Double }
    }
    let search = try workspace.pipeloom("search", name, "--iterations", "200", "--json")
    search.expect(Status.success)
    let compared = try workspace.pipeloom("compare", "--families", "all", name, "--json")
    compared.expect(Status.success)
    let table = try compared.object()
    let rows = try #require(table["schedules"] as? [[String: Any]])
    return Figures(
      search: try numbers(try search.object()["summary"]),
      families: try rows.map { try numbers($0["summary"]) })
  }

  @Test("all times times 4: times and bounds follow, rates stay")
  func longerTimes() throws {
    let problem = Self.plain
      .setting(
        "stages",
        """
        [{"forward": 12, "backwardInput": 16, "backwardWeight": 8, "activationForB": 2, "activationForW": 1, "static": 1}, \
        {"forward": 20, "backwardInput": 16, "backwardWeight": 12, "activationForB": 2, "activationForW": 1, "static": 1}, \
        {"forward": 8, "backwardInput": 24, "backwardWeight": 4, "activationForB": 2, "activationForW": 1, "static": 1}]
        """
      )
      .setting("communication", "4").setting("optimizerStep", "8")
    let (short, long) = (try figures(Self.plain, "short.json"), try figures(problem, "long.json"))
    let times: Set<String> = ["makespan", "period", "longestDeviceSpan", "lowerBound"]
    func longer(_ summary: [String: Double]) -> [String: Double] {
      Dictionary(uniqueKeysWithValues: summary.map { ($0, times.contains($0) ? 4 * $1 : $1) })
    }
    #expect(times.isSubset(of: short.search.keys))
    #expect(long == Figures(search: longer(short.search), families: short.families.map(longer)))
  }

  @Test("durations times 4 on devices 4 times as fast: nothing changes")
  func fasterDevices() throws {
    let faster = Self.plain.setting("speed", "4").setting(
      "stages",
      """
      [{"forward": 12, "backwardInput": 16, "backwardWeight": 8, "activationForB": 2, "activationForW": 1, "static": 1}, \
      {"forward": 20, "backwardInput": 16, "backwardWeight": 12, "activationForB": 2, "activationForW": 1, "static": 1}, \
      {"forward": 8, "backwardInput": 24, "backwardWeight": 4, "activationForB": 2, "activationForW": 1, "static": 1}]
      """
    )
    #expect(try figures(Self.plain, "plain.json") == figures(faster, "faster.json"))
  }

  @Test(
    "flags, YAML, JSON and a list of microbatches give the same bytes", arguments: ["generate", "search"])
  func forms(command: String) throws {
    let problem = ProblemText.plain.setting("devices", "3").setting("microbatches", "4")
      .setting("stages", #"[{"repeat": 3, "forward": 2, "backwardInput": 3, "backwardWeight": 1}]"#)
      .setting("communication", "0.5").setting("memoryLimit", "3")
    try workspace.write(problem.yaml, to: "p.yaml")
    try workspace.write(problem.json, to: "p.json")
    try workspace.write(
      problem.setting("microbatches", #"[{}, {"scale": 1}, {}, {"scale": 1.0}]"#).json, to: "list.json")
    let flags = [
      "--devices", "3", "--microbatches", "4", "--forward", "2", "--backward-input", "3", "--backward-weight",
      "1", "--communication", "0.5", "--memory-limit", "3",
    ]
    let how = command == "generate" ? ["generate", "1f1b"] : ["search", "--iterations", "100"]
    let written = try [["p.yaml"], ["p.json"], ["list.json"], flags].map { problem in
      try workspace.pipeloom(how + problem + ["-o", "s.json"]).expectSuccess()
      return try workspace.text("s.json")
    }
    #expect(Set(written).count == 1)
  }
}
