/// The parts of a model on a stage, by the names of its layers: what frameworks count.
package struct StageLayers: Hashable, Sendable {
  /// The transformer layers, each once however many names its parts have, in their order.
  package private(set) var transformer: [LayerName.Numbered] = []
  /// How many layers predict further tokens.
  package private(set) var multiTokenPredictionCount = 0
  /// Whether an embedding is here.
  package private(set) var hasEmbedding = false
  /// Whether the final norm is here.
  package private(set) var hasNorm = false
  /// Whether a head is here.
  package private(set) var hasHead = false
  /// The first name that says nothing.
  package private(set) var unknown: String?

  /// How many layers there are.
  package var layerCount: Int { transformer.count + multiTokenPredictionCount }

  /// Counts layers by their names. O(names).
  package init(_ names: [String]) {
    var seen: Set<LayerName.Numbered> = []
    var predictions: Set<Int> = []
    var hasPrediction = false
    for name in names {
      switch LayerName(name).role {
      case .embedding: hasEmbedding = true
      case .transformer(let layer): if seen.insert(layer).inserted { transformer.append(layer) }
      case .multiTokenPrediction(let number):
        hasPrediction = true
        if let number { predictions.insert(number) }
      case .norm: hasNorm = true
      case .head: hasHead = true
      case .rotation: break
      case nil: unknown = unknown ?? name
      }
    }
    // Parts without a number belong to the layers that have one, where there are any.
    multiTokenPredictionCount = hasPrediction ? max(predictions.count, 1) : 0
  }
}

/// A part that every model has and that no stage names, while stages name numbered layers: trainers leave out what
/// no stage names, without a word.
public enum MissingModule: String, Hashable, Sendable, CaseIterable {
  /// No stage names an embedding.
  case embedding = "an embedding (tok_embeddings, embed_tokens)"
  /// No stage names a head.
  case head = "a head (lm_head, or output in torchtitan before 0.3)"
}

extension MissingModule: CustomStringConvertible {
  /// What is missing and what comes of it.
  public var description: String {
    "no stage names \(rawValue), while stages name numbered layers: trainers leave out what no stage names"
  }
}

extension Problem {
  /// The parts that no stage names where all have names, and some have numbers. O(names).
  public var missingModules: [MissingModule] {
    let named = stages.compactMap { $0.layers.map(StageLayers.init) }
    guard named.count == stageCount, named.contains(where: { !$0.transformer.isEmpty }) else { return [] }
    return MissingModule.allCases.filter { module in
      switch module {
      case .embedding: !named.contains(where: \.hasEmbedding)
      case .head: !named.contains(where: \.hasHead)
      }
    }
  }
}
