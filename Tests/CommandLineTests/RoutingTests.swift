import Foundation
import Testing

@Suite("search chooses routes")
struct RoutingTests {
  private static let problem = """
    pipeloom: problem/1
    devices: 7
    microbatches: 6
    placement: [[0, 1], [2, 3], [4, 5], 6, [0, 1]]
    memoryLimit: 4
    speed: [1, 1, 2, 1, 1, 1, 1]
    communication: {latency: 0.5, bandwidth: 4, bytes: 1}
    stages:
      - {repeat: 4, forward: 1, backwardInput: 1, backwardWeight: 1}
      - {forward: 0.25, backwardInput: 0, backwardWeight: 0, activationForB: 0}
    skipReorder:
      stagesPerMicrobatch: 3
      head: 4
      maxSwaps: 2
      visitsPerStage: balanced
      visitsPerDevice: 4

    """

  @Test("and writes a schedule that keeps the rules")
  func search() throws {
    let workspace = try Workspace()
    try workspace.write(Self.problem, to: "p.yaml")
    let found = try workspace.pipeloom("search", "p.yaml", "--iterations", "400", "-o", "s.json")
    #expect(found.status == 0 && found.errors.isEmpty, "\(found.errors)")
    #expect(found.text.contains("25 % of the stages skipped"))
    let check = try workspace.pipeloom("check", "s.json")
    #expect(check.status == 0, "\(check.text)")
  }

  @Test("and a check names a route that breaks a rule")
  func check() throws {
    let workspace = try Workspace()
    try workspace.write(Self.problem, to: "p.yaml")
    _ = try workspace.pipeloom("search", "p.yaml", "--iterations", "10", "-o", "s.json")
    let damaged = try workspace.text("s.json")
      .replacingOccurrences(of: "\"visitsPerDevice\": [4, 4, 4, 4, 4, 4, 4]", with: "\"maxSkips\": 0")
      .replacingOccurrences(of: "\"visitsPerStage\": \"balanced\"", with: "\"visitsPerDevice\": 2")
    try workspace.write(damaged, to: "d.json")
    let check = try workspace.pipeloom("check", "d.json")
    #expect(check.status == 1)
    #expect(check.text.contains("stage 1 is visited 4 times, but the rules ask for 6"), "\(check.text)")
    #expect(check.text.contains("device 0: is visited 3 times, over its 2"), "\(check.text)")
  }

