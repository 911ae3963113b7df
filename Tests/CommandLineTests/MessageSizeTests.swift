import Foundation
import TestSupport
import Testing

/// `bytes` of stages and layers, through the program.
@Suite("Sizes of messages by stage")
struct MessageSizeTests {
  private static func chain(_ sizes: [String], communication: String) -> String {
    """
    pipeloom: problem/1
    devices: 3
    microbatches: 1
    communication: \(communication)
    stages:
    \(sizes.map { "  - {forward: 1, backwardInput: 1, backwardWeight: 1\($0)}" }.joined(separator: "\n"))
    """
  }

  private static let links = "{latency: 0.5, bandwidth: 2, bytes: 4}"

  /// One microbatch goes there and back: 3 F, 3 B, the last W and, over each boundary twice, latency + bytes / bandwidth:
  /// 7 + 4 x 2.5, 7 + 2 x 1 + 2 x 2.5, 7 + 2 x 0.5 + 2 x 5.
  @Test(
    "A boundary takes latency + its own bytes / bandwidth, there and back",
    arguments: [
      (["", "", ""], 17.0), ([", bytes: 1", "", ""], 14.0),
      ([", bytes: 0", ", bytes: 9", ", bytes: 100"], 18.0),
    ])
  func boundaries(_ sizes: [String], _ makespan: Double) throws {
    let workspace = try Workspace()
    try workspace.write(Self.chain(sizes, communication: Self.links), to: "p.yaml")
    try workspace.pipeloom("generate", "zb-h1", "p.yaml", "-o", "s.json").expectSuccess()
    try workspace.pipeloom("check", "s.json").expectSuccess()
    let found = try workspace.pipeloom("search", "p.yaml", "--json").object()
    let summary = try #require(found["summary"] as? [String: Any])
    let value = summary["makespan"] as? Double
    let bound = summary["lowerBound"] as? Double
    #expect(value == makespan)
    #expect(bound == makespan)
    let generated = try workspace.pipeloom("simulate", "s.json", "--json").object()
    let other = try #require(generated["summary"] as? [String: Any])["makespan"] as? Double
    #expect(other == makespan)
  }

  @Test("Layers are cut where little crosses")
  func layers() throws {
    let workspace = try Workspace()
    try workspace.write(
      """
      pipeloom: problem/1
      devices: 2
      microbatches: 1
      communication: {latency: 0, bandwidth: 1, bytes: 5}
      layers:
        - {forward: 1, backwardInput: 1, backwardWeight: 1}
        - {forward: 1, backwardInput: 1, backwardWeight: 1, bytes: 7}
        - {forward: 1, backwardInput: 1, backwardWeight: 1, bytes: 0.5}
        - {forward: 1, backwardInput: 1, backwardWeight: 1}
      """, to: "p.yaml")
    let found = try workspace.pipeloom("search", "p.yaml", "--prove", "--json", "-o", "s.json").object()
    let summary = try #require(found["summary"] as? [String: Any])
    // 3 + 1 layers: 4 F, 4 B, 0.5 there and back, and the W of the first device's three layers.
    let makespan = summary["makespan"] as? Double
    #expect(makespan == 12)
    #expect(summary["gap"] as? Double == 0)
    try workspace.pipeloom("check", "s.json", "--prove-bound").expectSuccess()
  }

  @Test(
    "What has no bandwidth has no sizes, and routes are chosen for one size",
    arguments: [
      (chain(["", ", bytes: 1", ""], communication: "0.5"), "stages[1].bytes", "bandwidth"),
      (chain(["", "", ", bytes: -1"], communication: links), "stages[2].bytes", "-1"),
      (
        chain(["", ", bytes: 3", ""], communication: links)
          + "\nplacement: [[0], [0, 1], [1]]\n", "stages[1].bytes", "routes"
      ),
      (
        chain([", bytes: 3", "", ""], communication: links)
          + "\ntasks:\n  - {name: step, per: device, devices: [0], time: 1}\n", "stages[0].bytes", "tasks"
      ),
    ])
  func refusals(_ text: String, _ key: String, _ reason: String) throws {
    let workspace = try Workspace()
    try workspace.write(text, to: "p.yaml")
    let run = try workspace.pipeloom("search", "p.yaml")
    run.expectRefusal(Status.badInput, naming: [key, reason])
  }
}
