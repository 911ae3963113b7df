import Foundation
import Testing

/// Files that are no schedules, and orders that cannot be.
@Suite("Schedules that are none")
struct BadScheduleTests {
  private let workspace: Workspace

  init() throws { workspace = try Workspace() }

  /// Two devices, one microbatch, orders as given.
  private static func schedule(_ orders: [String], lead: String = #""pipeloom": "schedule/1""#) -> String {
    let devices = orders.enumerated().map { index, order in
      let operations = order.split(separator: " ").map { text in
        let parts = text.split(separator: ".")
        return #"{"op": "\#(parts[0])", "stage": \#(parts[1]), "microbatch": \#(parts[2])}"#
      }
      return #"{"device": \#(index), "operations": [\#(operations.joined(separator: ", "))]}"#
    }
    return """
      {
      \(lead),
      "problem": {"pipeloom": "problem/1", "devices": 2, "microbatches": 1,
        "stages": [{"repeat": 2, "forward": 1, "backwardInput": 1, "backwardWeight": 1}]},
      "devices": [
      \(devices.joined(separator: ",\n"))
      ]}

      """
  }

  private static let timing = [["simulate", "-o", "out.json"], ["compare"], ["render", "-o", "out.svg"]]

  private func expectRefusal(
    of content: String, _ texts: String..., commands: [[String]] = timing + [["check"]]
  ) throws {
    try workspace.write(content, to: "s.json")
    for command in commands {
      try workspace.pipeloom(command + ["s.json"]).expectRefusal(Status.badInput, naming: ["s.json"] + texts)
      let fromInput = try workspace.pipeloom(command + ["-"], input: Data(content.utf8))
      fromInput.expectRefusal(Status.badInput, naming: ["standard input"] + texts)
    }
    #expect(try workspace.names() == ["s.json"])
  }

