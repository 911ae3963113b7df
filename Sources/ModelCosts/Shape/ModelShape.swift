/// What a language model is made of, as far as its costs depend on it.
public struct ModelShape: Hashable, Sendable {
  /// Equal layers behind each other.
  public struct Run: Hashable, Sendable {
    /// The layer.
    public var layer: LayerShape
    /// How many there are.
    public var count: Int

    /// Describes a run.
    public init(_ layer: LayerShape, count: Int) {
      self.layer = layer
      self.count = count
    }
  }

  /// How often training drops numbers at random; a rate of 0 needs no mask.
  public struct Dropout: Hashable, Sendable {
    /// Whether weights of attention are dropped.
    public var ofAttention: Bool
    /// Whether what attention and the feed-forward part make is.
    public var ofHidden: Bool
    /// Whether the vectors of tokens are.
    public var ofEmbedding: Bool

    /// Describes dropout; none if left out.
    public init(ofAttention: Bool = false, ofHidden: Bool = false, ofEmbedding: Bool = false) {
      self.ofAttention = ofAttention
      self.ofHidden = ofHidden
      self.ofEmbedding = ofEmbedding
    }
  }

  /// The `model_type` that it was read from.
  public var type: String
  /// The length of a token's vector.
  public var hidden: Double
  /// How many tokens there are to tell apart.
  public var vocabulary: Double
  /// How many positions have a vector that is learned; 0 where positions are told by rotation.
  public var positions: Double
  /// Whether the head uses the weights of the embedding.
  public var isTied: Bool
  /// The layers, in order.
  public var runs: [Run]
  /// Layers that predict further tokens, as DeepSeek-V3 has one.
  public var predictors: Int
  /// What training drops.
  public var dropout: Dropout

  /// Describes a model.
  public init(
    type: String, hidden: Double, vocabulary: Double, positions: Double = 0, isTied: Bool = false,
    runs: [Run],
    predictors: Int = 0, dropout: Dropout = Dropout()
  ) {
    self.type = type
    self.hidden = hidden
    self.vocabulary = vocabulary
    self.positions = positions
    self.isTied = isTied
    self.runs = runs
    self.predictors = predictors
    self.dropout = dropout
  }

  /// How many layers there are, predictors left out.
  public var layerCount: Int { runs.reduce(0) { $0 + $1.count } }

  /// The kind of layer that a predictor is: the last.
  var predictor: LayerShape? { predictors > 0 ? runs.last?.layer : nil }

  /// What a norm of the model has for parameters.
  var norm: NormShape { runs.first?.layer.norm ?? .scale }

  /// The matrix that turns vectors into a number per token.
  var head: WeightMatrix { WeightMatrix(hidden, vocabulary, split: .outputs) }
}

extension ModelShape {
  /// Groups layers that are equal and lie behind each other.
  public static func runs(of layers: [LayerShape]) -> [Run] {
    layers.reduce(into: []) { runs, layer in
      if let last = runs.last, last.layer == layer {
        runs[runs.count - 1].count += 1
      } else {
        runs.append(Run(layer, count: 1))
      }
    }
  }
}
