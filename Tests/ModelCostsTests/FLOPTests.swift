import ModelCosts
import ScheduleFormats
import Testing

@Suite("FLOPs")
struct FLOPTests {
  private func model(_ name: String) throws -> ModelShape {
    let model = try #require(PublishedModel.all.first { $0.name == name })
    return try ModelConfiguration.decode(Array(model.configuration.utf8), file: name)
  }

  /// Source: a public calculator's result file (v3-forward-prefill): matrix FLOPs of the expanded path.
  @Test("of DeepSeek-V3's forward pass over 8192 tokens are those of a public calculator")
  func deepSeek() throws {
    let flops = FLOPCounts(try model("DeepSeek-V3"), sequence: 8192)
    #expect(flops.forward * 8192 == 767_753_388_556_288)
  }

  /// What one token takes of a model, by part.
  struct Row: Sendable {
    let name: String
    let sequence: Int
    let projections: Int
    let feedForward: Int
    let head: Int
    /// Layers x heads x (key + value).
    let width: Int
    /// All passes with s / 2 keys: the diagonal of the scores is left out.
    let halfKeys: Int

    init(
      _ name: String, _ sequence: Int, _ projections: Int, _ feedForward: Int, _ head: Int, width: Int,
      _ halfKeys: Int
    ) {
      self.name = name
      self.sequence = sequence
      self.projections = projections
      self.feedForward = feedForward
      self.head = head
      self.width = width
      self.halfKeys = halfKeys
    }
  }

  /// Closed forms in the numbers of the configurations: three forward passes of 2 x matrices + 2 x keys x heads x
  /// (key + value). arXiv 2505.09343, table 2, has 250 GFLOP for DeepSeek-V3.
  static let rows = [
    Row(
      "GPT-3 175B", 2048, 115_964_116_992, 231_928_233_984, 1_235_116_032, width: 2_359_296, 1_061_877_915_648
    ),
    Row("Llama 2 7B", 4096, 4_294_967_296, 8_657_043_456, 262_144_000, width: 262_144, 42_863_689_728),
    Row(
      "Llama 3.1 70B", 8192, 24_159_191_040, 112_742_891_520, 2_101_346_304, width: 1_310_720,
      449_222_541_312),
    Row(
      "Llama 3.1 405B", 8192, 143_747_186_688, 659_545_915_392, 4_202_692_608, width: 4_128_768,
      2_523_955_986_432),
    Row("Mixtral 8x7B", 4096, 2_684_354_560, 22_550_675_456, 262_144_000, width: 262_144, 79_712_747_520),
    Row(
      "DeepSeek-V3", 4096, 22_826_844_160, 48_568_991_744, 1_853_358_080, width: 2_498_560, 250_449_887_232),
    Row("Qwen 3 8B", 4096, 3_019_898_880, 10_871_635_968, 1_244_659_712, width: 294_912, 49_032_462_336),
    Row(
      "Qwen 3 235B-A22B", 4096, 13_404_995_584, 28_485_615_616, 1_244_659_712, width: 1_540_096,
      148_330_512_384),
  ]

  @Test("of training follow from matrices and causal scores", arguments: rows)
  func training(row: Row) throws {
    let flops = FLOPCounts(try model(row.name), sequence: row.sequence)
    #expect(flops.attentionProjections == Double(row.projections))
    #expect(flops.feedForward == Double(row.feedForward))
    #expect(flops.head == Double(row.head))
    #expect(flops.attentionScores == Double((row.sequence + 1) * row.width))
    #expect(flops.training == Double(row.halfKeys + 3 * row.width))
    #expect(flops.training == flops.forward + flops.backwardInput + flops.backwardWeight)
    #expect(flops.backwardInput - flops.backwardWeight == 2 * flops.attentionScores)
  }

  @Test("within a window count the keys of each token one by one", arguments: [1, 7, 64, 99, 100, 101, 4096])
  func window(window: Int) {
    var layer = Shapes.gpt(hidden: 64, heads: 4)
    layer.window = window
    let keys = (1...100).reduce(0) { $0 + min($1, window) }
    #expect(layer.meanKeys(sequence: 100) == Double(keys) / 100)
  }

  @Test("of a predictor are its layer, the matrix before it and the head")
  func predictor() throws {
    let model = try model("DeepSeek-V3")
    let flops = FLOPCounts(model, sequence: 4096)
    // A layer of experts: matrices of attention 2 x 187,105,280, scores 4097 x 128 x 320, 9 experts and the router.
    let attention = 2 * 187_105_280 + 4097 * 128 * 320
    let experts = 2 * (9 * 3 * 7168 * 2048 + 7168 * 256)
    let around = 4 * 7168 * 7168 + 2 * 7168 * 129_280
    #expect(flops.predictors == Double(attention + experts + around))
  }
}
