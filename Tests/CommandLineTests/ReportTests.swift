import Foundation
import Testing

/// `pipeloom report`: one page of HTML. `Tests/Report` uses it in a browser.
@Suite("pipeloom report")
struct ReportTests {
  private let workspace: Workspace

  init() throws { workspace = try Workspace() }

  private func page(_ arguments: String...) throws -> String {
    try workspace.pipeloom(["report"] + arguments + ["-o", "r.html"]).expectSuccess()
    return try workspace.text("r.html")
  }

  /// What the page's script reads.
  private func data(of page: String) throws -> [[String: Any]] {
    let start = try #require(page.range(of: "id=\"data\">"))
    let end = try #require(page.range(of: "</script>", range: start.upperBound..<page.endIndex))
    let object = try JSONSerialization.jsonObject(with: Data(page[start.upperBound..<end.lowerBound].utf8))
    return try #require((object as? [String: Any])?["schedules"] as? [[String: Any]])
  }

  private func column<Number: BitwiseCopyable>(_ value: Any?, of type: Number.Type) throws -> [Number] {
    let bytes = try #require((value as? String).flatMap { Data(base64Encoded: $0) })
    return bytes.withUnsafeBytes { buffer in
      (0..<bytes.count / MemoryLayout<Number>.size).map {
        buffer.loadUnaligned(fromByteOffset: $0 * MemoryLayout<Number>.size, as: Number.self)
      }
    }
  }

