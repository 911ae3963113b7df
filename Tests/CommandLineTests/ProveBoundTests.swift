import Foundation
import Testing

/// `check --prove-bound`: what becomes of stated bounds.
@Suite("pipeloom check --prove-bound")
struct ProveBoundTests {
  private let workspace: Workspace

  init() throws { workspace = try Workspace() }

  /// Writes a schedule whose certificate states another bound, with the gap and the optimality that follow from it.
  private func forge(_ bound: Double, of value: Double, in name: String, to forged: String) throws {
    let text = try workspace.text(name)
    let start = try #require(text.range(of: "\"lowerBound\": "))
    let end = try #require(text.range(of: "\"optimal\": true") ?? text.range(of: "\"optimal\": false"))
    let certificate =
      "\"lowerBound\": \(bound),\n    \"gap\": \(1 - bound / value),\n    \"optimal\": \(bound == value)"
    try workspace.write(
      text.replacingCharacters(in: start.lowerBound..<end.upperBound, with: certificate), to: forged)
  }

  @Test("A true bound is proved, and said to be stated where nobody asks")
  func honest() throws {
    // F of every stage before the last, its 24 of work: 27.
    try workspace.generate("gpipe", "uniform-4x8", to: "s.json")
    let plain = try workspace.pipeloom("check", "s.json")
    plain.expectSuccess()
    #expect(plain.text.hasSuffix("summary verified; bound: stated, not proved here\n"))
    let proved = try workspace.pipeloom("check", "s.json", "--prove-bound")
    proved.expectSuccess()
    #expect(
      proved.text.hasSuffix(
        "summary verified\ns.json: bound of 27 proved: device 3: work arrives after 3, then 24 of work\n"
      ), "\(proved.text)")
    let report = try workspace.pipeloom("check", "s.json", "--prove-bound", "--json").object()
    let bound = try #require(report["bound"] as? [String: Any])
    #expect(Set(bound.keys) == ["objective", "stated", "proved", "argument"])
    #expect(bound["stated"] as? Double == 27 && bound["proved"] as? Double == 27)
  }

  @Test("A forged one passes the checker alone, and is refuted by a shorter schedule")
  func forged() throws {
    try workspace.generate("gpipe", "uniform-4x8", to: "s.json")
    try forge(33, of: 33, in: "s.json", to: "forged.json")
    try workspace.pipeloom("check", "forged.json").expectSuccess()
    let outcome = try workspace.pipeloom("check", "forged.json", "--prove-bound")
    outcome.expect(Status.violations)
    #expect(outcome.text.hasPrefix("lowerBound is recorded as 33, but a schedule of "))
    #expect(outcome.text.hasSuffix(" exists\nforged.json: 1 violation\n"))
  }

  @Test("What cannot be proved is a violation, with what can")
  func unproved() throws {
    // Branch and bound does not look at pieces of sequences.
    try workspace.generate("seq1f1b", "uniform-4x8", "--pieces", "2", to: "s.json")
    let value = try #require(
      try workspace.pipeloom("simulate", "s.json", "--json").object()["summary"] as? [String: Any])[
        "makespan"]
    let makespan = try #require(value as? Double)
    try forge(makespan, of: makespan, in: "s.json", to: "forged.json")
    let outcome = try workspace.pipeloom("check", "forged.json", "--prove-bound")
    outcome.expect(Status.violations)
    #expect(outcome.text.contains("which is not proved: "), "\(outcome.text)")
  }

  @Test("A bound that branch and bound has raised is proved in the same way")
  func raised() throws {
    // The study's vD3M6ur50, whose least makespan is 50: bounds alone leave it open.
    try workspace.write(
      """
      pipeloom: problem/1
      devices: 3
      memoryLimit: 6
      microbatches: 6
      placement: v
      stages:
        - {repeat: 6, forward: 1, backwardInput: 1, backwardWeight: 1, activationForB: 2, activationForW: 1}
      """, to: "p.yaml")
    let search = try workspace.pipeloom("search", "p.yaml", "--iterations", "0", "--prove", "-o", "s.json")
    search.expectSuccess()
    #expect(search.text.contains("Proved optimal"))
    let outcome = try workspace.pipeloom("check", "s.json", "--prove-bound")
    outcome.expectSuccess()
    #expect(outcome.text.contains("bound of 50 proved: "))
  }

  @Test("A bound for any routes is proved of the routes in the file")
  func routes() throws {
    try workspace.write(
      """
      pipeloom: problem/1
      devices: 5
      microbatches: [{origin: 0}, {origin: 0}, {origin: 3}, {origin: 3}]
      placement: [[0, 3], [1, 4], [2]]
      skipReorder: {stagesPerMicrobatch: 3}
      stages:
        - {repeat: 3, forward: 1, backwardInput: 1, backwardWeight: 1}
      """, to: "p.yaml")
    // Two forwards, then all work of the last stage: 4 x 3.
    let found = try workspace.pipeloom("search", "p.yaml", "--iterations", "2000", "-o", "s.json")
    #expect(found.text.contains("lowerBound         14    optimal: gap 0"), "\(found.text)")
    let outcome = try workspace.pipeloom("check", "s.json", "--prove-bound")
    outcome.expectSuccess()
    #expect(outcome.text.contains("bound of 14 proved: "))
  }

  @Test("Without a bound there is nothing to prove")
  func none() throws {
    try workspace.generate("gpipe", "uniform-4x8", to: "s.json")
    let text = try workspace.text("s.json")
    let start = try #require(text.range(of: ",\n    \"objective\""))
    let end = try #require(text.range(of: "\"optimal\": false"))
    try workspace.write(
      text.replacingCharacters(in: start.lowerBound..<end.upperBound, with: ""), to: "none.json")
    let plain = try workspace.pipeloom("check", "none.json")
    plain.expectSuccess()
    #expect(plain.text.hasSuffix("summary verified\n"))
    let outcome = try workspace.pipeloom("check", "none.json", "--prove-bound")
    outcome.expectSuccess()
    #expect(outcome.text.hasSuffix("none.json: no bound is stated\n"))
  }

  @Test("A time limit is for the proof")
  func usage() throws {
    try workspace.pipeloom("check", "s.json", "--time-limit", "1")
      .expectUsage(naming: ["--time-limit: expected --prove-bound with it"])
  }
}
