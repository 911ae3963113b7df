import PipelineModel
import TestSupport
import Testing

@testable import ScheduleFormats

@Suite("Layer names of stages")
struct LayerTests {
  private static let named = smallProblem.with(
    "backwardWeight: 3}", "backwardWeight: 3, layers: [embedding, layers.0]}")

  @Test("names are read, written and read again")
  func roundTrip() throws {
    let problem = try ProblemFile.decode(Array(Self.named.utf8), file: "p.yaml")
    #expect(problem.stages.map(\.layers) == [["embedding", "layers.0"], nil])
    let text = ProblemFile.encode(problem)
    #expect(String(decoding: text, as: UTF8.self).contains(#""layers": ["embedding", "layers.0"]}"#))
    #expect(try ProblemFile.decode(text, file: "p.json") == problem)
  }

  @Test("the stated number of layers is read, written and read again, and held against the names")
  func layerCount() throws {
    let text = Self.named.with("communication:", "layerCount: 32\ncommunication:")
    let problem = try ProblemFile.decode(Array(text.utf8), file: "p.yaml")
    #expect(problem.layerCount == 32)
    let written = ProblemFile.encode(problem)
    #expect(String(decoding: written, as: UTF8.self).contains("\n  \"layerCount\": 32,\n"))
    #expect(try ProblemFile.decode(written, file: "p.json") == problem)
    #expect(
      problemRefusal(text.with("static: 0.25", "static: 0.25, layers: [layers.1]"))
        == "p.yaml:9: layerCount: expected 2, as many layers as the stages name, found 32")
    #expect(
      problemRefusal(text.with("layerCount: 32", "layerCount: many"))
        == "p.yaml:9: layerCount: expected a count from 1 to 65536, found \"many\"")
  }

  private static let refused: [(part: String, replacement: String, message: String)] = [
    (
      "[embedding, layers.0]", "embedding",
      "p.yaml:7: stages[0].layers: expected a list of layer names, found \"embedding\""
    ),
    ("[embedding, layers.0]", "[]", "p.yaml:7: stages[0].layers: expected at least one layer, found none"),
    (
      "[embedding, layers.0]", "[embedding, 0]",
      "p.yaml:7: stages[0].layers[1]: expected text, in quotation marks, found 0"
    ),
    (
      "[embedding, layers.0]", "[\"\"]",
      "p.yaml:7: stages[0].layers[0]: expected the name of a layer, found an empty one"
    ),
    (
      "layers.0]", "embedding]",
      "p.yaml:7: stages[0].layers[1]: expected each layer of a stage once, found \"embedding\" twice"
    ),
    (
      "layers.0]", "layers.0, layers.2]",
      "p.yaml:7: stages[0].layers[2]: expected layer 1 next on stage 0, as numbered layers follow each other through the stages, each once, found layer 2"
    ),
    (
      "layers: [", "repeat: 2, layers: [",
      "p.yaml:7: stages[0].repeat: expected one entry per stage where stages have layers, found one for several"
    ),
  ]

  @Test("names that cannot be", arguments: refused)
  func refusals(part: String, replacement: String, message: String) {
    #expect(problemRefusal(Self.named.with(part, replacement)) == message)
  }

  @Test("chunks share the layers of their stage where they divide evenly; pieces keep them")
  func arrangement() throws {
    var problem = try Problem.uniform(devices: 2, microbatches: 2)
    var stages = problem.stages
    stages[0].layers = ["a", "b"]
    stages[1].layers = ["c", "d", "e"]
    problem = try Problem(devices: problem.devices, stages: stages, microbatches: problem.microbatches)
    #expect(try problem.arranged(.v, chunks: 2).stages.map(\.layers) == [["a"], ["b"], nil, nil])
    #expect(
      try problem.arranged(.loop, chunks: 3).stages.map(\.layers) == [nil, nil, nil, ["c"], ["d"], ["e"]])
    #expect(try problem.cut(intoPieces: 2).stages.map(\.layers) == stages.map(\.layers))
  }
}
