import PipelineModel
import Testing

@testable import ScheduleFormats

@Suite struct SweepFileTests {
  private func sweep(_ text: String) throws -> Sweep {
    try SweepFile.decode(Array("pipeloom: sweep/1\n\(text)\n".utf8), file: "s.yaml")
  }

  private func message(_ text: String) -> String {
    do {
      _ = try sweep(text)
      return "no error"
    } catch { return "\(error)" }
  }

  private func names(_ sweep: Sweep) -> [String] {
    sweep.points.map { point in
      let maker =
        switch point.maker {
        case .family(let name): name
        case .search(let options):
          "search(" + options.map { "\($0.setting.name) \($0.value)" }.joined(separator: " ") + ")"
        }
      return ([point.problem ?? "-"] + point.values.map { $0?.description ?? "none" } + [maker])
        .joined(separator: " ")
    }
  }

  @Test("Points are the product of the axes, made by each family and each search")
  func product() throws {
    let sweep = try sweep(
      """
      problem: p.yaml
      axes: {microbatches: [8, 16], memoryLimit: [1.0x, 12, null], family: [1f1b], search: [{iterations: 5}, {}]}
      search: {seed: 3, iterations: 9}
      """)
    #expect(sweep.source == .file)
    let makers = ["1f1b", "search(iterations 5 seed 3)", "search(iterations 9 seed 3)"]
    let expected = ["8", "16"].flatMap { m in
      ["1x", "12", "none"].flatMap { limit in makers.map { "p.yaml \(m) \(limit) \($0)" } }
    }
    #expect(names(sweep) == expected)
  }

  @Test("Where no maker is given there is one search; one outside the axes joins the families")
  func makers() throws {
    #expect(try names(sweep("problem: p\naxes: {chunks: 1}")) == ["p 1 search()"])
    #expect(try names(sweep("problem: p\naxes: {family: 1f1b}")) == ["p 1f1b"])
    #expect(
      try names(sweep("problem: p\naxes: {family: 1f1b}\nsearch: {prove: true}"))
        == ["p 1f1b", "p search(prove true)"])
  }

  @Test("Conditions leave out what agrees with all of them")
  func exclusions() throws {
    let axes =
      "problem: [a, b]\naxes: {chunks: [1, 2], placement: [loop, v], family: [x, y], search: [{seed: 1}]}\n"
    let all = try names(sweep(axes))
    #expect(all.count == 24)
    func left(_ conditions: String) throws -> [String] { try names(sweep(axes + "where: [\(conditions)]")) }
    #expect(try left("{chunks: 1, placement: v}") == all.filter { !$0.contains("1 v ") })
    #expect(try left("{chunks: [1, 2], placement: v}") == all.filter { !$0.contains(" v ") })
    #expect(
      try left("{family: x, problem: a}, {search: {seed: 1}}")
        == all.filter { !($0.hasPrefix("a ") && $0.hasSuffix(" x")) && !$0.hasSuffix("search(seed 1)") })
    #expect(try left("{search: {seed: 2}}") == all)
  }

  @Test("Where a problem comes from decides what may be an axis")
  func sources() throws {
    #expect(try sweep("axes: {devices: [2, 4], microbatches: 8, forward: [1, 2]}").source == .settings)
    #expect(try sweep("problem: config.json\naxes: {hardware: [h100], tensor: [1, 8]}").source == .model)
    #expect(
      message("problem: p\naxes: {forward: 1}").hasPrefix("s.yaml:3: axes.forward: expected one of the keys"))
    #expect(message("problem: p\naxes: {tensor: 1}").contains("axes.tensor: expected one of the keys"))
    #expect(message("axes: {hardware: h100}").contains("expected the key \"problem\", found none"))
  }

  @Test(
    "What cannot be is refused by key",
    arguments: [
      ("problem: p", "expected the key \"axes\", found none"),
      (
        "problem: p\naxes: [1]",
        "s.yaml:3: axes: expected a mapping of names to lists of values, found a list"
      ),
      ("problem: p\naxes: {chunkz: [1]}", "did you mean \"chunks\"?"),
      ("problem: p\naxes: {chunks: []}", "axes.chunks: expected at least one value, found none"),
      ("problem: p\naxes: {chunks: [{a: 1}]}", "axes.chunks[0]: expected a number, text, true or false"),
      (
        "problem: p\naxes: {search: [{speed: 1}]}", "axes.search[0].speed: expected one of the keys objective"
      ),
      ("problem: p\naxes: {}\nwhere: [{chunks: 1}]", "where[0].chunks: expected one of the keys family"),
      ("problem: p\naxes: {}\nwhere: [{}]", "where[0]: expected at least one axis, found none"),
      ("problem: p\naxes: {}\nresults: x", "results: expected one of the keys pipeloom"),
    ])
  func refusals(text: String, expected: String) {
    #expect(message(text).contains(expected), "\(message(text))")
  }

  @Test("More than a million points are refused before they are made")
  func tooMany() {
    let values = "[" + (0..<101).map(String.init).joined(separator: ", ") + "]"
    let axes = "{microbatches: \(values), chunks: \(values), overlap: \(values)}"
    #expect(
      message("problem: p\naxes: \(axes)").contains("axes: expected at most 1000000 points, found more"))
  }

  @Test("The same content has the same name, however it is written")
  func inputs() throws {
    func input(_ text: String, devices: Int? = nil) throws -> SweepInput {
      try SweepInput(Array(text.utf8), devices: devices, file: "p")
    }
    let yaml = "pipeloom: problem/1\ndevices: 4   # of one kind\nstages: [{repeat: 4, forward: 1.0}]"
    let one = try input(yaml)
    #expect(
      String(decoding: one.text, as: UTF8.self)
        == "{\"pipeloom\": \"problem/1\", \"devices\": 4, \"stages\": [{\"repeat\": 4, \"forward\": 1}]}\n")
    let other = try input(#"{"pipeloom":"problem/1","stages":[{"forward":1,"repeat":4}],"devices":4}"#)
    #expect(one.digest == other.digest)
    #expect(try input(yaml, devices: 4).digest == one.digest)
    #expect(try input(yaml, devices: 8).digest != one.digest)
    #expect(
      String(decoding: try input(yaml, devices: 8).text, as: UTF8.self).contains("\"repeat\": 8"))
  }
}