  @Test("and refuses limits that leave no room, with what would do")
  func refusal() throws {
    let workspace = try Workspace()
    let text = Self.problem.replacingOccurrences(of: "visitsPerDevice: 4", with: "visitsPerDevice: 3")
    try workspace.write(text, to: "p.yaml")
    let found = try workspace.pipeloom("search", "p.yaml", "-o", "s.json")
    #expect(found.status == 65)
    #expect(!workspace.exists("s.json"))
    // Stage 3 has one device and a third of the 12 visits after the first.
    #expect(
      found.errors
        == "pipeloom: p.yaml: skipReorder: expected limits that leave room for all 18 visits, found none for 1 of "
        + "them; it is enough to change visitsPerDevice by 1 or stagesPerMicrobatch by -1\n")
    let other = try workspace.pipeloom("generate", "1f1b", "p.yaml")
    #expect(
      other.errors
        == "pipeloom: p.yaml: expected routes, found none where devices are to be chosen: search chooses routes\n"
    )
  }

  @Test("and warns of figures that look like slips")
  func warning() throws {
    let workspace = try Workspace()
    let text = Self.problem.replacingOccurrences(of: "speed: [1,", with: "speed: [1000,")
    try workspace.write(text, to: "p.yaml")
    let found = try workspace.pipeloom("search", "p.yaml", "--iterations", "10")
    #expect(found.status == 0)
    #expect(
      found.errors == "pipeloom: warning: p.yaml: device 0 has speed 1000, most have 1: a slip?\n")
  }

  @Test("and the devices of stages where only their numbers are given")
  func placement() throws {
    let workspace = try Workspace()
    let text = Self.problem.replacingOccurrences(
      of: "placement: [[0, 1], [2, 3], [4, 5], 6, [0, 1]]", with: "placement: {devicesPerStage: [2, 2, 2, 1]}"
    )
    try workspace.write(text, to: "p.yaml")
    let arguments = ["search", "p.yaml", "--iterations", "600", "--seed", "3", "-o"]
    let found = try workspace.pipeloom(arguments + ["s.json"])
    #expect(found.status == 0 && found.errors.isEmpty, "\(found.errors)")
    #expect(found.text.contains("Devices chosen by local search: stage 0 on "))
    #expect(found.text.contains("The bound is that of this placement."))
    try workspace.pipeloom("check", "s.json").expectSuccess()
    try workspace.pipeloom(arguments + ["t.json"]).expectSuccess()
    #expect(try workspace.text("s.json") == workspace.text("t.json"))
    try workspace.pipeloom("generate", "1f1b", "p.yaml")
      .expectRefusal(Status.badInput, naming: ["p.yaml: expected routes"])
    #expect(try workspace.pipeloom("search", "p.yaml", "--prove").status == 64)
  }

  @Test("and proves them best, or tells how far the proof came")
  func prove() throws {
    let workspace = try Workspace()
    try workspace.write(Self.problem, to: "p.yaml")
    let outcome = try workspace.pipeloom(
      "search", "p.yaml", "--prove", "--iterations", "200", "--time-limit", "1", "-o", "s.json")
    outcome.expectSuccess()
    #expect(outcome.text.contains("roved"))
    try workspace.pipeloom("check", "s.json").expectSuccess()
    #expect(try workspace.pipeloom("search", "p.yaml", "--prove", "--sweep-skips").status == 64)
  }

  @Test("and takes no limit of memory from elsewhere")
  func memoryLimit() throws {
    let workspace = try Workspace()
    try workspace.write(Self.problem, to: "p.yaml")
    #expect(try workspace.pipeloom("search", "p.yaml", "--memory-limit", "2").status == 64)
  }

  @Test("and tells what skipping saves against the full pipeline")
  func sweep() throws {
    let workspace = try Workspace()
    try workspace.write(Self.problem, to: "p.yaml")
    let outcome = try workspace.pipeloom(
      "search", "p.yaml", "--sweep-skips", "--iterations", "200", "--json")
    #expect(outcome.status == 0, "\(outcome.errors)")
    let lines = try #require(
      JSONSerialization.jsonObject(with: Data(outcome.text.utf8)) as? [[String: Any]])
    #expect(lines.compactMap { $0["stagesPerMicrobatch"] as? Int } == [4, 3, 2, 1])
    #expect(lines[0]["saved"] as? Double == 0)
    #expect(lines[0]["trained"] as? [Double] == [1, 1, 1, 1])
    // Six microbatches all meet the one device of stage 3, which may have 4 visits.
    #expect(lines[0]["addedVisitsPerDevice"] as? Int == 2)
    #expect(try workspace.pipeloom("search", "uniform-4x8", "--sweep-skips").status == 64)
  }

  @Test("refuse rules that allow too many orders of stages, in place of laying them all out")
  func manyOrders() throws {
    let workspace = try Workspace()
    let hosts = (0..<32).map { "[\($0)]" }.joined(separator: ", ")
    try workspace.write(
      """
      pipeloom: problem/1
      devices: 32
      microbatches: 8
      placement: [\(hosts)]
      skipReorder: {stagesPerMicrobatch: 24, maxSwaps: 16, maxSwapDistance: 12}
      stages:
        - {repeat: 32, forward: 1, backwardInput: 1, backwardWeight: 1}
      """, to: "p.yaml")
    try workspace.pipeloom("search", "p.yaml", "--iterations", "1")
      .expectRefusal(Status.badInput, naming: ["p.yaml", "fewer orders of stages"])
  }
}
