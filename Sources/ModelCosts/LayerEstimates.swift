/// Works out the layers of a model, one kind after the other.
struct LayerEstimates {
  private let model: ModelShape
  private let setup: TrainingSetup
  private let hardware: Hardware
  private let roofline: Roofline
  private let kernels: LayerKernels
  private let collectives: Collectives
  private let rules: ActivationRules

  /// - Parameter model: the model as devices hold it.
  init(_ model: ModelShape, _ setup: TrainingSetup, _ hardware: Hardware, _ roofline: Roofline) {
    (self.model, self.setup, self.hardware, self.roofline) = (model, setup, hardware, roofline)
    kernels = LayerKernels(model, setup)
    collectives = Collectives(model, setup, hardware.links)
    rules = ActivationRules(model, setup)
  }

  /// All layers in order.
  var all: [LayerEstimate] {
    var layers = [embedding]
    var first = 0
    for run in model.runs {
      layers.append(transformer(run.layer, first: first, count: run.count))
      first += run.count
    }
    layers += [norm, head]
    if let shape = model.predictor { layers.append(predictor(shape)) }
    return layers
  }

  private var embedding: LayerEstimate {
    let rows = model.vocabulary * model.hidden / Double(setup.tensor) + model.positions * model.hidden
    return layer(
      .embedding, kernels.embedding, Passes(forward: 0, input: 0, weight: 0), forB: model.heldByEmbedding,
      forW: model.heldByEmbedding, StaticMemory(rows, setup))
  }

  private func transformer(_ shape: LayerShape, first: Int, count: Int) -> LayerEstimate {
    let held = LayerActivations(shape, hidden: model.hidden, rules)
    var layer = layer(
      .transformer(first), kernels.layer(shape), collectives.layer(shape), forB: held.forB, forW: held.forW,
      StaticMemory(shape, hidden: model.hidden, setup))
    layer.count = count
    layer.held.checkpoint = bytes(held.checkpoint)
    layer.memoryFormulas["checkpoint"] = held.checkpoint.formula(setup)
    guard !held.modules.isEmpty else { return layer }
    layer.held.selective = bytes(held.selective)
    layer.memoryFormulas["selective"] = held.selective.formula(setup)
    layer.modules = held.modules
    layer.selectiveTime = kernels.selective(shape, held.modules).reduce(0) { $0 + roofline.time($1) }
    return layer
  }

  private var norm: LayerEstimate {
    // The gradient of its weights is made in `B`, so that nothing is kept for `W`.
    return layer(
      .norm, kernels.norm, Passes(forward: 0, input: 0, weight: 0), forB: model.heldByNorm(rules),
      forW: TokenBytes(),
      StaticMemory(model.norm.parametersPerElement * model.hidden, setup))
  }

  private var head: LayerEstimate {
    let held = model.heldByHead(rules)
    var layer = layer(
      .head, kernels.head, collectives.head, forB: held, forW: held,
      StaticMemory(model.head.parameters(tensor: Double(setup.tensor)), setup))
    layer.isTied = model.isTied
    return layer
  }

  private func predictor(_ shape: LayerShape) -> LayerEstimate {
    let layers = LayerActivations(shape, hidden: model.hidden, rules)
    let around = model.heldByJoint(rules) + model.heldByNorm(rules) + model.heldByHead(rules)
    // Its layer, its own matrix and norms, and the embedding, which lies on another device; the head is beside it.
    let own = StaticMemory(shape, hidden: model.hidden, setup)
    let others =
      model.predictorNorms
      + (model.joint.parameters + model.vocabulary * model.hidden) / Double(setup.tensor)
    var layer = layer(
      .predictor(0), kernels.predictor(shape), collectives.predictor(shape), forB: layers.forB + around,
      forW: layers.forW + around, StaticMemory(own.parameters + others, experts: own.expertParameters, setup))
    layer.count = model.predictors
    return layer
  }

  private func layer(
    _ kind: LayerEstimate.Kind, _ kernels: Passes<[Kernel]>, _ collectives: Passes<Double>, forB: TokenBytes,
    forW: TokenBytes, _ memory: StaticMemory
  ) -> LayerEstimate {
    let time = kernels.combined(with: collectives) {
      PassTime($0, collectives: $1, roofline, overhead: hardware.overhead)
    }
    let heldForB = bytes(forB)
    let heldForW = bytes(forW)
    return LayerEstimate(
      kind: kind, count: 1, time: time, selectiveTime: 0,
      held: .init(forB: heldForB, forW: min(heldForB, heldForW)), staticBytes: memory.bytes,
      gatheredBytes: 2 * setup.precision.bytes * memory.total,
      memoryFormulas: [
        "activationForB": forB.formula(setup),
        "activationForW": heldForW > heldForB ? "activationForB" : forW.formula(setup),
        "static": memory.formula,
      ], modules: [])
  }

  private func bytes(_ held: TokenBytes) -> Double { held.onDevice(setup) * setup.tokens }
}
