import PipelineModel

extension LayerEstimate {
  /// The figures of the layer in a problem file: mode 0 holds everything, `full` the layer's input, `selective` what is
  /// not made again for little. Both recompute within `B`.
  public var figures: Stage {
    let forward = time.forward.milliseconds
    let input = time.input.milliseconds
    let weight = time.weight.milliseconds
    var modes: [Mode] = []
    if let checkpoint = held.checkpoint {
      modes.append(
        Mode(
          name: "full", backward: .split(input: (input + forward).roundedToGrid, weight: weight),
          checkpoint: Self.units(checkpoint)))
    }
    if let selective = held.selective {
      let longer = (input + selectiveTime * 1e3 * time.forward.factor).roundedToGrid
      modes.append(
        Mode(
          name: "selective", backward: .split(input: longer, weight: weight),
          checkpoint: Self.units(selective), modules: modules))
    }
    return Stage(
      forward: forward, backward: .split(input: input, weight: weight),
      activationForB: Self.units(held.forB), activationForW: Self.units(held.forW), modes: modes,
      staticMemory: Self.units(staticBytes))
  }

  /// Bytes in the unit of memory. Powers of two lose nothing.
  static func units(_ bytes: Double) -> Double { bytes / bytesPerUnit }

  /// The name of one of the layers, as models of Hugging Face spell it.
  ///
  /// - Parameter index: which of those that are equal.
  func name(_ index: Int) -> String {
    switch kind {
    case .embedding: "embed_tokens"
    case .transformer(let first): "layers.\(first + index)"
    case .norm: "norm"
    case .head: "lm_head"
    case .predictor(let first): "mtp.layers.\(first + index)"
    }
  }

  /// The name of all of them.
  public var title: String {
    guard count > 1 else { return name(0) }
    return switch kind {
    case .transformer(let first), .predictor(let first): "\(name(0))-\(first + count - 1)"
    default: name(0)
    }
  }
}
