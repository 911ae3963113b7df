import Testing

/// Streams, phases and tasks through the built program.
///
/// Values are optima that a constraint solver proved for the same problems (OR-tools CP-SAT 9.15, each witness timed by
/// other code).
@Suite("Streams and tasks through the program")
struct StreamTests {
  /// A problem with its proved optimum.
  struct Sample: Sendable, CustomTestStringConvertible {
    var name: String
    var optimum: Int
    var objective = "makespan"
    var backward = "auto"
    var keys: String

    var testDescription: String { name }
  }

  private static let plainStage =
    #"{"forward": 2, "backwardInput": 2, "backwardWeight": 2, "activationForW": 0}"#

  /// The optimizer step of an adapter on a device, after two microbatches and before those of the next iteration.
  private static func step(_ adapter: String, _ device: Int, _ first: String, _ second: String) -> String {
    #"{"name": "\#(adapter)\#(device)", "devices": [\#(device)], "time": 1, "ahead": true, "#
      + #""needs": ["\#(device)W\#(first)", "\#(device)W\#(second)"], "#
      + #""feeds": ["\#(device)F\#(first)", "\#(device)F\#(second)"]}"#
  }

  private static func moe(_ between: Int, forward: Int = 2, backward: Int = 2, weight: Int) -> String {
    #"{"forward": [2, {"time": \#(between), "stream": "net"}, 2], "#
      + #""backwardInput": [2, {"time": \#(between), "stream": "net"}, \#(backward)], "#
      + #""backwardWeight": \#(weight), "activationForW": 0}"#
  }

