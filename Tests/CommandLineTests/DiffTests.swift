import Foundation
import Testing

/// `pipeloom diff A B`: what two schedules do differently.
@Suite("pipeloom diff")
struct DiffTests {
  private let workspace: Workspace

  init() throws { workspace = try Workspace() }

  @Test("Finds exactly two neighbours that have changed places, and draws them")
  func swapped() throws {
    try workspace.generate("zb-h1", "uniform-4x8", to: "a.json")
    var file = try #require(
      try JSONSerialization.jsonObject(with: workspace.data("a.json")) as? [String: Any])
    var devices = try #require(file["devices"] as? [[String: Any]])
    var operations = try #require(devices[2]["operations"] as? [[String: Any]])
    let ops = operations.map { $0["op"] as? String }
    // A W and the F behind it can change places.
    let place = try #require(zip(ops, ops.dropFirst()).enumerated().first { $1 == ("W", "F") }?.offset)
    operations.swapAt(place, place + 1)
    devices[2]["operations"] = operations.map { $0.filter { !["start", "end"].contains($0.key) } }
    for index in [0, 1, 3] {
      let others = devices[index]["operations"] as? [[String: Any]] ?? []
      devices[index]["operations"] = others.map { $0.filter { !["start", "end"].contains($0.key) } }
    }
    file["devices"] = devices
    file["summary"] = nil
    try workspace.write(JSONSerialization.data(withJSONObject: file), to: "b.json")
    let outcome = try workspace.pipeloom("diff", "a.json", "b.json", "--json", "-o", "d.svg")
    outcome.expectSuccess()
    let report = try outcome.object()
    let moved = try #require(report["moved"] as? [[String: Any]])
    #expect(moved.map { $0["op"] as? String } == ["W", "F"])
    #expect(moved.allSatisfy { $0["device"] as? Int == 2 })
    #expect(moved.map { $0["positionA"] as? Int } == [place, place + 1])
    #expect(moved.map { $0["positionB"] as? Int } == [place + 1, place])
    let lines = try #require(report["devices"] as? [[String: Any]])
    #expect(lines.map { $0["device"] as? Int } == [0, 1, 2, 3])
    for index in [0, 1, 3] { #expect(lines[index]["firstDifference"] is NSNull) }
    let first = try #require(lines[2]["firstDifference"] as? [String: Any])
    #expect(first["position"] as? Int == place)
    #expect((first["a"] as? [String: Any])?["op"] as? String == "W")
    #expect((first["b"] as? [String: Any])?["op"] as? String == "F")
    let drawing = try workspace.text("d.svg")
    #expect(drawing.contains("moved"))
    #expect(
      drawing.split(separator: "class=\"").count { $0.contains(" moved\"") && $0.hasPrefix("node op") } == 4)
    let text = try workspace.pipeloom("diff", "a.json", "b.json")
    text.expectSuccess()
    #expect(text.text.contains("2 operations moved"))
  }

  @Test("Finds nothing in a schedule and itself")
  func same() throws {
    try workspace.generate("v-half", "uniform-4x8", "--chunks", "2", to: "a.json")
    let outcome = try workspace.pipeloom("diff", "a.json", "a.json")
    outcome.expectSuccess()
    #expect(outcome.text.contains("The orders are the same; 0 operations at other times."))
    let report = try workspace.pipeloom("diff", "a.json", "a.json", "--json").object()
    #expect((report["moved"] as? [Any])?.isEmpty == true)
  }

  @Test("Tells what one schedule has alone, and the figures of both")
  func others() throws {
    try workspace.generate("1f1b", "uniform-4x8", to: "a.json")
    try workspace.generate("zb-h1", "uniform-4x8", to: "b.json")
    let report = try workspace.pipeloom("diff", "a.json", "b.json", "--json").object()
    // Every BW is a B and a W in the other.
    #expect((report["onlyInA"] as? [Any])?.count == 32)
    #expect((report["onlyInB"] as? [Any])?.count == 64)
    for side in ["a", "b"] {
      let figures = try #require(report[side] as? [String: Any])
      #expect(figures["summary"] != nil && figures["idleByCause"] != nil && figures["title"] != nil)
    }
    let text = try workspace.pipeloom("diff", "a.json", "b.json").text
    #expect(text.contains("A: 1F1B · a.json") && text.contains("B: ZB-H1 · b.json"))
  }
}
