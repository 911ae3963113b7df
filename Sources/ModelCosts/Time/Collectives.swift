/// What devices send each other within a pass of a layer, in seconds.
struct Collectives {
  private let model: ModelShape
  private let setup: TrainingSetup
  private let links: Hardware.Links
  private var vector: Double { setup.precision.bytes * setup.tokens * model.hidden }

  init(_ model: ModelShape, _ setup: TrainingSetup, _ links: Hardware.Links) {
    (self.model, self.setup, self.links) = (model, setup, links)
  }

  /// A transformer layer: the same for `F` and `B`; nothing waits for what `W` sends.
  func layer(_ layer: LayerShape) -> Passes<Double> {
    let (context, tensor, expert) = (keyExchange(layer), pairs(2), expertExchange(layer))
    // Gradients of keys and values travel besides.
    return Passes(
      forward: context + tensor + expert, input: 2 * context + tensor + expert, weight: 0)
  }

  /// The head: its input is gathered, or the gradient of it added up.
  var head: Passes<Double> { Passes(forward: pairs(0.5), input: pairs(0.5), weight: 0) }

  /// A predictor: its layer, the matrix before it, which gathers its input like the head, and the head.
  func predictor(_ shape: LayerShape) -> Passes<Double> {
    layer(shape).combined(with: head, +).combined(with: head, +)
  }

  /// Pairs of an all-gather and a reduce-scatter among the devices of tensor parallelism; without sequence parallelism
  /// an all-reduce each, which moves as much.
  private func pairs(_ count: Double) -> Double {
    guard setup.tensor > 1 else { return 0 }
    let others = Double(setup.tensor - 1)
    let bytes = vector * others / Double(setup.tensor)
    return 2 * count * links.tensor.time(bytes: bytes)
  }

  /// Tokens to their experts and back, but for those whose expert is on the device.
  private func expertExchange(_ layer: LayerShape) -> Double {
    guard let experts = layer.feedForward.experts, setup.expert > 1 else { return 0 }
    let away = Double(setup.expert - 1) / Double(setup.expert)
    return 2 * links.expert.time(bytes: experts.chosen * vector * away / Double(setup.tensor))
  }

  /// Keys and values of the rest of the sequence.
  private func keyExchange(_ layer: LayerShape) -> Double {
    guard setup.context > 1 else { return 0 }
    let width: Double =
      switch layer.attention {
      case .grouped(let attention): 2 * attention.keyWidth
      case .latent(let attention): attention.keyRank + attention.rotarySize
      }
    let bytes =
      setup.precision.bytes * setup.tokens * width * Double(setup.context - 1) / Double(setup.tensor)
    return links.context.time(bytes: bytes)
  }

  /// The bytes of a message between stages: a vector per token, of which each device of tensor parallelism sends a part.
  var message: Double { vector / Double(setup.tensor) }
}
