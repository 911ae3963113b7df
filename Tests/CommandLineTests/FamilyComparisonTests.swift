import Foundation
import Testing

/// `compare --families`: which family for this problem, at equal memory.
@Suite("pipeloom compare --families")
struct FamilyComparisonTests {
  private let workspace: Workspace

  init() throws { workspace = try Workspace() }

  private func compare(_ arguments: String...) throws -> [String: Any] {
    let outcome = try workspace.pipeloom(["compare", "--families"] + arguments + ["--json"])
    outcome.expectSuccess()
    return try outcome.object()
  }

  private func schedules(_ report: [String: Any]) throws -> [[String: Any]] {
    try #require(report["schedules"] as? [[String: Any]])
  }

  private func summary(_ schedule: [String: Any]) throws -> [String: Any] {
    try #require(schedule["summary"] as? [String: Any])
  }

  @Test("Every family is in the table or left out with its reason, the shortest first")
  func all() throws {
    let families = try workspace.pipeloom("families", "--json").objects().compactMap { $0["name"] as? String }
    let report = try compare("all", "uniform-8x24")
    let compared = try schedules(report).compactMap { $0["family"] as? String }
    let leftOut = try #require(report["leftOut"] as? [[String: String]])
    #expect(Set(compared + leftOut.compactMap { $0["family"] }) == Set(families))
    #expect(compared.count + leftOut.count == families.count)
    #expect(leftOut.allSatisfy { $0["reason"]?.isEmpty == false })
    let makespans = try schedules(report).map { try #require(summary($0)["makespan"] as? Double) }
    #expect(makespans == makespans.sorted())
  }

  @Test("Figures are those of the families' own schedules")
  func figures() throws {
    let report = try compare("1f1b,zb-h1", "uniform-8x24", "--communication", "0.5")
    for schedule in try schedules(report) {
      let family = try #require(schedule["family"] as? String)
      let generated = try workspace.pipeloom(
        "generate", family, "uniform-8x24", "--communication", "0.5", "--json")
      let alone = try #require(try generated.object()["summary"] as? [String: Any])
      for key in ["makespan", "period", "makespanBubble", "spanBubble", "lowerBound", "gap"] {
        #expect(try summary(schedule)[key] as? Double == alone[key] as? Double)
      }
      // 7 boundaries between 8 stages, an activation and a gradient across each for 24 microbatches.
      #expect(schedule["communicationVolume"] as? Double == 336)
    }
  }

  @Test("Families that need more than the memory limit are left out")
  func limited() throws {
    let report = try compare("1f1b,gpipe", "uniform-8x24", "--memory-limit", "1x")
    #expect(try schedules(report).compactMap { $0["family"] as? String } == ["1f1b"])
    let leftOut = try #require(report["leftOut"] as? [[String: String]])
    #expect(leftOut.count == 1)
    #expect(leftOut[0]["reason"]?.contains("GPipe holds 24 on device 0, over its memory limit 8") == true)
    try workspace.pipeloom("compare", "--families", "gpipe", "uniform-8x24", "--memory-limit", "1x")
      .expectRefusal(Status.badInput, naming: ["expected a family that suits the problem", "GPipe holds 24"])
  }

  @Test("A problem by flags needs no file")
  func flags() throws {
    let report = try compare("1f1b", "--devices", "4", "--microbatches", "8")
    #expect(try summary(schedules(report)[0])["makespan"] as? Double == 33)
  }

  @Test(
    "A placement in the problem rules out no family: the same stages are laid out anew, and the report says so"
  )
  func placement() throws {
    // 8 stages of F = B = W = 1 over 4 devices, 8 microbatches: 48 of work on each. ZB-V adds p - 1 F, interleaved
    // 1F1B (p - 1)(F + B + W), whatever the problem's own placement.
    for (placement, anew) in [("loop", ["v", nil]), ("v", [nil, "loop"])] {
      try workspace.write(
        """
        pipeloom: problem/1
        devices: 4
        microbatches: 8
        placement: \(placement)
        stages: [{repeat: 8, forward: 1, backwardInput: 1, backwardWeight: 1}]
        """, to: "p.yaml")
      let report = try compare("interleaved,zb-v", "p.yaml")
      let compared = try schedules(report)
      #expect(compared.compactMap { $0["family"] as? String } == ["zb-v", "interleaved"])
      #expect(try compared.map { try summary($0)["makespan"] as? Double } == [51, 57])
      #expect(compared.map { $0["placement"] as? String } == anew)
    }
    let text = try workspace.pipeloom("compare", "--families", "zb-v,interleaved", "p.yaml").text
    #expect(text.contains("  Laid out anew as a loop: Interleaved 1F1B\n"))
    #expect(!text.contains("as a V"))
  }

  @Test("Names may be written as papers do; unknown ones are told")
  func names() throws {
    let report = try compare("ZBH1,1f1b,zb-h1", "uniform-4x8")
    #expect(try schedules(report).compactMap { $0["family"] as? String } == ["zb-h1", "1f1b"])
    try workspace.pipeloom("compare", "--families", "1f1b,zb-h9", "uniform-4x8")
      .expectRefusal(Status.usage, naming: ["zb-h9", "zb-h1"])
    try workspace.pipeloom("compare", "--families", "", "uniform-4x8")
      .expectRefusal(Status.usage, naming: ["expected a family"])
  }

  @Test("Arguments that do not go together are usage errors")
  func usage() throws {
    try workspace.pipeloom("compare").expectUsage(naming: ["expected schedule files, or --families"])
    try workspace.pipeloom("compare", "--families", "all", "a", "b").expectUsage(naming: [
      "expected one problem"
    ])
    try workspace.pipeloom("compare", "a.json", "--memory-limit", "1x").expectUsage(
      naming: ["--memory-limit goes with --families"])
    try workspace.pipeloom("compare", "a.json", "--group-size", "2").expectUsage(naming: ["--group-size"])
    try workspace.pipeloom(
      "compare", "--families", "all", "uniform-4x8", "--placement", "loop", "--chunks", "2"
    )
    .expectUsage(naming: ["--placement"])
    try workspace.pipeloom("compare", "--families", "all", "uniform-4x8", "-o", "x.txt")
      .expectRefusal(Status.usage, naming: ["x.txt: expected a file ending in"])
  }
}