  static let samples = [
    Sample(
      name: "experts on one device", optimum: 20,
      keys: """
        "devices": 1, "microbatches": 2, "streams": ["compute", "net"], "stages": [\(moe(1, weight: 2))]
        """),
    Sample(
      name: "experts on one device, period", optimum: 19, objective: "period",
      keys: """
        "devices": 1, "microbatches": 2, "streams": ["compute", "net"], "stages": [\(moe(3, weight: 1))]
        """),
    Sample(
      name: "experts on two devices", optimum: 43,
      keys: """
        "devices": 2, "microbatches": 3, "streams": ["compute", "net"],
        "stages": [\(moe(2, backward: 3, weight: 1)), \(moe(2, backward: 3, weight: 1))]
        """),
    Sample(
      name: "three streams, forward only", optimum: 16,
      keys: """
        "devices": 1, "microbatches": 3, "streams": ["compute", "intra", "inter"], "stages": [
          {"forward": [2, {"time": 1, "stream": "intra"}, {"time": 2, "stream": "inter"}, 2,
            {"time": 2, "stream": "inter"}, {"time": 1, "stream": "intra"}],
           "backward": "none", "activationForB": 0}]
        """),
    Sample(
      name: "gradients of two chunks reduced", optimum: 22,
      keys: """
        "devices": 2, "microbatches": 3, "placement": [0, 1, 0, 1], "streams": ["compute", "net"],
        "stages": [{"repeat": 4, "forward": 1, "backwardInput": 1, "backwardWeight": 1}],
        "tasks": [{"name": "reduce", "per": "stage", "stream": "net", "time": 3, "needs": ["W"]}]
        """),
    Sample(
      name: "reductions, then optimizer steps, within memory", optimum: 57,
      keys: """
        "devices": 4, "microbatches": 6, "memoryLimit": [4, 4, 3, 2], "communication": 1,
        "streams": ["compute", "net"], "stages": [\(plainStage), \(plainStage), \(plainStage), \(plainStage)],
        "tasks": [
          \((0..<4).map {
          #"{"name": "reduce\#($0)", "devices": \#($0), "stream": "net", "time": 5, "needs": ["\#($0)W"]}, "#
            + #"{"name": "step\#($0)", "devices": \#($0), "time": 2, "needs": ["reduce\#($0)"]}"#
          }.joined(separator: ", "))]
        """),
    Sample(
      name: "reductions, period of whole backward passes", optimum: 32, objective: "period",
      backward: "fused",
      keys: """
        "devices": 2, "microbatches": 3, "memoryLimit": 2, "communication": 1, "streams": ["compute", "net"],
        "stages": [\(plainStage), \(plainStage)],
        "tasks": [
          {"name": "reduce", "per": "stage", "stream": "net", "time": 3, "needs": ["W"]},
          {"name": "step0", "devices": 0, "time": 1, "needs": ["reduce"]},
          {"name": "step1", "devices": 1, "time": 1, "needs": ["reduce"]}]
        """),
    Sample(
      name: "two steps of one job", optimum: 26, backward: "fused",
      keys: """
        "devices": 3, "microbatches": 4,
        "stages": [{"repeat": 3, "forward": 1, "backwardInput": 1, "backwardWeight": 1}],
        "tasks": [
          \((0..<3).map {
          #"{"name": "first\#($0)", "devices": \#($0), "time": 1, "needs": ["\#($0)W0", "\#($0)W1"], "#
            + #""feeds": ["\#($0)F2", "\#($0)F3"]}, "#
            + #"{"name": "second\#($0)", "devices": \#($0), "time": 1, "needs": ["\#($0)W2", "\#($0)W3"]}"#
          }.joined(separator: ", "))]
        """),
    Sample(
      name: "an encoder before the first stage", optimum: 38, backward: "fused",
      keys: """
        "devices": 3, "microbatches": 4, "stages": [\(plainStage), \(plainStage), \(plainStage)],
        "tasks": [{"name": "encoder", "per": "microbatch", "devices": 0, "time": 2, "feeds": ["0F"]}]
        """),
    Sample(
      name: "curvature of every microbatch, inverted once", optimum: 30, backward: "fused",
      keys: """
        "devices": 3, "microbatches": 3, "stages": [\(plainStage), \(plainStage), \(plainStage)],
        "tasks": [
          {"name": "curvature", "per": "microbatch", "devices": 1, "time": 1, "needs": ["1F"], "feeds": ["inverse"]},
          {"name": "inverse", "devices": 1, "time": 4}]
        """),
    Sample(
      name: "an encoder on the last device for the next iteration, period", optimum: 24, objective: "period",
      backward: "fused",
      keys: """
        "devices": 2, "microbatches": 3, "memoryLimit": 2, "stages": [\(plainStage), \(plainStage)],
        "tasks": [{"name": "enc", "per": "microbatch", "devices": [1], "time": 1, "feeds": ["0F"], "ahead": true}]
        """),
    Sample(
      name: "an encoder on the last of three devices for the next iteration, period", optimum: 44,
      objective: "period", backward: "fused",
      keys: """
        "devices": 3, "microbatches": 4, "memoryLimit": [3, 2, 1], "communication": 1,
        "stages": [\(plainStage), \(plainStage), \(plainStage)],
        "tasks": [{"name": "enc", "per": "microbatch", "devices": [2], "time": 2, "feeds": ["0F"], "ahead": true}]
        """),
    Sample(
      name: "an encoder on the first device for the next iteration, period", optimum: 40,
      objective: "period", backward: "fused",
      keys: """
        "devices": 2, "microbatches": 3, "memoryLimit": [2, 1], "communication": 4,
        "stages": [\(plainStage), \(plainStage)],
        "tasks": [{"name": "enc", "per": "microbatch", "devices": [0], "time": 2, "feeds": ["0F"], "ahead": true}]
        """),
    Sample(
      name: "an encoder on any device for the next iteration", optimum: 36, backward: "fused",
      keys: """
        "devices": 3, "microbatches": 4, "stages": [\(plainStage), \(plainStage), \(plainStage)],
        "tasks": [{"name": "enc", "per": "microbatch", "devices": "any", "time": 2, "feeds": ["0F"], "ahead": true}]
        """),
    Sample(
      name: "an encoder on any device before the first stage", optimum: 38, backward: "fused",
      keys: """
        "devices": 3, "microbatches": 4, "stages": [\(plainStage), \(plainStage), \(plainStage)],
        "tasks": [{"name": "enc", "per": "microbatch", "devices": "any", "time": 2, "feeds": ["0F"]}]
        """),
    Sample(
      name: "two encoders in turn on any of four devices", optimum: 46, backward: "split",
      keys: """
        "devices": 4, "microbatches": 4, "communication": 1, "memoryLimit": [4, 3, 2, 1],
        "stages": [{"repeat": 4, "forward": 2, "backwardInput": 3, "backwardWeight": 1, "activationForW": 0}],
        "tasks": [
          {"name": "text", "per": "microbatch", "devices": "any", "time": 2, "feeds": ["latent"]},
          {"name": "latent", "per": "microbatch", "devices": "any", "time": 4, "feeds": ["0F"], "ahead": true}]
        """),
    Sample(
      name: "an encoder on any device for the next iteration, period", optimum: 30, objective: "period",
      backward: "fused",
      keys: """
        "devices": 3, "microbatches": 3, "memoryLimit": 3,
        "stages": [\(plainStage), \(plainStage), \(plainStage)],
        "tasks": [{"name": "enc", "per": "microbatch", "devices": "any", "time": 2, "feeds": ["0F"], "ahead": true}]
        """),
    Sample(
      name: "two adapters' optimizer steps before their next iteration, period", optimum: 18,
      objective: "period", backward: "fused",
      keys: """
        "devices": 2, "microbatches": 4, "communication": 1,
        "stages": [{"repeat": 2, "forward": 1, "backwardInput": 1, "backwardWeight": 1, "activationForW": 0}],
        "tasks": [\(step("a", 0, "0", "1")), \(step("a", 1, "0", "1")), \(step("b", 0, "2", "3")),
          \(step("b", 1, "2", "3"))]
        """),
    Sample(
      name: "an encoder for the next iteration that holds memory", optimum: 32, backward: "fused",
      keys: """
        "devices": 2, "microbatches": 4, "memoryLimit": [4, 5], "stages": [\(plainStage), \(plainStage)],
        "tasks": [{"name": "enc", "per": "microbatch", "devices": [1], "time": 2, "feeds": ["0F"], "ahead": true,
          "memory": 1}]
        """),
  ]

