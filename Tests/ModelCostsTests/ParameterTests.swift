import ModelCosts
import ScheduleFormats
import Testing

@Suite("Parameters")
struct ParameterTests {
  private func counts(_ name: String) throws -> ParameterCounts {
    let model = try #require(PublishedModel.all.first { $0.name == name })
    return ParameterCounts(try ModelConfiguration.decode(Array(model.configuration.utf8), file: name))
  }

  @Test("of published models are counted to the unit", arguments: PublishedModel.all.indices)
  func published(index: Int) throws {
    let model = PublishedModel.all[index]
    let shape = try ModelConfiguration.decode(Array(model.configuration.utf8), file: model.name)
    #expect(ParameterCounts(shape).total == model.parameters, "\(model.name): \(model.source)")
  }

  @Test("by part add up to all")
  func parts() throws {
    for model in PublishedModel.all {
      let counts = try counts(model.name)
      let parts = [
        counts.embedding, counts.head, counts.finalNorm, counts.attention, counts.feedForward, counts.norms,
      ]
      #expect(parts.reduce(0, +) == counts.total, "\(model.name)")
      let layers =
        Double(counts.denseLayers) * counts.denseLayer + Double(counts.expertLayers) * counts.expertLayer
      #expect(counts.embedding + counts.head + counts.finalNorm + layers == counts.total, "\(model.name)")
    }
  }

  /// Sources: the DeepSeek-V3 report has 37B active, the embedding left out, and a checkpoint with 684,489,830,400
  /// elements in 8 and 16 bits, which are all but the router's biases, with copies of embedding and head for the
  /// predictor.
  @Test("of DeepSeek-V3's predictor are what its checkpoint has more")
  func predictor() throws {
    let counts = try counts("DeepSeek-V3")
    #expect(counts.predictors == 11_610_068_224)
    let biases = 256.0 * 59
    let checkpoint = counts.total + counts.predictors + 2 * counts.embedding - biases
    #expect(checkpoint == 684_489_830_400)
    #expect(counts.active == 37_552_297_472)
    #expect(counts.activeWithoutEmbedding == 36_625_618_432)
  }

  /// Sources: model cards: 12.9B (Mixtral 8x7B), 3.3B (Qwen 3 30B-A3B), 22B, 32B (Kimi K2), 21B (DeepSeek-V2),
  /// 2.7B without embedding (Qwen 1.5 MoE).
  @Test(
    "that a token uses are those of the chosen experts",
    arguments: [
      ("Mixtral 8x7B", 12.9), ("Qwen 3 30B-A3B", 3.3), ("Qwen 3 235B-A22B", 22.2), ("Kimi K2", 32.9),
      ("DeepSeek-V2", 21.4),
    ])
  func active(name: String, billions: Double) throws {
    #expect(abs(try counts(name).active / 1e9 - billions) < 0.1)
  }

  @Test("of GLM-4.5 are those of its checkpoints, predictor included", arguments: [0, 1])
  func glm(index: Int) throws {
    let model = PublishedModel.withPredictors[index]
    let shape = try ModelConfiguration.decode(Array(model.configuration.utf8), file: model.name)
    let counts = ParameterCounts(shape)
    #expect(counts.total + counts.predictors + 2 * counts.embedding == model.parameters, "\(model.source)")
  }
}
