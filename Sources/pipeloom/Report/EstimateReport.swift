import ModelCosts
import PipelineModel

/// What a model takes, for people and for machines. Counts are exact; times are an estimate.
struct EstimateReport: Encodable {
  /// The parameters of a model by part. Predictors of further tokens (`mtp`) are not in the total.
  struct Parameters: Encodable {
    let total: Double
    let active: Double
    let activeWithoutInputEmbedding: Double
    let embedding: Double
    let head: Double
    let finalNorm: Double
    let attention: Double
    let mlp: Double
    let norms: Double
    let attentionPerLayer: Double
    let denseLayer: Double
    let moeLayer: Double
    let denseLayers: Int
    let moeLayers: Int
    let mtp: Double
  }

  /// The operations of one token by part and pass, of forward passes where nothing else is said.
  struct FLOPs: Encodable {
    let forward: Double
    let backwardInput: Double
    let backwardWeight: Double
    let training: Double
    let attentionProjections: Double
    let attentionScores: Double
    let mlp: Double
    let head: Double
    let mtp: Double
    /// How many keys a token of the sequence sees on average in the first layer.
    let keys: Double
  }

  /// The bytes that one token holds by part, all devices of tensor parallelism together.
  struct HeldBytes: Encodable {
    let attention: Double
    let mlp: Double?
    let moe: Double?
    let denseLayer: Double?
    let moeLayer: Double?
    let head: Double
    let checkpoint: Double
  }

  /// How the model is trained.
  struct Setup: Encodable {
    let tensor: Int
    let sequenceParallel: Bool
    let expert: Int
    let context: Int
    let data: Int
    let sequence: Int
    let microbatchSize: Int
    let microbatches: Int
    let devices: Int
    let chunks: Int
    let precision: String
    let optimizer: String
    let attention: String
  }

  /// The times and the memory limit on a machine.
  struct Machine: Encodable {
    let name: String
    let source: String
    let memoryLimit: Double
    let error: String
    let calibration: String
  }

  /// One layer, or equal ones behind each other, on a device.
  struct Layer: Encodable {
    let name: String
    let count: Int
    let forward: Double
    let backwardInput: Double
    let backwardWeight: Double
    let activationForB: Double
    let activationForW: Double
    let checkpoint: Double?
    let selective: Double?
    let `static`: Double
    let source: String
  }

  let model: String
  let isEstimate = true
  let parameters: Parameters
  let flopsPerToken: FLOPs
  let bytesPerToken: HeldBytes
  let setup: Setup
  let machine: Machine?
  let layers: [Layer]?
  let units: [String: String]?

  private enum CodingKeys: String, CodingKey {
    case model, isEstimate = "estimate", parameters, flopsPerToken, bytesPerToken, setup, machine, layers,
      units
  }

  /// - Parameter estimate: `nil` without a machine.
  init(_ model: ModelShape, _ setup: TrainingSetup, _ estimate: Estimate?) {
    self.model = model.type
    parameters = Parameters(ParameterCounts(model))
    flopsPerToken = FLOPs(model, sequence: setup.sequence)
    bytesPerToken = HeldBytes(model, ActivationRules(model, setup))
    self.setup = Setup(setup)
    machine = estimate.map(Machine.init)
    layers = estimate?.layers.map(Layer.init)
    units = estimate.map { _ in ["time": LayerEstimate.units.time, "memory": LayerEstimate.units.memory] }
  }
}

extension EstimateReport.Parameters {
  fileprivate init(_ counts: ParameterCounts) {
    self.init(
      total: counts.total, active: counts.active, activeWithoutInputEmbedding: counts.activeWithoutEmbedding,
      embedding: counts.embedding, head: counts.head, finalNorm: counts.finalNorm,
      attention: counts.attention, mlp: counts.feedForward, norms: counts.norms,
      attentionPerLayer: counts.attentionPerLayer, denseLayer: counts.denseLayer,
      moeLayer: counts.expertLayer,
      denseLayers: counts.denseLayers, moeLayers: counts.expertLayers, mtp: counts.predictors)
  }
}

extension EstimateReport.FLOPs {
  fileprivate init(_ model: ModelShape, sequence: Int) {
    let counts = FLOPCounts(model, sequence: sequence)
    self.init(
      forward: counts.forward, backwardInput: counts.backwardInput, backwardWeight: counts.backwardWeight,
      training: counts.training, attentionProjections: counts.attentionProjections,
      attentionScores: counts.attentionScores, mlp: counts.feedForward, head: counts.head,
      mtp: counts.predictors, keys: model.runs.first?.layer.meanKeys(sequence: sequence) ?? 0)
  }
}

extension EstimateReport.HeldBytes {
  fileprivate init(_ model: ModelShape, _ rules: ActivationRules) {
    let dense = model.runs.first { $0.layer.feedForward.experts == nil }?.layer
    let sparse = model.runs.first { $0.layer.feedForward.experts != nil }?.layer
    func layer(_ shape: LayerShape?) -> Double? {
      shape.map { LayerActivations($0, hidden: model.hidden, rules).forB.total }
    }
    self.init(
      attention: (dense ?? sparse)?.attention.held(hidden: model.hidden, rules).total ?? 0,
      mlp: dense?.feedForward.held(hidden: model.hidden, rules).total,
      moe: sparse?.feedForward.held(hidden: model.hidden, rules).total, denseLayer: layer(dense),
      moeLayer: layer(sparse), head: model.heldByNorm(rules).total + model.heldByHead(rules).total,
      checkpoint: rules.bytes * model.hidden)
  }
}

extension EstimateReport.Setup {
  fileprivate init(_ setup: TrainingSetup) {
    self.init(
      tensor: setup.tensor, sequenceParallel: setup.isSequenceParallel, expert: setup.expert,
      context: setup.context, data: setup.data, sequence: setup.sequence,
      microbatchSize: setup.microbatchSize, microbatches: setup.microbatches, devices: setup.devices,
      chunks: setup.chunks, precision: setup.precision.rawValue, optimizer: setup.optimizer.kind.rawValue,
      attention: setup.attention.rawValue)
  }
}

extension EstimateReport.Machine {
  fileprivate init(_ estimate: Estimate) {
    self.init(
      name: estimate.hardware.name, source: estimate.hardware.source, memoryLimit: estimate.memoryLimit,
      error: Estimate.error, calibration: estimate.calibration.text)
  }
}

extension EstimateReport.Layer {
  fileprivate init(_ layer: LayerEstimate) {
    let figures = layer.figures
    func checkpoint(_ mode: String) -> Double? { figures.modes.first { $0.name == mode }?.checkpoint }
    self.init(
      name: layer.title, count: layer.count, forward: figures.forward,
      backwardInput: figures.duration(of: .backwardInput) ?? 0,
      backwardWeight: figures.duration(of: .backwardWeight) ?? 0, activationForB: figures.activationForB,
      activationForW: figures.activationForW, checkpoint: checkpoint("full"),
      selective: checkpoint("selective"), static: figures.staticMemory, source: layer.formulas)
  }
}