  private let workspace: Workspace

  init() throws { workspace = try Workspace() }

  @Test("A search finds the optimum and proves it, and its file is checked and drawn", arguments: samples)
  func search(sample: Sample) throws {
    try workspace.write("{\"pipeloom\": \"problem/1\", \(sample.keys)}", to: "p.json")
    let found = try workspace.pipeloom(
      "search", "p.json", "--objective", sample.objective, "--backward", sample.backward, "--time-limit",
      "20",
      "--json", "-o", "s.json")
    found.expectSuccess()
    #expect(found.text.contains("\"\(sample.objective)\" : \(sample.optimum)"), "\(found.text)")
    #expect(found.text.contains("\"optimal\" : true"), "\(found.text)")
    try workspace.pipeloom("check", "s.json").expectSuccess()
    try workspace.pipeloom("render", "s.json", "-o", "s.svg").expectSuccess()
    let retimed = try workspace.pipeloom("simulate", "s.json", "-o", "t.json")
    retimed.expectSuccess()
    try workspace.pipeloom("check", "t.json").expectSuccess()
    #expect(try workspace.text("s.json").contains("\"streams\"") == sample.keys.contains("streams"))
  }

  @Test("What starts before what it needs is a violation in the words of the file")
  func violation() throws {
    let sample = Self.samples[4]
    try workspace.write("{\"pipeloom\": \"problem/1\", \(sample.keys)}", to: "p.json")
    try workspace.pipeloom("search", "p.json", "--iterations", "100", "-o", "s.json").expectSuccess()
    let lines = try workspace.text("s.json").split(separator: "\n", omittingEmptySubsequences: false).map(
      String.init)
    let place = try #require(lines.firstIndex { $0.contains(#""task": "reduce", "copy": 0"#) })
    var moved = lines
    moved[place] = moved[place].replacing(/"start": \d+, "end": \d+/, with: #""start": 0, "end": 3"#)
    try workspace.write(moved.joined(separator: "\n"), to: "s.json")
    let checked = try workspace.pipeloom("check", "s.json")
    checked.expect(Status.violations)
    #expect(
      checked.text.contains("device 0 net: reduce.0 starts at 0, before its input from"), "\(checked.text)")
  }

