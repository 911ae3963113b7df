import Foundation
import Testing

/// `communication: {serialise: uplink}` beside streams and tasks, through the built program.
@Suite("Messages and tasks on one uplink")
struct UplinkTests {
  /// Two devices, one microbatch: `F` and `B` take 1, a message 2 and half a unit more, and a task of 3 is sent first or last.
  private static func problem(_ task: String, serialise: String = "uplink") -> String {
    """
    pipeloom: problem/1
    devices: 2
    microbatches: 1
    stages: [{repeat: 2, forward: 1, backwardInput: 1, backwardWeight: 1}]
    communication: {latency: 0.5, bandwidth: 1, bytes: 2, serialise: \(serialise)}
    tasks: [\(task)]

    """
  }

  private let workspace: Workspace

  init() throws { workspace = try Workspace() }

  private func search(_ task: String) throws -> (value: Double?, bound: Double?) {
    try workspace.write(Self.problem(task), to: "p.yaml")
    try workspace.pipeloom("search", "p.yaml", "--iterations", "200", "-o", "s.json").expectSuccess()
    try workspace.pipeloom("check", "s.json").expectSuccess()
    let report = try workspace.pipeloom("simulate", "s.json", "--json").object()
    let summary = try #require(report["summary"] as? [String: Any])
    return (summary["makespan"] as? Double, summary["lowerBound"] as? Double)
  }

  @Test("tasks stand between messages, and messages wait for them")
  func shared() throws {
    // F ends at 1, its message at 3; 1F from 3.5 to 4.5, its B until 5.5, the gradient leaves until 7.5; 0B from 8 to 9, W.
    // Beside that the uplink of device 0 has time for the task.
    let beside = try search("{name: sync, devices: [0], stream: uplink, time: 3, needs: [0F]}")
    #expect(beside.value == 10 && beside.bound == 10)
    // What 0F waits for goes before its message.
    let before = try search("{name: fetch, devices: [0], stream: uplink, time: 3, feeds: [0F]}")
    #expect(before.value == 13 && before.bound == 13)
    // Device 1 has its gradient to send from 5.5 on, and W ends at 6.5: the reduction leaves behind it until 10.5.
    let behind = try search("{name: reduce, devices: [1], stream: uplink, time: 3, needs: [1W]}")
    #expect(behind.value == 10.5)
  }

  @Test("messages stand in the file by the stage that they are for, and are read back")
  func file() throws {
    _ = try search("{name: sync, devices: [0], stream: uplink, time: 3, needs: [0F]}")
    let text = try workspace.text("s.json")
    for line in [
      #"{"op": "F", "stage": 0, "microbatch": 0, "to": 1, "start": 1, "end": 3}"#,
      #"{"op": "B", "stage": 1, "microbatch": 0, "to": 0, "start": 5.5, "end": 7.5}"#,
      #""streams": ["compute", "uplink"]"#,
    ] { #expect(text.contains(line), "\(text)") }
    // A message that leaves before its pass has ended.
    try workspace.write(
      text.replacingOccurrences(
        of: #""to": 1, "start": 1, "end": 3"#, with: #""to": 1, "start": 0.5, "end": 2.5"#),
      to: "early.json")
    let early = try workspace.pipeloom("check", "early.json")
    early.expect(Status.violations)
    #expect(early.text.contains("F(stage 0, microbatch 0) to stage 1"), "\(early.text)")
    try workspace.write(text.replacingOccurrences(of: #""to": 1"#, with: #""to": 7"#), to: "unknown.json")
    try workspace.pipeloom("check", "unknown.json").expect(Status.violations)
  }

  @Test(
    "links that carry one message at a time stand beside no tasks, and programs know no order of messages")
  func refusals() throws {
    let task = "{name: sync, devices: [0], time: 1, needs: [0F]}"
    try workspace.write(Self.problem(task, serialise: "link"), to: "link.yaml")
    try workspace.pipeloom("search", "link.yaml").expectRefusal(
      Status.badInput, naming: ["link.yaml:5", "communication.serialise", "uplink"])
    try workspace.write(Self.problem(task) + "streams: [uplink]\n", to: "first.yaml")
    try workspace.pipeloom("search", "first.yaml").expectRefusal(
      Status.badInput, naming: ["first.yaml:7", "streams[0]", "compute stream"])
    _ = try search(task)
    for format in ["program", "torch-comms", "torch-csv"] {
      try workspace.pipeloom("export", "s.json", "--format", format, "-o", "x").expectRefusal(
        Status.badInput, naming: [format, "leave serialise out"])
    }
  }
}
