import Testing

/// `placement: {choose: ...}` through the built program.
@Suite("Placements to choose from")
struct PlacementChoiceTests {
  private static let layers = """
    pipeloom: problem/1
    devices: 2
    microbatches: 6
    placement: {choose: [loop, v]}
    partition: {stages: 4}
    communication: 0.5
    layers:
      - {repeat: 6, forward: 1, backwardInput: 1, backwardWeight: 1}
      - {name: head, together: true, forward: 2, backwardInput: 2, backwardWeight: 2}

    """
  private let workspace: Workspace

  init() throws {
    workspace = try Workspace()
    try workspace.write(Self.layers, to: "p.yaml")
  }

  @Test("A search takes the better one; its file has it, and is checked")
  func search() throws {
    let found = try workspace.pipeloom("search", "p.yaml", "--iterations", "4000", "-o", "s.json")
    found.expectSuccess()
    #expect(found.text.contains("Placement: "), "\(found.text)")
    #expect(found.text.contains("Layers: "), "\(found.text)")
    try workspace.pipeloom("check", "s.json").expectSuccess()
    let text = try workspace.text("s.json")
    #expect(text.contains(#""placement": "v""#) || text.contains(#""placement": "loop""#))
    #expect(!text.contains("choose"))
    // No worse than the same with either of them.
    for placement in ["loop", "v"] {
      let one = try workspace.pipeloom(
        "search", "p.yaml", "--placement", placement, "--iterations", "4000", "-o", "\(placement).json")
      one.expectSuccess()
      #expect(!one.text.contains("chosen among"))
      #expect(try workspace.text("\(placement).json").contains("\"placement\": \"\(placement)\""))
    }
    let report = try workspace.pipeloom("search", "p.yaml", "--iterations", "4000", "--json").object()
    let placements = try #require(report["placements"] as? [[String: Any]])
    #expect(placements.map { $0["placement"] as? String } == ["loop", "v"])
    let values = placements.compactMap { $0["value"] as? Double }
    let chosen = placements.firstIndex { $0["isChosen"] as? Bool == true }
    #expect(values.count == 2)
    #expect(values[chosen ?? 0] == values.min())
    // In more chunks each lies as it does.
    try workspace.pipeloom("search", "p.yaml", "--chunks", "3", "--iterations", "500", "-o", "s.json")
      .expectSuccess()
    try workspace.pipeloom("check", "s.json").expectSuccess()
  }

