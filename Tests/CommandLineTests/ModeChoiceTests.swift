import Foundation
import Testing

/// Modes of stages through the built program.
@Suite("Choices of modes")
struct ModeChoiceTests {
  /// Two devices, three microbatches. The least makespans by mode were proved with CP-SAT (OR-tools 9.15, 2026-11-25) over
  /// all orders and modes: 75 in mode 0, 60 with one name, 57 with one mode per stage, 55 with one per microbatch.
  private static let recompute = """
    pipeloom: problem/1
    devices: 2
    microbatches: 3
    memoryLimit: [10, 12]
    communication: 2
    stages:
      - {forward: 5, backwardInput: 6, backwardWeight: 3, activationForB: 6, activationForW: 2, static: 2,
         modes: [{name: full, recompute: 5, checkpoint: 1}]}
      - {forward: 4, backwardInput: 5, backwardWeight: 3, activationForB: 7, activationForW: 2, static: 3,
         modes: [{name: full, recompute: 4, checkpoint: 1}]}

    """
  /// Two devices, four microbatches, a host channel each way; found and proved in the same way: 120, 95, 90, 86.
  private static let offload = """
    pipeloom: problem/1
    devices: 2
    microbatches: 4
    memoryLimit: [7, 6]
    communication: 2
    host: {bandwidth: 1}
    stages:
      - {forward: 6, backwardInput: 6, backwardWeight: 4, activationForB: 5, activationForW: 2, static: 1,
         modes: [{name: full, recompute: 6, checkpoint: 1}, {name: host, offload: 4}]}
      - {forward: 5, backwardInput: 5, backwardWeight: 3, activationForB: 5, activationForW: 2,
         modes: [{name: full, recompute: 5, checkpoint: 1}, {name: host, offload: 3}]}

    """

  private let workspace: Workspace

  init() throws { workspace = try Workspace() }

  @Test(
    "A search finds the least makespan of every way to choose modes",
    arguments: [
      (recompute, ["--modes", "plain"], 75.0), (recompute, ["--modes-per", "problem"], 60),
      (recompute, [String](), 57), (recompute, ["--modes-per", "microbatch"], 55),
      (offload, ["--modes", "plain"], 120), (offload, ["--modes-per", "problem"], 95),
      (offload, [String](), 90), (offload, ["--modes-per", "microbatch"], 86),
    ] as [(String, [String], Double)])
  func optima(problem: String, flags: [String], optimum: Double) throws {
    try workspace.write(problem, to: "p.yaml")
    try workspace.pipeloom(["search", "p.yaml", "--iterations", "60000", "-o", "s.json"] + flags)
      .expectSuccess()
    let text = try workspace.text("s.json")
    let summary = try #require(
      (try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])?["summary"]
        as? [String: Any])
    #expect(summary["makespan"] as? Double == optimum)
    #expect((summary["lowerBound"] as? Double ?? .infinity) <= optimum)
    try workspace.pipeloom("check", "s.json").expectSuccess()
    try workspace.pipeloom("simulate", "s.json").expectSuccess()
    try workspace.pipeloom("render", "s.json", "-o", "s.svg").expectSuccess()
  }

  @Test("A search tells which stage runs in which mode, and the file tells it of every F")
  func told() throws {
    try workspace.write(Self.recompute, to: "p.yaml")
    let found = try workspace.pipeloom("search", "p.yaml", "--iterations", "20000", "-o", "s.json")
    found.expectSuccess()
    #expect(found.text.contains("Modes: ") && found.text.contains("full on stage"), "\(found.text)")
    let text = try workspace.text("s.json")
    #expect(text.contains(#""op": "R""#) && text.contains(#""mode": "full""#))
    // Without its R a backward pass has nothing to read, and an R that no mode asks for is one too many.
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    let without = lines.filter { !$0.contains(#""op": "R""#) }.joined(separator: "\n")
    try workspace.write(without, to: "missing.json")
    try workspace.pipeloom("check", "missing.json").expect(Status.violations)
    try workspace.write(text.replacingOccurrences(of: #", "mode": "full""#, with: ""), to: "extra.json")
    try workspace.pipeloom("check", "extra.json").expect(Status.violations)
    try workspace.write(
      text.replacingOccurrences(of: #""mode": "full""#, with: #""mode": "half""#), to: "other.json")
    let other = try workspace.pipeloom("check", "other.json")
    #expect(other.status == 65 && other.errors.contains("plain, full"), "\(other.errors)")
  }

  @Test("A family runs in a mode by name, and a name that stages lack is refused with those they have")
  func fixed() throws {
    try workspace.write(Self.recompute, to: "p.yaml")
    try workspace.pipeloom("generate", "1f1b", "p.yaml", "--modes", "full", "-o", "s.json").expectSuccess()
    #expect(try workspace.text("s.json").contains(#""op": "R""#))
    try workspace.pipeloom("check", "s.json").expectSuccess()
    let half = try workspace.pipeloom("search", "p.yaml", "--modes", "half")
    #expect(half.status == 65 && half.errors.contains("plain, full"), "\(half.errors)")
    let both = try workspace.pipeloom("search", "p.yaml", "--modes", "full", "--modes-per", "stage")
    #expect(both.status == 64 && both.errors.contains("--modes-per"), "\(both.errors)")
    let none = try workspace.pipeloom("search", "--devices", "2", "--microbatches", "2", "--modes", "full")
    #expect(none.status == 65 && none.errors.contains("stages have modes"), "\(none.errors)")
    let extent = try workspace.pipeloom("search", "p.yaml", "--modes-per", "device")
    #expect(extent.status == 64 && extent.errors.contains("device"), "\(extent.errors)")
  }

  @Test("Where mode 0 does not fit, other modes do, and where none does, the least limit that would is told")
  func tight() throws {
    let tight = Self.recompute
      .replacingOccurrences(of: "[10, 12]", with: "[6, 12]")
      .replacingOccurrences(
        of: "{name: full, recompute: 5, checkpoint: 1}",
        with: "{name: folded, backwardInput: 12, checkpoint: 1, activationForB: 3}")
    try workspace.write(tight, to: "p.yaml")
    let found = try workspace.pipeloom("search", "p.yaml", "--iterations", "4000", "-o", "s.json")
    found.expectSuccess()
    #expect(found.text.contains("folded on stage 0"), "\(found.text)")
    let plain = try workspace.pipeloom("search", "p.yaml", "--modes", "plain")
    #expect(plain.status == 65 && plain.errors.contains("at least 8"), "\(plain.errors)")
    try workspace.write(tight.replacingOccurrences(of: "[6, 12]", with: "[4, 12]"), to: "less.yaml")
    let none = try workspace.pipeloom("search", "less.yaml")
    #expect(none.status == 65 && none.errors.contains("at least 5"), "\(none.errors)")
  }

  @Test("A sweep of limits tells what each costs, and in which modes")
  func sweep() throws {
    try workspace.write(Self.recompute, to: "p.yaml")
    let sweep = try workspace.pipeloom(
      "search", "p.yaml", "--sweep-memory", "0.7x:1x:0.1x", "--iterations", "6000")
    sweep.expectSuccess()
    #expect(sweep.text.contains("less costs") && sweep.text.contains("full on stage"), "\(sweep.text)")
    let json = try workspace.pipeloom(
      "search", "p.yaml", "--sweep-memory", "0.7x:1x:0.1x", "--iterations", "6000", "--json")
    json.expectSuccess()
    #expect(json.text.contains(#""mode""#) && json.text.contains(#""microbatches""#), "\(json.text)")
  }
}
