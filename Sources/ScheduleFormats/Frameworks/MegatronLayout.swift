import PipelineModel

/// Layers of stages in the letters of `--pipeline-model-parallel-layout`: `E` embedding, `t` transformer layer, `m`
/// multi-token prediction, `L` head and loss.
///
/// Source: `PipelineParallelLayerLayout.validate_layer_layout` in
/// megatron/core/transformer/pipeline_parallel_layer_layout.py.
struct MegatronLayout {
  /// The layout: stages in the model's order, which is Megatron's, one chunk of all devices after the other.
  let text: String
  /// What is to be compared with other arguments, and what Megatron does otherwise, one line each.
  let statements: [String]

  /// Finds the letters of every stage by the names of its layers.
  ///
  /// - Throws: `ExportRefusal` for a layer that no letter stands for, or an order that Megatron refuses.
  init(_ names: [[String]], devices: Int) throws(ExportRefusal) {
    let stages = names.map(StageLayers.init)
    if let stage = stages.firstIndex(where: { $0.unknown != nil }), let layer = stages[stage].unknown {
      throw .unknownLayer(layer, Stage.ID(stage))
    }
    let stacks = Set(stages.flatMap { $0.transformer.map(\.stack) })
    guard stacks.count <= 1 else { throw .severalStacks(stacks.sorted()) }
    let letters = Self.letters(of: stages)
    try Self.check(letters, devices: devices)
    text = letters.map(Self.text).joined(separator: "|")
    let count = stages.reduce(0) { $0 + $1.transformer.count }
    let predictions = stages.reduce(0) { $0 + $1.multiTokenPredictionCount }
    var statements = [Self.total(of: count)]
    if predictions > 0 {
      let layers = predictions.counted("multi-token-prediction layer")
      statements.append("\(layers): --mtp-num-layers must say the same.")
    }
    self.statements = statements + Self.misplacedNorm(in: stages)
  }

  /// States the number of layers.
  static func total(of layers: Int) -> String {
    "\(layers.counted("transformer layer")): --num-layers must say the same."
  }

  /// One row of letters per stage. The head is the loss; models whose head is the embedding name a norm alone.
  private static func letters(of stages: [StageLayers]) -> [[Character]] {
    let hasHead = stages.contains(where: \.hasHead)
    return stages.map { stage in
      (stage.hasEmbedding ? ["E"] : []) + stage.transformer.map { _ in "t" }
        + Array(repeating: "m", count: stage.multiTokenPredictionCount)
        + (stage.hasHead || !hasHead && stage.hasNorm ? ["L"] : [])
    }
  }

  private static func check(_ letters: [[Character]], devices: Int) throws(ExportRefusal) {
    let all = letters.flatMap { $0 }
    var layout: String { letters.map { String($0) }.joined(separator: "|") }
    guard all.first == "E", all.last == "L", all.count(where: { $0 == "E" }) == 1,
      all.count(where: { $0 == "L" }) == 1, let lastLayer = all.lastIndex(of: "t")
    else { throw .incompleteLayout(layout) }
    let predicting = letters.indices.filter { letters[$0].contains("m") }
    guard let stage = predicting.first else { return }
    guard predicting.count == 1, stage >= letters.count - devices,
      all.firstIndex(of: "m").map({ $0 > lastLayer }) == true
    else { throw .misplacedPrediction(layout) }
  }

  /// Where Megatron puts the final norm elsewhere: on the last stage, or behind the last transformer layer where
  /// layers predict further tokens.
  private static func misplacedNorm(in stages: [StageLayers]) -> [String] {
    let predicts = stages.contains { $0.multiTokenPredictionCount > 0 }
    let last = predicts ? stages.lastIndex { !$0.transformer.isEmpty } : stages.indices.last
    guard let last, let found = stages.indices.first(where: { stages[$0].hasNorm && $0 != last }) else {
      return []
    }
    return ["Megatron puts the final norm on stage \(last), not on stage \(found)."]
  }

  /// One stage, with runs of equal letters as `t*3`.
  private static func text(_ letters: [Character]) -> String {
    var runs: [(letter: Character, count: Int)] = []
    for letter in letters {
      if let last = runs.last, last.letter == letter {
        runs[runs.count - 1].count += 1
      } else {
        runs.append((letter, 1))
      }
    }
    return runs.map { $0.count == 1 ? "\($0.letter)" : "\($0.letter)*\($0.count)" }.joined()
  }
}

extension ExportRefusal {
  /// A layer whose name no letter of Megatron's layout stands for.
  static func unknownLayer(_ layer: String, _ stage: Stage.ID) -> Self {
    Self(
      "expected layers named as an embedding, a transformer layer, a multi-token-prediction layer or the output "
        + "(tok_embeddings, layers.0, mtp.0, norm, lm_head), found \(layer.quoted) on stage \(stage)")
  }

  /// Layers numbered in several stacks where a pipeline has one.
  static func severalStacks(_ stacks: [String]) -> Self {
    let names = stacks.prefix(4).map { $0.isEmpty ? "the decoder's" : "that of \($0.quoted)" }
    return Self(
      "expected one stack of numbered layers, found \(stacks.count): \(names.joined(separator: ", "))",
      .genericProgram)
  }

  /// Layers that do not begin with the only embedding and end with the only loss, in Megatron's letters.
  static func incompleteLayout(_ layout: String) -> Self {
    Self(
      "expected the embedding E first, the loss L last, one of each, and layers t between them, found "
        + layout.shortened)
  }

  /// Layers that predict further tokens and are not together behind all others.
  static func misplacedPrediction(_ layout: String) -> Self {
    Self(
      "expected all layers for multi-token prediction, m, on one stage, the last of its device, behind all layers t, "
        + "found \(layout.shortened)")
  }
}
