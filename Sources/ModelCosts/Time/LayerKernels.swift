/// The kernels of layers, pass by pass.
struct LayerKernels {
  private let model: ModelShape
  private let setup: TrainingSetup
  private var bytes: Double { setup.precision.bytes }
  private var tensor: Double { Double(setup.tensor) }
  /// The tokens of a device in parts that sequence parallelism cuts.
  private var shareOfTokens: Double { setup.tokens / (setup.isSequenceParallel ? tensor : 1) }

  init(_ model: ModelShape, _ setup: TrainingSetup) { (self.model, self.setup) = (model, setup) }

  /// A transformer layer.
  func layer(_ layer: LayerShape) -> Passes<[Kernel]> {
    let matrices = (layer.attention.matrices + layer.feedForward.commonMatrices).map {
      product($0, tokens: setup.tokens)
    }
    let experts = layer.feedForward.experts.map(products) ?? []
    var passes = Self.joined(matrices + experts)
    let attention = attentionKernel(layer)
    passes.forward.append(attention)
    passes.input.append(
      Kernel(
        work: .attention, flops: attention.flops * setup.attention.backwardFactor, bytes: 2 * attention.bytes)
    )
    let moved = elementwiseBytes(layer)
    passes.forward.append(Kernel(work: .elementwise, flops: 0, bytes: moved))
    // A gradient is read beside what was read before, and another written.
    passes.input.append(Kernel(work: .elementwise, flops: 0, bytes: 1.5 * moved))
    return passes
  }

  /// The embedding: rows are looked up; the gradient is added to them in 32 bits. There is no `B`.
  var embedding: Passes<[Kernel]> {
    let row = shareOfTokens * model.hidden
    return Passes(
      forward: [Kernel(work: .elementwise, flops: 0, bytes: 2 * bytes * row)], input: [],
      weight: [Kernel(work: .elementwise, flops: 0, bytes: (bytes + 8) * row)])
  }

  /// The norm behind the last layer.
  var norm: Passes<[Kernel]> {
    let moved = 2 * bytes * shareOfTokens * model.hidden
    return Passes(
      forward: [Kernel(work: .elementwise, flops: 0, bytes: moved)],
      input: [Kernel(work: .elementwise, flops: 0, bytes: 1.5 * moved)], weight: [])
  }

  /// The head and the loss, which reads logits in 32 bits and writes their gradient in place.
  var head: Passes<[Kernel]> {
    let loss = Kernel(
      work: .elementwise, flops: 0, bytes: 8 * setup.tokens * model.vocabulary / tensor)
    return Self.joined([
      product(model.head, tokens: setup.tokens), Passes(forward: [loss], input: [loss], weight: []),
    ])
  }

  /// What a predictor joins, its layer, and the head once more.
  func predictor(_ shape: LayerShape) -> Passes<[Kernel]> {
    Self.joined([product(model.joint, tokens: setup.tokens), layer(shape), norm, head])
  }

  /// What is worked out once more within `B` where modules of a layer are recomputed.
  func selective(_ shape: LayerShape, _ modules: [String]) -> [Kernel] {
    modules.flatMap { module -> [Kernel] in
      switch module {
      case "core_attn": return [attentionKernel(shape)]
      case "mla_up_proj":
        guard case .latent(let attention) = shape.attention else { return [] }
        return attention.upProjections.map { product($0, tokens: setup.tokens).forward }.joined().map(\.self)
      case "moe_act":
        let experts = shape.feedForward.experts.map { $0.chosen * $0.expert.movedBetween } ?? 0
        return [Kernel(work: .elementwise, flops: 0, bytes: bytes * experts * setup.tokens / tensor)]
      default:
        return [Kernel(work: .elementwise, flops: 0, bytes: 4 * bytes * model.hidden * shareOfTokens)]
      }
    }
  }

  private static func joined(_ parts: [Passes<[Kernel]>]) -> Passes<[Kernel]> {
    parts.reduce(Passes(forward: [], input: [], weight: [])) { $0.combined(with: $1, +) }
  }
}

extension LayerKernels {
  /// A matrix by the vectors of tokens.
  private func product(_ matrix: WeightMatrix, tokens: Double) -> Passes<[Kernel]> {
    let flops = matrix.flops * tokens / (matrix.split == .none ? 1 : tensor)
    let (inputs, outputs) = matrix.lengths(tensor: tensor)
    return passes(
      flops: flops, vectors: tokens * (inputs + outputs), weights: inputs * outputs)
  }

  /// The matrices of a device's experts by the tokens that are sent to them, evenly.
  private func products(_ experts: Experts) -> [Passes<[Kernel]>] {
    let tokens = setup.tokens * experts.chosen
    let held = experts.count / Double(setup.expert)
    return experts.expert.matrices.map { matrix in
      let (inputs, outputs) = matrix.lengths(tensor: tensor)
      return passes(
        flops: matrix.flops * tokens / tensor, vectors: tokens * (inputs + outputs),
        weights: held * inputs * outputs)
    }
  }

  /// Forward and for the input, weights and vectors are moved; for the weights, vectors and a gradient in 32 bits.
  private func passes(flops: Double, vectors: Double, weights: Double) -> Passes<[Kernel]> {
    let product = Kernel(work: .matrix, flops: flops, bytes: bytes * (vectors + weights))
    return Passes(
      forward: [product], input: [product],
      weight: [Kernel(work: .weight, flops: flops, bytes: bytes * vectors + 4 * weights)])
  }

  /// Scores: queries, keys, values and outputs are moved, and without flash attention the scores, three times.
  private func attentionKernel(_ layer: LayerShape) -> Kernel {
    let attention = layer.attention
    let flops = layer.scoreFLOPs(sequence: setup.sequence) * setup.tokens / tensor
    var moved = bytes * 2 * attention.heads * attention.scoreWidth
    if setup.attention == .eager { moved += 3 * bytes * attention.heads * Double(setup.sequence) }
    return Kernel(work: .attention, flops: flops, bytes: moved * setup.tokens / tensor)
  }

  /// Norms read and write a vector each, sums with the residual read two and write one; rotations and nonlinearities
  /// read and write what lies between matrices; experts read and write their tokens before and after.
  private func elementwiseBytes(_ layer: LayerShape) -> Double {
    let whole = (2 * layer.normCount + 6) * model.hidden * shareOfTokens
    var cut = 2 * layer.attention.heads * layer.attention.scoreWidth / 2
    switch layer.feedForward {
    case .dense(let perceptron): cut += perceptron.movedBetween
    case .experts(let experts):
      cut += experts.chosen * experts.expert.movedBetween + (experts.shared?.movedBetween ?? 0)
      cut += 4 * experts.chosen * model.hidden
    }
    return bytes * (whole + cut * setup.tokens / tensor)
  }
}

extension Perceptron {
  /// How many numbers the nonlinearity reads and writes.
  fileprivate var movedBetween: Double { (isGated ? 3 : 2) * inner }
}