  /// A trained encoder shared out over bubbles: optima that the same solver proved, of whole backward passes. Before and
  /// after 1F1B it would take 72, 78 and 84.
  @Test("Encoders run in bubbles", arguments: [(1, 2, 69), (2, 4, 72)])
  func encoders(_ forward: Int, _ backward: Int, _ optimum: Int) throws {
    try workspace.write(
      """
      {"pipeloom": "problem/1", "devices": 4, "microbatches": 8, "memoryLimit": [4, 3, 2, 1],
      "stages": [\(Array(repeating: Self.plainStage, count: 4).joined(separator: ", "))],
      "tasks": [
        {"name": "forward", "per": "microbatch", "devices": "any", "time": \(forward), "feeds": ["0F"]},
        {"name": "backward", "per": "microbatch", "devices": "any", "time": \(backward), "needs": ["0B"]}]}
      """, to: "p.json")
    let found = try workspace.pipeloom(
      "search", "p.json", "--backward", "fused", "--iterations", "20000", "--json", "-o", "s.json")
    found.expectSuccess()
    #expect(found.text.contains("\"makespan\" : \(optimum)"), "\(found.text)")
    try workspace.pipeloom("check", "s.json", "--prove-bound").expectSuccess()
    // The file says where tasks are: elsewhere they are violations, and the same file gives the same times.
    let text = try workspace.text("s.json")
    try workspace.pipeloom("simulate", "s.json", "-o", "t.json").expectSuccess()
    #expect(try workspace.text("t.json").contains("\"devices\": \"any\""))
    // Under the costs of another file they stay where they are.
    try workspace.pipeloom("simulate", "s.json", "--problem", "p.json", "-o", "u.json").expectSuccess()
    #expect(try workspace.text("t.json") == workspace.text("u.json"))
    #expect(text.contains("\"devices\": \"any\""))
    let narrowed = text.replacing("\"devices\": \"any\"", with: "\"devices\": [0, 1]")
    try workspace.write(narrowed, to: "n.json")
    let checked = try workspace.pipeloom("check", "n.json")
    checked.expect(Status.violations)
    #expect(checked.text.contains("belongs on device"), "\(checked.text)")
  }

  /// F to 2, two for its message, F to 6, B to 9, two for the gradient, B and W to 15, and the reduction at once, on a stream of
  /// the same device: nothing can be shorter, as each waits for the one before.
  @Test("Links with a bandwidth carry messages between devices alone")
  func bandwidth() throws {
    try workspace.write(
      """
      {"pipeloom": "problem/1", "devices": 2, "microbatches": 1, "streams": ["compute", "net"],
       "communication": {"latency": 1, "bandwidth": 2, "bytes": 2},
       "stages": [{"repeat": 2, "forward": 2, "backwardInput": 3, "backwardWeight": 1}],
       "tasks": [{"name": "reduce", "per": "stage", "stream": "net", "time": 3, "needs": ["W"]}]}
      """, to: "p.json")
    let found = try workspace.pipeloom("search", "p.json", "--iterations", "100", "--json", "-o", "s.json")
    found.expectSuccess()
    #expect(found.text.contains("\"makespan\" : 18"), "\(found.text)")
    try workspace.pipeloom("check", "s.json").expectSuccess()
  }

  @Test("No framework's format is written from streams, and families say what they need")
  func refusals() throws {
    try workspace.write("{\"pipeloom\": \"problem/1\", \(Self.samples[2].keys)}", to: "p.json")
    try workspace.pipeloom("search", "p.json", "--iterations", "100", "-o", "s.json").expectSuccess()
    for format in ["torch-csv", "megatron", "skippipe"] {
      let refused = try workspace.pipeloom("export", "s.json", "--format", format, "-o", "x")
      refused.expect(Status.badInput)
      #expect(refused.errors.contains("expected one stream per device and passes alone"), "\(refused.errors)")
    }
    try workspace.pipeloom("export", "s.json", "--format", "perfetto", "-o", "x").expectSuccess()
    #expect(try workspace.text("x").contains("device 0 net"))
    try workspace.pipeloom("generate", "1f1b", "p.json", "-o", "g.json").expect(Status.badInput)
  }

