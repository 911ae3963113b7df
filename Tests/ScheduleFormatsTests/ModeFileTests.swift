import PipelineModel
import Testing

@testable import ScheduleFormats

@Suite("Modes in files")
struct ModeFileTests {
  /// A problem whose second stage has the keys given, one a line.
  private func text(_ keys: String..., more: String = "", limit: String = "") -> String {
    """
    pipeloom: problem/1
    devices: 2
    microbatches: 2
    stages:
      - {forward: 1, backwardInput: 1, backwardWeight: 1}
      - forward: 10
        backwardInput: 11
        backwardWeight: 7
        activationForB: 6
        activationForW: 2.5
    \(keys.map { "    \($0)" }.joined(separator: "\n"))
    \(limit)
    \(more)
    """
  }

  private let host = "host: {bandwidth: 24, latency: 0.1}"

  @Test("every key is read and written")
  func keys() throws {
    let text = text(
      "checkpoint: 3", "recompute: 4", "offload: 2", "modeName: always", "modes:",
      "  - {recompute: 10, checkpoint: 0.2}",
      "  - {name: folded, backwardInput: 21, checkpoint: 0.2, activationForB: 1.4, modules: [core_attn, mlp]}",
      "  - {name: host, offload: 5, forward: 9, activationForW: 0}",
      more: "modesPer: microbatch\nhost: {bandwidth: [24, 12], latency: 0.1}")
    let problem = try ProblemFile.decode(Array(text.utf8), file: "p.yaml")
    let stage = problem.stages[1]
    #expect(problem.instance.modesPer == .microbatch)
    #expect(
      problem.devices.map(\.host) == [
        HostLink(bandwidth: 24, latency: 0.1), HostLink(bandwidth: 12, latency: 0.1),
      ])
    #expect(stage.modeNames == ["always", "mode1", "folded", "host"])
    #expect(stage.modes[1].modules == ["core_attn", "mlp"])
    // Of mode 0, nothing but the figures holds in the others.
    #expect(stage.inAllModes.map(\.recompute) == [4, 10, nil, nil])
    #expect(stage.inAllModes.map(\.offload) == [2, 0, 0, 5])
    #expect(stage.inAllModes.map(\.activationForForward) == [3, 0.2, 0.2, 6])
    #expect(stage.inAllModes.map(\.activationForW) == [2.5, 2.5, 1.4, 0])
    #expect(stage.inAllModes.map(\.forward) == [10, 10, 10, 9])
    #expect(problem.modes.isPlain)
    #expect(try ProblemFile.decode(ProblemFile.encode(problem), file: "p.json") == problem)
  }

  @Test("keys are written only where they say something")
  func written() throws {
    let plain = String(decoding: ProblemFile.encode(try .uniform(devices: 2, microbatches: 3)), as: UTF8.self)
    for key in ["modes", "modesPer", "modeName", "host", "recompute", "offload"] {
      #expect(!plain.contains("\"\(key)\""), "\(key)")
    }
  }

  @Test("a problem that does not fit in mode 0 is in the modes that hold least")
  func leanest() throws {
    let text = text(
      "modes:", "  - {name: full, recompute: 10, checkpoint: 0.2}",
      "  - {name: folded, backwardInput: 21, checkpoint: 0.2, activationForB: 1.4}", limit: "memoryLimit: 5")
    let problem = try ProblemFile.decode(Array(text.utf8), file: "p.yaml")
    #expect(problem.modes == ModeChoice([0, 2], microbatchCount: 2))
  }

  @Test(
    "mistakes in modes get one clear error",
    arguments: [
      (
        ["offload: 7"], true,
        "p.yaml:11: stages[1].offload: expected at most what is held from F on, which is 6, found 7"
      ),
      (
        ["checkpoint: 3", "offload: 4"], true,
        "p.yaml:12: stages[1].offload: expected at most what is held from F on, which is 3, found 4"
      ),
      (
        ["modes: [{name: a, checkpoint: 7}]"], true,
        "p.yaml:11: stages[1].modes[0].checkpoint: expected at most activationForB, which is 6, found 7"
      ),
      (
        ["modes: [{name: a, activationForB: 2, checkpoint: 3}]"], true,
        "p.yaml:11: stages[1].modes[0].checkpoint: expected at most activationForB, which is 2, found 3"
      ),
      (
        ["modes: [{name: a, offload: 1}]"], false,
        "p.yaml:11: stages[1].modes[0].offload: expected 0, as nothing says how device 1 reaches its host (key host), "
          + "found more"
      ),
      (
        ["modes: [{name: a}, {name: a}]"], true,
        "p.yaml:11: stages[1].modes[1].name: expected another name, as a mode of the stage is called \"a\" already"
      ),
      (
        ["modes: [{name: plain}]"], true,
        "p.yaml:11: stages[1].modes[0].name: expected another name, as a mode of the stage is called \"plain\" already"
      ),
      (
        ["modes: [{name: \"\"}]"], true,
        "p.yaml:11: stages[1].modes[0].name: expected the name of a mode, found an empty one"
      ),
      (
        ["modes: [\(Array(repeating: "{}", count: 33).joined(separator: ", "))]"], true,
        "p.yaml:11: stages[1].modes: expected at most 32 modes, found 33"
      ),
      (
        ["modes: [{backward: 3}]"], true,
        "p.yaml:11: stages[1].modes[0]: expected the backward passes that the stage has, each with its time, found others"
      ),
      (
        ["modes: [{name: a, recompute: -1}]"], true,
        "p.yaml:11: stages[1].modes[0].recompute: expected a number from 0 to 1e15, found -1"
      ),
      (
        ["modes: [{name: a, activationForW: 7}]"], true,
        "p.yaml:11: stages[1].modes[0].activationForW: expected at most activationForB, which is 6, found 7"
      ),
    ])
  func mistakes(keys: [String], hasHost: Bool, message: String) {
    let stage =
      keys.count == 1 ? text(keys[0], more: hasHost ? host : "") : text(keys[0], keys[1], more: host)
    #expect(problemRefusal(stage) == message)
  }

  @Test(
    "mistakes in modesPer and host get one clear error",
    arguments: [
      ("modesPer: device", "p.yaml:13: modesPer: expected stage, microbatch, problem, found \"device\""),
      ("host: 24", "p.yaml:13: host: expected a mapping with bandwidth and latency, found 24"),
      ("host: {latency: 1}", "p.yaml:13: host: expected the key \"bandwidth\", found none"),
      (
        "host: {bandwidth: 0}",
        "p.yaml:13: host.bandwidth[0]: expected a number above 0 and up to 1e15, found 0"
      ),
      (
        "host: {bandwidth: [1, 2, 3]}",
        "p.yaml:13: host.bandwidth: expected 2 entries, one per device, found 3"
      ),
      (
        "host: {bandwidth: 1, latency: -1}",
        "p.yaml:13: host.latency[0]: expected a number from 0 to 1e15, found -1"
      ),
    ])
  func outside(line: String, message: String) {
    #expect(problemRefusal(text("modes: []", more: line)) == message)
  }

  @Test("no mode that fits gets the limit that one microbatch needs")
  func noModeFits() {
    let stage = text(
      "modes: [{name: folded, checkpoint: 0.2, activationForB: 1.4}]", limit: "memoryLimit: 1.3")
    #expect(
      problemRefusal(stage)
        == "p.yaml:12: memoryLimit: expected at least 1.4, which one microbatch needs on device 1, found 1.3 "
        + "(by device: 1, 1.4)")
  }

  // MARK: Schedule files

  private func schedule(_ operations: String) -> String {
    """
    {
      "pipeloom": "schedule/1",
      "problem": {"pipeloom": "problem/1", "devices": 1, "microbatches": 1,
        "stages": [{"forward": 1, "backwardInput": 1, "backwardWeight": 1, "modes": [{"name": "full", "recompute": 1}]}]},
      "devices": [
        {"device": 0, "operations": [
          \(operations)
        ]}
      ]
    }
    """
  }

  @Test("F tells the mode")
  func modeOfForward() throws {
    let text = schedule(#"{"op": "F", "stage": 0, "microbatch": 0, "mode": "full"}"#)
    let problem = try ScheduleFile.decode(Array(text.utf8), file: "s.json").record.schedule.problem
    #expect(problem.modes[Stage.ID(0), Microbatch.ID(0)] == 1)
  }

  @Test(
    "mistakes in the modes of a schedule get one clear error",
    arguments: [
      (
        #"{"op": "F", "stage": 0, "microbatch": 0, "mode": "half"}"#,
        "s.json:7:56: devices[0].operations[0].mode: expected a mode of the stage (plain, full), found \"half\""
      ),
      (
        #"{"op": "B", "stage": 0, "microbatch": 0, "mode": "full"}"#,
        "s.json:7:56: devices[0].operations[0].mode: expected the mode on the F of the stage and microbatch, found one on "
          + "B(stage 0, microbatch 0)"
      ),
      (
        #"{"op": "F", "stage": 0, "microbatch": 0, "mode": 1}"#,
        "s.json:7:56: devices[0].operations[0].mode: expected the name of a mode, found 1"
      ),
      (
        #"{"op": "F", "stage": 0, "microbatch": 0, "offloadStart": 1, "offloadEnd": 2}"#,
        "s.json:7:7: devices[0].operations[0]: expected the key \"start\", found none"
      ),
      (
        #"{"op": "F", "stage": 0, "microbatch": 0, "start": 0, "end": 1, "offloadStart": 1}"#,
        "s.json:7:7: devices[0].operations[0]: expected the key \"offloadEnd\", found none"
      ),
      (
        #"{"op": "X", "stage": 0, "microbatch": 0}"#,
        "s.json:7:14: devices[0].operations[0].op: expected F, B, W, BW, R, L or T, found \"X\""
      ),
    ])
  func scheduleMistakes(operation: String, message: String) {
    #expect(scheduleRefusal(schedule(operation)) == message)
  }
}