  @Test("Commands that need one take it from the flag, and say so without")
  func others() throws {
    for command in [["generate", "zb-v"], ["compare", "--families", "zb-v,interleaved"]] {
      let arguments = command + ["p.yaml", "--partition", "equal"]
      let refused = try workspace.pipeloom(arguments)
      refused.expect(Status.badInput)
      #expect(
        refused.errors.contains(
          "p.yaml: expected one placement, found a choice among loop, v: search chooses; --placement loop does, too"
        ),
        "\(refused.errors)")
    }
    try workspace.pipeloom(
      "generate", "zb-v", "p.yaml", "--partition", "equal", "--placement", "v", "-o", "s.json"
    ).expectSuccess()
    try workspace.pipeloom("simulate", "s.json", "--problem", "p.yaml").expectRefusal(
      Status.badInput, naming: ["p.yaml: expected one placement"])
    try workspace.pipeloom("search", "p.yaml", "--placement", "bidirectional").expectRefusal(
      Status.badInput, naming: ["--placement: expected one of loop, v for p.yaml, found bidirectional"])
    try workspace.pipeloom("search", "p.yaml", "--sweep-memory", "1x:2x:1x").expectRefusal(
      Status.usage, naming: ["--sweep-memory: the placement is still to be chosen"])
  }

  /// The makespan that a search finds for a file, with a schedule that is checked.
  private func makespan(_ file: String) throws -> Double {
    let outcome = try workspace.pipeloom(
      "search", file, "--iterations", "20000", "--threads", "1", "--json", "-o", "found.json")
    try workspace.pipeloom("check", "found.json").expectSuccess()
    let summary = try #require(try outcome.object()["summary"] as? [String: Any])
    return try #require(summary["makespan"] as? Double)
  }

  /// Where each device is near one or two others, and all others are far away, only one way through them has no long
  /// link: what is found on it is what is found where all are near.
  @Test("Devices are put in an order in which their links are short", arguments: ["", "serialise: uplink, "])
  func order(serialise: String) throws {
    func problem(_ latency: String, _ placement: String) -> String {
      """
      pipeloom: problem/1
      devices: 4
      microbatches: 6
      placement: \(placement)
      communication: {\(serialise)latency: \(latency), bandwidth: 2, bytes: 1}
      stages: [{repeat: 4, forward: 2, backwardInput: 2, backwardWeight: 2}]
      tasks: [{name: reduce, per: stage, time: 3, needs: [W]}]

      """
    }
    let far = "[[0, 9, 9, 1], [9, 0, 1, 9], [9, 1, 0, 1], [1, 9, 1, 0]]"
    try workspace.write(problem(far, "{order: any}"), to: "open.yaml")
    try workspace.write(problem(far, "sequential"), to: "numbered.yaml")
    try workspace.write(problem("1", "sequential"), to: "near.yaml")
    var found: [String: Double] = [:]
    for name in ["open", "numbered", "near"] {
      found[name] = try makespan("\(name).yaml")
    }
    #expect(found["open"] == found["near"])
    #expect(found["numbered"] ?? 0 > found["near"] ?? 0)
    let quick = ["search", "open.yaml", "--iterations", "500"]
    #expect(try workspace.pipeloom(quick).text.contains("local search: the bound is that of this order"))
    let report = try workspace.pipeloom(quick + ["--json"]).object()
    let placements = try #require(report["placements"] as? [[String: Any]])
    let devices = try #require(placements.first?["devices"] as? [Int])
    #expect(devices == [0, 3, 2, 1] || devices == [1, 2, 3, 0])
    try workspace.pipeloom("generate", "1f1b", "open.yaml").expectRefusal(
      Status.badInput, naming: ["sequential, orders of devices", "--placement sequential"])
    try workspace.write(problem(far, "{order: some}"), to: "bad.yaml")
    try workspace.pipeloom("search", "bad.yaml").expectRefusal(
      Status.badInput, naming: ["bad.yaml:4: placement.order: expected any"])
  }

  /// The reductions of both chunks follow each other on their stream, and the first waits for as many operations as in a
  /// single placement.
  @Test(
    "Streams and tasks stand beside placements to choose from, and are refused beside layers and open routes")
  func streams() throws {
    let text = """
      pipeloom: problem/1
      devices: 2
      microbatches: 3
      placement: {choose: [loop, v]}
      streams: [compute, net]
      stages: [{repeat: 4, forward: 1, backwardInput: 1, backwardWeight: 1}]
      tasks: [{name: reduce, per: stage, stream: net, time: 10, needs: [W]}]

      """
    try workspace.write(text, to: "p.yaml")
    try workspace.write(text.replacing("{choose: [loop, v]}", with: "loop"), to: "loop.yaml")
    #expect(try makespan("p.yaml") == makespan("loop.yaml"))
    let quick = try workspace.pipeloom("search", "p.yaml", "--iterations", "500").text
    #expect(quick.contains("Placement: loop, chosen") || quick.contains("Placement: v, chosen"))
    let task = "{name: reduce, devices: [0], time: 3, needs: [0F]}"
    for (keys, message) in [
      ("layers: [{repeat: 4, forward: 1, backwardInput: 1, backwardWeight: 1}]", "beside layers"),
      (
        "placement: {devicesPerStage: [1, 1]}\nskipReorder: {stagesPerMicrobatch: 2}\n"
          + "stages: [{repeat: 2, forward: 1, backwardInput: 1, backwardWeight: 1}]",
        "routes are still to be chosen"
      ),
    ] {
      let plain = "pipeloom: problem/1\ndevices: 2\nmicrobatches: 3\n\(keys)\n"
      try workspace.write(plain + "tasks: [\(task)]\n", to: "bad.yaml")
      try workspace.pipeloom("search", "bad.yaml").expectRefusal(
        Status.badInput, naming: ["bad.yaml", "tasks: expected no \"tasks\"", message])
      guard keys.contains("stages:") else { continue }
      try workspace.write(plain.replacing("forward: 1", with: "forward: [1, 2]"), to: "bad.yaml")
      try workspace.pipeloom("search", "bad.yaml").expectRefusal(
        Status.badInput, naming: ["stages[0].forward: expected no \"phases\"", message])
    }
  }

  @Test("Stages are placed, too, and what is no choice is refused by its key")
  func stages() throws {
    let text = """
      pipeloom: problem/1
      devices: 2
      microbatches: 4
      placement: {choose: [loop, v]}
      stages: [{repeat: 4, forward: 1, backwardInput: 1, backwardWeight: 1}]

      """
    try workspace.write(text, to: "p.yaml")
    let found = try workspace.pipeloom("search", "p.yaml", "--prove", "--time-limit", "20")
    found.expectSuccess()
    #expect(found.text.contains("Proved optimal") || found.text.contains("optimal: gap 0"), "\(found.text)")
    for (part, replacement, message) in [
      ("[loop, v]", "[loop, loop]", "bad.yaml:4: placement.choose[1]: expected each placement once"),
      ("[loop, v]", "[]", "bad.yaml:4: placement.choose: expected at least one placement"),
      ("[loop, v]", "[zigzag]", "bad.yaml:4: placement.choose[0]: expected one of sequential, loop, v"),
      ("[loop, v]", "[loop, sequential]", "placement.choose[1]: expected one stage per device"),
      ("{choose: [loop, v]}", "{choose: [v], devicesPerStage: [1]}", "found both"),
      (
        "stages:", "routes: [{stages: [0, 1, 2, 3]}]\nstages:",
        "routes: expected no \"routes\" where the placement"
      ),
    ] {
      try workspace.write(text.replacing(part, with: replacement), to: "bad.yaml")
      try workspace.pipeloom("search", "bad.yaml").expectRefusal(Status.badInput, naming: [message])
    }
  }
}
