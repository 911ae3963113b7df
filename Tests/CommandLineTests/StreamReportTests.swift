import Foundation
import Testing

/// What reports say of streams and tasks: names, devices and times as the problem was written.
///
/// One device, one microbatch: F computes from 0 to 2, is on its way on the stream net until 5 and computes until 6, B and W
/// until 8, and the reduction takes net from 8 to 10. The compute stream is idle from 2 to 5 and from 8 on.
@Suite("Reports of streams and tasks")
struct StreamReportTests {
  private let workspace: Workspace

  init() throws {
    workspace = try Workspace()
    try workspace.write(
      """
      pipeloom: problem/1
      devices: 1
      microbatches: 1
      streams: [compute, net]
      stages: [{forward: [2, {time: 3, stream: net}, 1], backwardInput: 1, backwardWeight: 1}]
      tasks: [{name: reduce, per: stage, stream: net, time: 2, needs: [W]}]
      """, to: "p.yaml")
    try workspace.pipeloom("search", "p.yaml", "--backward", "split", "--iterations", "10", "-o", "s.json")
      .expectSuccess()
  }

  @Test("Idle time is that of the compute stream, and what it waits for has its own name and stream")
  func idleTime() throws {
    let report = try workspace.pipeloom("simulate", "s.json", "--explain", "--json").object()
    let gaps = try #require(report["gaps"] as? [[String: Any]])
    #expect(gaps.map { $0["start"] as? Double } == [2, 8] && gaps.map { $0["end"] as? Double } == [5, 10])
    #expect(gaps.map { $0["device"] as? Int } == [0, 0])
    let awaited = try #require(gaps[0]["waitsFor"] as? [String: Any])
    #expect(
      NSDictionary(dictionary: awaited) == [
        "op": "F", "stage": 0, "microbatch": 0, "phase": 1, "device": 0, "stream": "net",
      ])
    #expect(gaps[1]["waitsFor"] is NSNull)
    let text = try workspace.pipeloom("simulate", "s.json", "--explain").text
    #expect(text.contains("Idle: 5 of all devices' time, 50 % of it"))
    #expect(
      text.contains(
        "F(stage 0, microbatch 0, phase 2) waits for F(stage 0, microbatch 0, phase 1) on device 0 net"))
  }

  @Test("A sweep of memory limits has the bubbles of its schedules")
  func sweep() throws {
    let text = try workspace.pipeloom(
      "search", "p.yaml", "--iterations", "10", "--sweep-memory", "1x:1x:1x"
    ).text
    // 5 of 10.
    #expect(text.contains(" 50 %"), "\(text)")
  }

  @Test("The page has a lane for each stream, and every name")
  func page() throws {
    try workspace.pipeloom("report", "s.json", "-o", "r.html").expectSuccess()
    let page = try workspace.text("r.html")
    #expect(page.contains("<caption>Streams</caption>") && page.contains("T  task"))
    #expect(page.contains("F(stage 0, microbatch 0, phase 1) on device 0 net</td>"))
    #expect(page.components(separatedBy: "text-anchor=\"end\"").count == 3)
    let data = page.components(separatedBy: "id=\"data\">")[1].components(separatedBy: "</script>")[0]
    let object = try JSONSerialization.jsonObject(with: Data(data.utf8)) as? [String: Any]
    let schedule = try #require((object?["schedules"] as? [[String: Any]])?.first)
    let lanes = try #require(schedule["devices"] as? [[String: Any]])
    #expect(lanes.map { $0["device"] as? Int } == [0, 0])
    #expect(lanes.map { $0["stream"] as? String } == [nil, "net"])
    #expect(
      schedule["names"] as? [String] == [
        "F(stage 0, microbatch 0, phase 0)", "F(stage 0, microbatch 0, phase 2)", "B(stage 0, microbatch 0)",
        "W(stage 0, microbatch 0)", "F(stage 0, microbatch 0, phase 1)", "reduce.0",
      ])
    #expect(schedule["bounds"] as? [Int] == [0, 4, 6])
    // What the device holds is shown once.
    let memory = try #require((schedule["memory"] as? [String: Any])?["bounds"] as? [Int])
    #expect(memory.count == 3 && memory[1] > 0 && memory[1] == memory[2])
  }

  @Test("diff names devices and streams")
  func difference() throws {
    let report = try workspace.pipeloom("diff", "s.json", "s.json", "--json").object()
    let devices = try #require(report["devices"] as? [[String: Any]])
    #expect(devices.map { $0["device"] as? Int } == [0, 0])
    #expect(devices.map { $0["stream"] as? String } == [nil, "net"])
  }

  @Test("Side by side it has the devices and microbatches of its problem, and no message between streams")
  func comparison() throws {
    let line = try #require(workspace.pipeloom("compare", "s.json", "--json").objects().first)
    #expect(line["devices"] as? Int == 1 && line["microbatches"] as? Int == 1)
    #expect(line["stagesPerDevice"] as? Double == 1 && line["communicationVolume"] as? Double == 0)
  }

  @Test("Named families say that they know neither, and what does")
  func families() throws {
    try workspace.pipeloom("generate", "1f1b", "p.yaml").expectRefusal(
      Status.badInput,
      naming: ["1F1B orders passes alone, found streams or tasks: pipeloom search orders them"])
  }
}