  @Test("the page needs nothing else, and says in words what is proved")
  func page() throws {
    try workspace.generate("1f1b", "uniform-4x8", to: "a.json")
    try workspace.generate("zb-h1", "uniform-4x8", to: "b.json")
    let page = try page("a.json", "b.json", "--title", "Two")
    #expect(page.hasPrefix("<!doctype html>") && page.contains("<title>Two</title>"))
    for word in ["http:", "https:", "src=", "@import", "url("] { #expect(!page.contains(word), "\(word)") }
    #expect(page.contains("default-src 'none'"))
    // (m + p - 1)(F + B + W), and the bound 3 F + m (F + B + W).
    #expect(page.contains("No schedule of this problem has a makespan below 27; this one takes 33"))
    #expect(page.contains("which is what this one takes: it is optimal."))
    #expect(page.components(separatedBy: "<svg").count == 3)
    #expect(page.components(separatedBy: "<section>").count == 3)
  }

  @Test("operations, memory and gaps of the page are those of the schedule")
  func columns() throws {
    try workspace.generate(
      "zb-h1", "uniform-4x8", "--communication", "0.5", "--memory-limit", "9", to: "a.json")
    let schedule = try #require(data(of: page("a.json")).first)
    let file = try #require(
      try JSONSerialization.jsonObject(with: workspace.data("a.json")) as? [String: Any])
    let devices = try #require(file["devices"] as? [[String: Any]])
    let operations = devices.flatMap { ($0["operations"] as? [[String: Any]]) ?? [] }
    #expect(try column(schedule["start"], of: Double.self) == operations.map { $0["start"] as? Double })
    #expect(try column(schedule["end"], of: Double.self) == operations.map { $0["end"] as? Double })
    #expect(
      try column(schedule["microbatch"], of: UInt16.self).map(Int.init)
        == operations.map { $0["microbatch"] as? Int })
    #expect(
      try column(schedule["stage"], of: UInt16.self).map(Int.init) == operations.map { $0["stage"] as? Int })
    let memory = try #require(schedule["memory"] as? [String: Any])
    let levels = try column(memory["level"], of: Float.self)
    let summary = try #require(file["summary"] as? [String: Any])
    let bounds = try #require(memory["bounds"] as? [Int])
    for (device, peak) in try #require(summary["peakMemory"] as? [Double]).enumerated() {
      #expect(levels[bounds[device]..<bounds[device + 1]].max() == Float(peak))
    }
    #expect((schedule["devices"] as? [[String: Any]])?.map { $0["limit"] as? Double } == [9, 9, 9, 9])

    let explained = try workspace.pipeloom("simulate", "a.json", "--explain", "--json").object()
    let gaps = try #require(explained["gaps"] as? [[String: Any]])
    let written = try #require(schedule["gaps"] as? [String: Any])
    #expect(try column(written["start"], of: Double.self) == gaps.map { $0["start"] as? Double })
    #expect(try column(written["end"], of: Double.self) == gaps.map { $0["end"] as? Double })
    let causes = ["data", "memory", "link", "gap", "barrier", "nothingLeft"]
    #expect(
      try column(written["cause"], of: UInt8.self).map { causes[Int($0)] }
        == gaps.map { $0["cause"] as? String })
    let awaited = gaps.map { $0["waitsFor"] as? [String: Any] }
    #expect(try column(written["kind"], of: UInt8.self).map { $0 == 0xFF } == awaited.map { $0 == nil })
    let awaitedDevices = try column(written["device"], of: UInt16.self)
    for (device, operation) in zip(awaitedDevices, awaited) where operation != nil {
      #expect(Int(device) == operation?["device"] as? Int)
    }
  }

  @Test("a better bound of the file is told as the file's")
  func statedBound() throws {
    try workspace.generate("1f1b", "uniform-4x8", to: "a.json")
    let text = try workspace.text("a.json")
    let better = text.replacingOccurrences(of: "\"lowerBound\": 27", with: "\"lowerBound\": 30")
    #expect(better != text)
    try workspace.write(better, to: "a.json")
    let page = try page("a.json")
    #expect(page.contains("The file states: no schedule of this problem has a makespan below 30"))
    #expect(page.contains("pipeloom check --prove-bound does."))
  }

  @Test("names are text, and no part of the page")
  func hostileNames() throws {
    let name = "</script><script>alert(1)</script><!-- \\u003c & \\\" '"
    try workspace.write(
      "{\"pipeloom\": \"problem/1\", \"name\": \"\(name)\", \"units\": {\"time\": \"<i>s\", \"memory\": \"&\"}, \"devices\": 2, "
        + "\"microbatches\": 2, \"stages\": [{\"repeat\": 2, \"forward\": 1, \"backwardInput\": 1, \"backwardWeight\": 1}]}",
      to: "p.json")
    try workspace.generate("gpipe", "p.json", to: "a.json")
    let page = try page("a.json", "--title", "<img onerror=x>")
    #expect(!page.contains("<script>alert") && !page.contains("<img") && !page.contains("<i>s"))
    #expect(page.contains("&lt;img onerror=x&gt;"))
    #expect(page.components(separatedBy: "</script>").count == 3)
    #expect(try data(of: page)[0]["timeUnit"] as? String == "<i>s")
  }

  @Test("a page of 49,152 operations has at most 4 MB")
  func large() throws {
    try workspace.generate("zb-h1", "--devices", "64", "--microbatches", "256", to: "a.json")
    #expect(try page("a.json").utf8.count < 4_000_000)
  }

  @Test("what cannot be is refused")
  func refusals() throws {
    try workspace.generate("gpipe", "uniform-4x8", to: "a.json")
    try workspace.pipeloom("report", "a.json").expectUsage()
    try workspace.pipeloom("report", "-o", "r.html").expectUsage()
    try workspace.pipeloom("report", "none.json", "-o", "r.html")
      .expectRefusal(Status.missingInput, naming: ["none.json"])
    try workspace.pipeloom("report", "a.json", "-o", "none/r.html")
      .expectRefusal(Status.inputOutput, naming: ["none/r.html"])
    #expect(!workspace.exists("r.html"))
    let printed = try workspace.pipeloom("report", "a.json", "-o", "-")
    printed.expectSuccess()
    #expect(printed.text.hasPrefix("<!doctype html>"))
  }
}