  @Test(
    "Wrong streams and tasks are refused with their place",
    arguments: [
      (#""streams": ["compute", "compute"]"#, "streams[1]: expected each stream once"),
      (#""streams": []"#, "streams: expected at least one stream"),
      (
        #""tasks": [{"name": "a", "devices": 0, "time": 1, "stream": "net"}]"#,
        "tasks[0].stream: expected a stream of the problem (compute), found \"net\""
      ),
      (
        #""tasks": [{"name": "2F", "devices": 0, "time": 1}]"#,
        "tasks[0].name: expected a name without blanks"
      ),
      (#""tasks": [{"name": "a", "time": 1}]"#, "tasks[0].devices: expected the devices of task a"),
      (
        #""tasks": [{"name": "a", "devices": 7, "time": 1}]"#,
        "tasks[0].devices: expected a device from 0 to 1"
      ),
      (
        #""tasks": [{"name": "a", "devices": 0, "time": 1, "needs": ["b"]}]"#,
        "tasks[0].needs[0]: expected a pass such as 2F or 2F5, or a task (a), found \"b\""
      ),
      (
        #""tasks": [{"name": "a", "devices": 0, "time": 1, "needs": ["9F"]}]"#,
        "tasks[0].needs[0]: expected a stage from 0 to 1, found 9"
      ),
      (
        #""tasks": [{"name": "a", "devices": 0, "time": 1, "needs": ["0F"], "feeds": ["0F"]}]"#,
        "found a circle: "
      ),
      (
        #""tasks": [{"name": "a", "devices": 0, "time": 1, "needs": ["b"]}, {"name": "b", "devices": 0, "time": 1, "needs": ["a"]}]"#,
        "found a circle: a before b before a"
      ),
      (
        #""tasks": [{"name": "a", "devices": 0, "time": 1, "ahead": true}]"#,
        "tasks[0].ahead: expected feeds, which lie in the next iteration"
      ),
      (
        #""streams": ["compute", "net"], "overlap": {"forwardBackward": 0.9}"#,
        "overlap: expected none beside streams"
      ),
    ])
  func badInput(keys: String, message: String) throws {
    try workspace.write(
      """
      {"pipeloom": "problem/1", "devices": 2, "microbatches": 2, \(keys),
       "stages": [{"repeat": 2, "forward": 1, "backwardInput": 1, "backwardWeight": 1}]}
      """, to: "p.json")
    let refused = try workspace.pipeloom("search", "p.json", "--iterations", "10")
    refused.expect(Status.badInput)
    #expect(refused.errors.contains(message), "\(refused.errors)")
  }

  @Test(
    "Wrong phases are refused with their place",
    arguments: [
      (#"[1, {"time": 2, "stream": "nets"}]"#, "stages[0].forward[1].stream"),
      (#"[1, {"time": 0, "stream": "net"}]"#, "stages[0].forward[1]: expected a time above 0"),
      (
        #"[{"time": 1, "stream": "net"}, 1]"#,
        "stages[0]: expected the first phase of F on the stream on which"
      ),
      (#"[]"#, "stages[0].forward: expected a number"),
    ])
  func badPhases(forward: String, message: String) throws {
    try workspace.write(
      """
      {"pipeloom": "problem/1", "devices": 1, "microbatches": 2, "streams": ["compute", "net"],
       "stages": [{"forward": \(forward), "backwardInput": 1, "backwardWeight": 1}]}
      """, to: "p.json")
    let refused = try workspace.pipeloom("search", "p.json", "--iterations", "10")
    refused.expect(Status.badInput)
    #expect(refused.errors.contains(message), "\(refused.errors)")
  }
}
