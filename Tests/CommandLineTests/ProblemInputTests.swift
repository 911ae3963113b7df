import Foundation
import Testing

/// Every way in which a problem file can be wrong, as YAML and as JSON, from a file and from standard input.
@Suite("Problems that are none")
struct ProblemInputTests {
  /// One wrong value and what the message must say of it.
  struct Case: CustomTestStringConvertible, Sendable {
    var key: String
    var value: String?
    var names: [String]
    var other: (key: String, value: String)?
    var testDescription: String { "\(key): \(value ?? "left out")" }

    init(_ key: String, _ value: String?, _ names: String..., with other: (String, String)? = nil) {
      self.key = key
      self.value = value
      self.names = names
      self.other = other
    }

    var text: ProblemText {
      let text = ProblemText.plain.setting(key, value)
      return other.map { text.setting($0.key, $0.value) } ?? text
    }
  }

  static func stages(_ members: String) -> String {
    #"[{"repeat": 2, "forward": 1, "backwardInput": 1, "backwardWeight": 1, \#(members)}]"#
  }

  static let counts = [
    Case("devices", "0", "devices: expected a count from 1 to 65536, found 0"),
    Case("devices", "1000000", "devices: expected a count from 1 to 65536, found 1000000"),
    Case("devices", "-2", "devices: expected a count", "found -2"),
    Case("devices", "2.5", "devices: expected a count", "found 2.5"),
    Case("devices", #""two""#, "devices: expected a count", #"found "two""#),
    Case("devices", "null", "devices: expected a count", "found nothing"),
    Case("devices", "[2]", "devices: expected a count", "found a list"),
    Case("devices", "1e400", "devices: expected a finite number, found 1e400"),
    Case("microbatches", "0", "microbatches: expected a count", "found 0"),
    Case("microbatches", "65537", "microbatches: expected a count", "found 65537"),
    Case("microbatches", "[]", "microbatches: expected a count from 1 to 65536, found 0"),
    Case(
      "microbatches", "[]", "microbatches: expected a count from 1 to 65536, found 0",
      with: ("routes", #"[{"microbatches": [0]}]"#)),
    Case("microbatches", "true", "microbatches: expected a count", "found true"),
    Case("microbatches", #"[{"scale": 0}]"#, "microbatches[0].scale: expected a number above 0", "found 0"),
    Case("microbatches", #"[{}, {"scale": -1}]"#, "microbatches[1].scale", "found -1"),
    Case(
      "microbatches", #"[{"size": 1}]"#, "microbatches[0].size",
      #"keys scale, memory, name, job, origin, found "size""#),
    Case(
      "microbatches", "[3]",
      "microbatches[0]: expected a mapping with scale, memory, name, job and origin, found 3"),
  ]

  static let keys = [
    Case("memorylimit", "8", "memorylimit: expected one of the keys", #"did you mean "memoryLimit"?"#),
    Case("colour", "8", "colour: expected one of the keys pipeloom, name", #"found "colour""#),
    Case("stages", stages(#""foward": 1"#), "stages[0].foward", #"did you mean "forward"?"#),
    Case("units", #"{"time": "ms", "mass": "kg"}"#, "units.mass", "time, memory"),
    Case("communication", #"{"latencies": 1}"#, "communication.latencies", "one of the keys latency"),
    Case("devices", nil, #"expected the key "devices", found none"#),
    Case("microbatches", nil, #"expected the key "microbatches", found none"#),
    Case("stages", nil, #"expected the key "stages", found none"#),
    Case("pipeloom", nil, #"expected the key "pipeloom", found none"#),
    Case("stages", #"[{"forward": 1, "backwardInput": 1}]"#, "stages[0]", #"the key "backwardWeight""#),
    Case("pipeloom", #""problem/2""#, "pipeloom: expected problem/1, found problem/2"),
    Case("pipeloom", #""schedule/1""#, "expected a problem (problem/1), found a schedule (schedule/1)"),
    Case("pipeloom", "1", "pipeloom: expected problem/1, found 1"),
    Case("name", "12", "name: expected text, in quotation marks, found 12"),
    Case("units", #""ms""#, "units: expected a mapping with time and memory"),
  ]

  static let costs = [
    Case("stages", stages(#""static": -1"#), "stages[0].static: expected a number from 0 to 1e15, found -1"),
    Case("stages", stages(#""static": 1e16"#), "stages[0].static", "found 1e+16"),
    Case("stages", stages(#""static": 1e400"#), "stages[0].static: expected a finite number, found 1e400"),
    Case("stages", stages(#""static": "1 GB""#), "stages[0].static: expected a number", #"found "1 GB""#),
    Case(
      "stages", stages(#""activationForW": 2"#), "stages[0].activationForW",
      "at most activationForB, which is 1"),
    Case("stages", "[]", "stages: expected a count from 1 to 65536, found 0"),
    Case("stages", "{}", "stages: expected a list of stages, found a mapping"),
    Case("stages", "[1, 2]", "stages[0]: expected a stage, found 1"),
    Case(
      "stages", #"[{"repeat": 0, "forward": 1, "backwardInput": 1, "backwardWeight": 1}]"#,
      "stages[0].repeat",
      "found 0"),
    Case(
      "stages", #"[{"repeat": 2, "forward": -0.5, "backwardInput": 1, "backwardWeight": 1}]"#,
      "stages[0].forward: expected a number from 0 to 1e15, found -0.5"),
    Case("speed", "5e-324", "speed: expected at least 1e-15 where it is not 0, found 5e-324"),
    Case("speed", "[1, 1e-320]", "speed[1]: expected at least 1e-15", "found 1e-320"),
    Case("microbatches", #"[{"scale": 1e-308}]"#, "microbatches[0].scale: expected at least 1e-15"),
    Case(
      "stages", stages(#""static": 0"#).replacing(": 1,", with: ": 1e12,"),
      "stages[0].forward: expected at most 1e15 once scaled and divided by the device's speed",
      "found 1000000000000 x 1 / 0.0001 on device 0", with: ("speed", "1e-4")),
    Case("communication", "-0.5", "communication: expected a number from 0 to 1e15, found -0.5"),
    Case("communication", #""fast""#, "communication: expected a number or a mapping with latency"),
    Case("communication", #"{"latency": [[0, -1], [1, 0]]}"#, "communication.latency[0][1]", "found -1"),
    Case("optimizerStep", "-3", "optimizerStep: expected a number from 0 to 1e15, found -3"),
    Case("optimizerStep", "[1, -3]", "optimizerStep[1]", "found -3"),
    Case("memoryLimit", "-1", "memoryLimit: expected a number from 0 to 1e15, found -1"),
    Case("memoryLimit", #""8 GB""#, "memoryLimit: expected a number or a list with one per device"),
  ]

  static let lengths = [
    Case("memoryLimit", "[4]", "memoryLimit: expected 2 entries, one per device, found 1"),
    Case("optimizerStep", "[1, 2, 3]", "optimizerStep: expected 2 entries, one per device, found 3"),
    Case("communication", #"{"latency": [[0]]}"#, "communication.latency: expected 2 entries", "found 1"),
    Case("communication", #"{"latency": [[0, 1], [1]]}"#, "communication.latency[1]: expected 2", "found 1"),
    Case("devices", "3", "placement: expected one stage per device", "found 2 stages for 3 devices"),
    Case(
      "placement", #""loop""#, "placement: expected at least one stage per device, found 2 for 3",
      with: ("devices", "3")),
    Case("placement", #""v""#, "placement: expected at least one", "found 2 for 3", with: ("devices", "3")),
    Case("placement", "[0]", "placement: expected 2 entries, one per stage, found 1"),
    Case("placement", "[0, 5]", "placement[1]: expected a device from 0 to 1, found 5"),
    Case("placement", "[0, -1]", "placement[1]: expected a device", "found -1"),
    Case("placement", "[0, []]", "placement[1]: expected at least one device"),
    Case("placement", "[0, [1, 1]]", "placement[1]: expected different devices, found device 1 twice"),
    Case("placement", #""zigzag""#, "placement: expected sequential, loop, v, a list", #"found "zigzag""#),
    Case("memoryLimit", "0.5", "memoryLimit: expected at least 1, which one microbatch needs on device 0"),
    Case("memoryLimit", "[1, 0.5]", "memoryLimit[1]: expected at least 1", "on device 1, found 0.5"),
  ]

  @Test(
    "One clear line names file, line, key and what was expected", arguments: counts + keys + costs + lengths)
  func refused(_ example: Case) throws {
    let workspace = try Workspace()
    let text = example.text
    for (name, content, firstLine) in [("p.yaml", text.yaml, 0), ("p.json", text.json, 1)] {
      try workspace.write(content, to: name)
      try workspace.write("old", to: "out.json")
      // Rules that join two keys name the one that is not there by its line in neither.
      let line = text.yamlLine(of: example.key).map { ":\($0 + firstLine):" }
      let isPlaced = example.names[0].hasPrefix(example.key)
      let fromFile = try workspace.pipeloom("generate", "1f1b", name, "-o", "out.json")
      fromFile.expectRefusal(
        Status.badInput, naming: example.names + [isPlaced ? "\(name)\(line ?? "")" : name])
      let fromInput = try workspace.pipeloom("generate", "1f1b", "-", "-o", "out.json", input: content)
      fromInput.expectRefusal(Status.badInput, naming: example.names + ["standard input"])
      #expect(fromInput.errors == fromFile.errors.replacingOccurrences(of: name, with: "standard input"))
      #expect(try workspace.text("out.json") == "old")
    }
    #expect(try workspace.names() == ["out.json", "p.json", "p.yaml"])
  }
}
