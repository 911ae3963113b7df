import Foundation
import Testing

/// `simulate --explain`: what devices wait for.
@Suite("pipeloom simulate --explain")
struct ExplainTests {
  private let workspace: Workspace
  private static let causes: Set<String> = ["data", "memory", "link", "gap", "barrier", "nothingLeft"]

  init() throws { workspace = try Workspace() }

  @Test(
    "Every gap has its cause, and causes sum to the idle time",
    arguments: [["zb-h1", "zero-bubble-1.5b"], ["1f1b", "uneven-ends-8x24"], ["gpipe", "uniform-4x8"]])
  func sums(arguments: [String]) throws {
    try workspace.generate(arguments[0], arguments[1], to: "s.json")
    let outcome = try workspace.pipeloom("simulate", "s.json", "--explain", "--json")
    outcome.expectSuccess()
    let report = try outcome.object()
    let gaps = try #require(report["gaps"] as? [[String: Any]])
    let byCause = try #require(report["idleByCause"] as? [String: Double])
    #expect(Set(byCause.keys) == Self.causes)
    let makespan = try #require((report["summary"] as? [String: Any])?["makespan"] as? Double)
    let devices = try #require(report["devices"] as? [[String: Any]])
    let idle = devices.reduce(0) { $0 + ($1["idle"] as? Double ?? .nan) * makespan }
    #expect(abs(byCause.values.reduce(0, +) - idle) < 1e-9 * idle)
    var sums: [String: Double] = [:]
    for gap in gaps {
      #expect(Set(gap.keys) == ["device", "start", "end", "cause", "waitsFor"])
      let (start, end) = (gap["start"] as? Double ?? .nan, gap["end"] as? Double ?? .nan)
      let cause = try #require(gap["cause"] as? String)
      sums[cause, default: 0] += end - start
      if let awaited = gap["waitsFor"] as? [String: Any] {
        #expect(Set(awaited.keys) == ["op", "stage", "microbatch", "device"])
      } else {
        #expect(cause == "nothingLeft")
      }
    }
    for (cause, sum) in byCause { #expect(abs(sum - sums[cause, default: 0]) < 1e-9 * max(1, sum)) }
  }

  @Test("A person reads the sums, the longest wait of each cause, and the devices; nobody else does")
  func text() throws {
    try workspace.generate("gpipe", "--devices", "2", "--microbatches", "1", to: "s.json")
    let outcome = try workspace.pipeloom("simulate", "s.json", "--explain")
    outcome.expectSuccess()
    // F until 1, F until 2, BW until 4, BW until 6.
    #expect(
      outcome.text.contains(
        """
          Idle: 6 of all devices' time, 50 % of it
          waits for    time    share  longest
          data            4  66.67 %  device 0, 1 to 4: BW(stage 0, microbatch 0) waits for BW(stage 1, microbatch 0) on device 1
          nothingLeft     2  33.33 %  device 1, 4 to 6

          device  data  nothingLeft  idle time
               0     3            0          3
               1     1            2          3

        """))
    let plain = try workspace.pipeloom("simulate", "s.json", "--json").object()
    #expect(plain["gaps"] == nil && plain["idleByCause"] == nil)
    #expect(try !workspace.pipeloom("simulate", "s.json").text.contains("waits for"))
  }
}
