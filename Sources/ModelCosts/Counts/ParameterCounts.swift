/// How many parameters a model has, by part. Counts are whole and exact to 2^53.
public struct ParameterCounts: Hashable, Sendable {
  /// All parameters, those of predictors of further tokens left out.
  public let total: Double
  /// Those that one token uses: of the experts only the chosen ones. The embedding is counted in full.
  public let active: Double
  /// The vectors of tokens, and of positions where they are learned.
  public let embedding: Double
  /// The head; 0 where it is the embedding.
  public let head: Double
  /// The norm behind the last layer.
  public let finalNorm: Double
  /// Attention, all layers together, with the norms inside.
  public let attention: Double
  /// Feed-forward parts, all layers together, with experts and routers.
  public let feedForward: Double
  /// Norms of whole vectors, all layers together.
  public let norms: Double
  /// Predictors of further tokens: a layer each, a matrix of 2h x h and three norms. Their embedding and head are those
  /// of the model.
  public let predictors: Double

  /// Counts.
  public init(_ model: ModelShape) {
    let scale = model.norm.parametersPerElement
    embedding = (model.vocabulary + model.positions) * model.hidden
    head = model.isTied ? 0 : model.head.parameters
    finalNorm = scale * model.hidden
    func sum(_ part: (LayerShape) -> Double) -> Double {
      model.runs.reduce(0) { $0 + Double($1.count) * part($1.layer) }
    }
    attention = sum(\.attentionParameters)
    feedForward = sum(\.feedForward.parameters)
    norms = sum { $0.normParameters(hidden: model.hidden) }
    let outside = embedding + head + finalNorm
    total = outside + attention + feedForward + norms
    active = outside + attention + norms + sum(\.feedForward.activeParameters)
    predictors = Double(model.predictors) * (model.predictor.map { model.predictorParameters(of: $0) } ?? 0)
    self.model = model
  }

  private let model: ModelShape

  /// The active parameters without the vectors of tokens, which are looked up and not multiplied by, unless they are
  /// the head's too: DeepSeek's own way to count.
  public var activeWithoutEmbedding: Double {
    model.isTied ? active : active - model.vocabulary * model.hidden
  }

  /// The parameters of a layer without experts; 0 where there is none.
  public var denseLayer: Double { layer { $0.feedForward.experts == nil } }
  /// The parameters of a layer with experts; 0 where there is none.
  public var expertLayer: Double { layer { $0.feedForward.experts != nil } }
  /// How many layers have no experts.
  public var denseLayers: Int { count { $0.feedForward.experts == nil } }
  /// How many layers have experts.
  public var expertLayers: Int { count { $0.feedForward.experts != nil } }
  /// The parameters of attention in one layer.
  public var attentionPerLayer: Double { model.runs.first?.layer.attentionParameters ?? 0 }

  private func layer(_ isMeant: (LayerShape) -> Bool) -> Double {
    model.runs.first { isMeant($0.layer) }?.layer.parameters(hidden: model.hidden) ?? 0
  }

  private func count(_ isMeant: (LayerShape) -> Bool) -> Int {
    model.runs.reduce(0) { $0 + (isMeant($1.layer) ? $1.count : 0) }
  }
}

extension LayerShape {
  /// Attention with the norms inside.
  var attentionParameters: Double { attention.matrices.parameters + attention.normParameters }

  /// The norms of whole vectors.
  func normParameters(hidden: Double) -> Double { normCount * norm.parametersPerElement * hidden }

  /// All of the layer.
  public func parameters(hidden: Double) -> Double {
    attentionParameters + feedForward.parameters + normParameters(hidden: hidden)
  }
}

extension ModelShape {
  /// A predictor of one further token.
  func predictorParameters(of layer: LayerShape) -> Double {
    layer.parameters(hidden: hidden) + joint.parameters + predictorNorms
  }

  /// The matrix that joins a token's vector and the next token's embedding.
  var joint: WeightMatrix { WeightMatrix(2 * hidden, hidden, split: .outputs) }

  /// The norms of a predictor outside its layer: of both vectors before they are joined, and before the head.
  var predictorNorms: Double { 3 * norm.parametersPerElement * hidden }
}