  @Test("The orders that the others spoil can run")
  func good() throws {
    let outcome = try workspace.pipeloom(
      "check", "-", input: Self.schedule(["F.0.0 BW.0.0", "F.1.0 B.1.0 W.1.0"]))
    outcome.expectSuccess()
    #expect(
      outcome.text
        == "standard input: no violations in 5 operations: operations, order, memory verified; no times are recorded\n"
    )
  }

  @Test(
    "Orders with one fault: timing refuses them, the checker lists it",
    arguments: [
      (["F.0.0 BW.0.0", "F.1.0 BW.1.0 F.7.0"], "F(stage 7, microbatch 0) is no operation of the problem", 1),
      (["F.0.0 BW.0.0", "F.1.0 BW.1.0 F.-1.0"], "F(stage -1, microbatch 0) is no operation", 1),
      (["F.0.0 BW.0.0", "F.1.0 BW.1.0 F.1.3"], "F(stage 1, microbatch 3) is no operation", 1),
      (["F.0.0 BW.0.0", "F.1.0 BW.1.0 F.1.2147483647"], "microbatch 2147483647) is no operation", 1),
      (["F.0.0 BW.0.0 F.0.0", "F.1.0 BW.1.0"], "device 0: F(stage 0, microbatch 0) repeats work", 1),
      (["F.0.0 BW.0.0 W.0.0", "F.1.0 BW.1.0"], "device 0: W(stage 0, microbatch 0) repeats work", 1),
      (["F.0.0 F.1.0 BW.0.0", "BW.1.0"], "F(stage 1, microbatch 0) belongs on device 1", 1),
      (["F.0.0 BW.0.0", "F.1.0 B.1.0"], "device 1: W(stage 1, microbatch 0) is missing", 1),
      (["BW.0.0", "F.1.0 BW.1.0"], "device 0: F(stage 0, microbatch 0) is missing", 1),
      (["", ""], "device 0: F(stage 0, microbatch 0) is missing", 4),
    ])
  func orders(orders: [String], message: String, violations: Int) throws {
    let content = Self.schedule(orders)
    try expectRefusal(of: content, message, commands: Self.timing)
    let check = try workspace.pipeloom("check", "s.json")
    check.expect(Status.violations)
    #expect(check.errors.isEmpty)
    let lines = check.text.split(separator: "\n")
    #expect(lines.count == violations + 1)
    #expect(lines.dropLast().allSatisfy { $0.hasPrefix("device ") })
    #expect(lines.last == "s.json: \(violations) violation\(violations == 1 ? "" : "s")")
    let json = try workspace.pipeloom("check", "--json", "s.json")
    json.expect(Status.violations)
    #expect(try (json.object()["violations"] as? [String])?.count == violations)
  }

  @Test("Orders that wait for each other are refused with the circle")
  func deadlock() throws {
    try expectRefusal(
      of: Self.schedule(["BW.0.0 F.0.0", "F.1.0 BW.1.0"]), "the orders can never run",
      "BW(stage 0, microbatch 0) on device 0 needs the output of BW(stage 1, microbatch 0) on device 1",
      "F(stage 0, microbatch 0) on device 0, which comes after BW(stage 0, microbatch 0) in the order of device 0",
      commands: Self.timing)
    let check = try workspace.pipeloom("check", "s.json")
    check.expect(Status.violations)
    #expect(check.text.contains("device 0: BW(stage 0, microbatch 0) comes before F(stage 0, microbatch 0)"))
  }

  @Test("Other versions and other files")
  func kinds() throws {
    let orders = ["F.0.0 BW.0.0", "F.1.0 BW.1.0"]
    try expectRefusal(
      of: Self.schedule(orders, lead: #""pipeloom": "schedule/2""#),
      ":2:13: pipeloom: expected schedule/1, found schedule/2")
    try expectRefusal(
      of: Self.schedule(orders, lead: #""pipeloom": "problem/1""#),
      "expected a schedule (schedule/1), found a problem")
    try expectRefusal(
      of: Self.schedule(orders, lead: #""name": "x""#), #"name: expected one of the keys pipeloom"#)
    try expectRefusal(
      of: ProblemText.plain.json, "pipeloom: expected a schedule (schedule/1), found a problem (problem/1)")
    try expectRefusal(
      of: ProblemText.plain.yaml, ":1: pipeloom: expected a schedule (schedule/1), found a problem")
    try expectRefusal(of: "traceEvents: []\n", "expected a schedule, found traceEvents")
  }

  @Test(
    "Faults of the file are refused with line, column and path",
    arguments: [
      (
        #""op": "F", "stage": 0"#, #""op": "X", "stage": 0"#,
        #"6:37: devices[0].operations[0].op: expected F, B, W, BW, R, L or T, found "X""#
      ),
      (
        #""op": "F", "stage": 0"#, #""stage": 0"#,
        #"devices[0].operations[0]: expected the key "op", found none"#
      ),
      (
        #""op": "F", "stage": 0"#, #""op": "F", "stage": 0.5"#,
        "devices[0].operations[0].stage: expected a stage, found 0.5"
      ),
      (
        #""op": "F", "stage": 0"#, #""op": "F", "stage": 2147483648"#,
        "stage: expected a stage, found 2147483648"
      ),
      (#""op": "F", "stage": 0"#, #""op": "F", "stage": null"#, "stage: expected a stage, found null"),
      (
        #""op": "F", "stage": 0"#, #""op": "F", "start": 0, "stage": 0"#,
        #"operations[0]: expected the key "end", found none"#
      ),
      (
        #""op": "F", "stage": 0"#, #""op": "F", "start": NaN, "end": 1, "stage": 0"#,
        "start: expected a number, found NaN"
      ),
      (
        #""op": "F", "stage": 0"#, #""op": "F", "start": 0, "end": 1e999, "stage": 0"#,
        "end: expected a finite number, found 1e999"
      ),
      (
        #""op": "F", "stage": 0"#, #""op": "F", "start": 0, "end": 1, "stage": 0"#,
        #"expected "start", as other operations have times"#
      ),
      (
        #""op": "F", "stage": 0"#, #""op": "F", "stage": 0, "stage": 0"#,
        #"expected each key once, found "stage" twice"#
      ),
      (
        #""op": "F", "stage": 0"#, #""op": "F", "fase": 1, "stage": 0"#,
        #"operations[0].fase: expected one of the keys op, stage"#
      ),
      (
        #""device": 1"#, #""device": 0"#, "devices[1].device: expected each device once, found device 0 twice"
      ),
      (#""device": 1"#, #""device": 2"#, "devices[1].device: expected a device from 0 to 1, found 2"),
      (#""device": 1"#, #""device": -1"#, "devices[1].device: expected a device from 0 to 1, found -1"),
      (#""devices": 2"#, #""devices": 0"#, "3: problem.devices: expected a count from 1 to 65536, found 0"),
      (
        #""forward": 1"#, #""forward": -1"#,
        "4: problem.stages[0].forward: expected a number from 0 to 1e15, found -1"
      ),
      (#""devices": 2,"#, #""devices": 2, "memoryLimit": 0.5,"#, "problem.memoryLimit: expected at least 1"),
      ("\n]}\n", "\n]", "expected `,` or `}`, found the end of the file"),
      ("\n]}\n", "\n]} trailing", "expected the end of the file, found trailing"),
      ("\n]}\n", "\n]}\u{0}", "expected the end of the file, found a control character"),
    ])
  func faults(original: String, replacement: String, message: String) throws {
    let content = Self.schedule(["F.0.0 BW.0.0", "F.1.0 BW.1.0"])
    let range = try #require(content.range(of: original))
    try expectRefusal(
      of: content.replacingCharacters(in: range, with: replacement), message,
      commands: [["check"], ["simulate"]])
  }

  @Test("A device without a word")
  func missingDevice() throws {
    try expectRefusal(
      of: Self.schedule(["F.0.0 BW.0.0"]), "devices: expected each device once, found no device 1")
  }

  @Test("A file cut off anywhere is refused")
  func truncated() throws {
    let data = try workspace.generate("zb-h1", "--devices", "2", "--microbatches", "2", to: "s.json")
    for length in stride(from: 1, to: data.count - 2, by: data.count / 40) {
      try workspace.pipeloom(["check", "-"], input: data.prefix(length))
        .expectRefusal(Status.badInput, naming: ["standard input:", "expected"])
    }
  }
}
