import PipelineModel
import TestSupport
import Testing

@testable import ScheduleFormats

@Suite("Layers in files")
struct LayerFileTests {
  private let text = """
    pipeloom: problem/1
    devices: 2
    microbatches: 4
    layers:
      - {name: embed, forward: 0.2, backwardInput: 0, backwardWeight: 0.3, static: 2}
      - {name: layers, repeat: 2, forward: 1, backwardInput: 1, backwardWeight: 1}
      - {name: layers, repeat: 3, forward: 2, backwardInput: 2, backwardWeight: 2,
         modes: [{name: full, backwardInput: 4, checkpoint: 0.1}]}
      - {name: norm, forward: 0.1, backwardInput: 0.1, backwardWeight: 0.1}
      - {name: lm_head, together: true, tied: embed, forward: 3, backwardInput: 3, backwardWeight: 3, static: 2}
    partition: [4, 4]

    """

  private func contents(_ text: String) throws(FormatError) -> ProblemFile.Contents {
    try ProblemFile.contents(Array(text.utf8), file: "p.yaml")
  }

  private func message(_ text: String) -> String {
    do { _ = try contents(text) } catch { return error.description }
    return ""
  }

  @Test("Layers are numbered through, and stages made of them")
  func reads() throws {
    guard case .problem(let problem) = try contents(text) else { throw FormatError(.missingPartition) }
    #expect(
      problem.partition?.layers.all.map(\.name) == [
        "embed", "layers.0", "layers.1", "layers.2", "layers.3", "layers.4", "norm", "lm_head",
      ])
    #expect(problem.stages.map(\.forward) == [4.2, 7.1])
    #expect(problem.stages[1].layers == ["layers.3", "layers.4", "norm", "lm_head"])
  }

  @Test("What is written is read again, entry by entry")
  func writes() throws {
    guard case .problem(let problem) = try contents(text) else { throw FormatError(.missingPartition) }
    let written = String(decoding: ProblemFile.encode(problem), as: UTF8.self)
    #expect(written.contains(#"{"name": "layers", "repeat": 3, "forward": 2"#))
    #expect(written.contains(#""partition": [4, 4]"#))
    #expect(!written.contains(#""stages""#))
    #expect(try contents(written) == .problem(problem))
  }

  @Test("Random layers are read as they were written")
  func random() throws {
    var random = SeededGenerator(seed: 8)
    for _ in 0..<60 {
      guard let layers = try? RandomLayers().layers(using: &random),
        let open = try? PartitionProblem(layers, devices: 2, microbatches: 2, leastCount: 0),
        let problem = try? open.cut(open.equalCounts)
      else { continue }
      let bytes = ProblemFile.encode(problem)
      #expect(try ProblemFile.contents(bytes, file: "p.json") == .problem(problem))
    }
  }

  @Test("A file without counts leaves the cut open")
  func open() throws {
    for (partition, stages, least) in [("", 2, 1), ("partition: {stages: 2, atLeast: 0}\n", 2, 0)] {
      let open = text.replacing("partition: [4, 4]\n", with: partition)
      guard case .partitioning(let problem) = try contents(open) else { throw FormatError(.missingPartition) }
      #expect(problem.stageCount == stages)
      #expect(problem.leastCount == least)
    }
  }

  @Test(
    "Mistakes are told with line and key",
    arguments: [
      (
        "partition: [4, 4]", "partition: [4, 2]",
        "p.yaml:11: partition: expected numbers that add up to the 8 layers, found a sum of 6"
      ),
      (
        "partition: [4, 4]", "partition: [7, 1]",
        "p.yaml:11: partition[0]: expected layer 7 (lm_head) on the stage of the layer before it (together), found the end of the stage between them"
      ),
      (
        "partition: [4, 4]", "partition: {stages: 8}\nplacement: loop",
        "p.yaml:11: partition.stages: expected at most 7 stages, one for each layer or group of layers that stay together, found 8"
      ),
      (
        "tied: embed", "tied: embedding",
        "p.yaml:10: layers[4].tied: expected the name of a layer before this one, found \"embedding\""
      ),
      (
        "{name: embed,", "{name: embed, together: true,",
        "p.yaml:5: layers[0].together: expected false for the first layer, as there is none before it, found true"
      ),
      (
        "repeat: 3, forward: 2", "repeat: 3, forward: -2",
        "p.yaml:7: layers[2].forward: expected a number from 0 to 1e15, found -2"
      ),
      (
        "partition: [4, 4]", "partition: two",
        "p.yaml:11: partition: expected a list with how many layers each stage has, or a mapping with stages and atLeast, found \"two\""
      ),
      (
        "together: true", "together: yes please",
        "p.yaml:10: layers[4].together: expected true or false, found \"yes please\""
      ),
      ("partition: [4, 4]", "stages: []", "p.yaml:1: expected \"stages\" or \"layers\", found both"),
      (
        "partition: [4, 4]", "routes: []",
        "p.yaml:1: routes: expected no \"routes\" where layers are given, as every microbatch visits all their stages, found some"
      ),
    ])
  func mistakes(_ old: String, _ new: String, _ expected: String) {
    #expect(message(text.replacing(old, with: new)) == expected)
  }
}
