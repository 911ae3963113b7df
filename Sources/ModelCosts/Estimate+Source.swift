import PipelineModel

extension Estimate {
  /// Where every number of the problem comes from, for its key `source`.
  public var source: String {
    ([heading, times, memory, ends] + layers.map(\.formulas)).joined(separator: "; ")
  }

  private var heading: String {
    let basis = hardware.source.isEmpty ? "" : " (\(hardware.source))"
    return
      "ESTIMATE, not measured: \(model.type) on \(hardware.name)\(basis); \(Self.error); \(calibration.text)"
  }

  /// The error that such estimates have, in words.
  public static let error =
    "times of such estimates, fitted on half of 81 public multi-node runs (VIA-Research/vTrain), were off by 6.4 % on "
    + "average on the rest, 3.3 % in the median, 31 % at worst; without a measured run expect more"

  private var times: String {
    let shares = hardware.efficiency
    let peak = hardware.peak[setup.precision] ?? 0
    return "times in ms: sums over kernels of max(FLOP / (\(peak.rateText) x share), bytes / "
      + "\(hardware.memory.bandwidth.rateText)) with shares \(shares.matrix.text) of matrices, "
      + "\(shares.weight.text) of gradients of weights, \(shares.attention.text) of scores; "
      + "F: 2 per element of a matrix and token and 2 x keys x a x (key + value) of scores with "
      + "\(keys) keys; B: matrices once, scores \(setup.attention.backwardFactor.formulaText) times; W: matrices once"
  }

  private var keys: String {
    let windows = Set(model.runs.compactMap { $0.layer.window }.filter { $0 < setup.sequence })
    return windows.isEmpty ? "(s + 1)/2" : "(s + 1)/2, or at most the window,"
  }

  private var memory: String {
    "memory in GiB, formulas in bytes: n = s b/cp = \(setup.tokens.formulaText), t = \(setup.tensor), "
      + "dp = \((Double(setup.data) * Double(setup.context)).formulaText) copies (context included), ep = \(setup.expert), "
      + "s = \(setup.sequence), \(symbols)"
  }

  /// What the letters of formulas stand for.
  private var symbols: String {
    var values: [(name: String, value: Double)] = [("h", model.hidden), ("V", model.vocabulary)]
    for symbol in model.runs.flatMap(\.layer.symbols)
    where !values.contains(where: { $0.name == symbol.name && $0.value == symbol.value }) {
      values.append(symbol)
    }
    return values.map { "\($0.name) = \($0.value.formulaText)" }.joined(separator: ", ")
  }

  private var ends: String {
    let link = hardware.links.pipeline
    let inUse =
      setup.optimizer.kind == .fullySharded ? " - gathered weights and gradients of the largest layer" : ""
    return "messages: \(setup.precision.bytes.formulaText) n h/t = \(message.bytes.formulaText) bytes, "
      + "\(link.latency.formulaText) s + bytes / \(link.bandwidth.rateText); memoryLimit = "
      + "\(hardware.memory.limit.rateText) x (1 - \(hardware.memory.reserve.formulaText))\(inUse)"
  }
}

extension LayerEstimate {
  /// The formula of every number of the layer.
  public var formulas: String {
    func memory(_ key: String) -> String { "\(key) = \(memoryFormulas[key] ?? "0")" }
    var parts = [
      "forward = \(time.forward.formula)", "backwardInput = \(time.input.formula)",
      "backwardWeight = \(time.weight.formula)", memory("activationForB"), memory("activationForW"),
      memory("static"),
    ].map { $0.hasSuffix("= ") ? $0 + "0" : $0 }
    if held.checkpoint != nil {
      parts.append("full: backwardInput + forward, \(memory("checkpoint"))")
    }
    if held.selective != nil {
      let longer = (selectiveTime * 1e3 * time.forward.factor).roundedToGrid.formulaText
      parts.append(
        "selective (\(modules.joined(separator: ", "))): backwardInput + \(longer), checkpoint = "
          + (memoryFormulas["selective"] ?? "0"))
    }
    return "\(title): \(parts.joined(separator: ", "))"
  }
}

extension LayerShape {
  /// What the letters of formulas stand for in this layer.
  fileprivate var symbols: [(name: String, value: Double)] {
    var symbols: [(name: String, value: Double)] = [("a", attention.heads)]
    switch attention {
    case .grouped(let attention): symbols += [("h_q", attention.queryWidth), ("h_k", attention.keyWidth)]
    case .latent(let attention):
      symbols += [("q", attention.queryRank ?? 0), ("c", attention.keyRank), ("p", attention.plainSize)]
      symbols += [("r", attention.rotarySize), ("v", attention.valueSize)]
    }
    switch feedForward {
    case .dense(let perceptron): symbols.append(("f", perceptron.inner))
    case .experts(let experts):
      symbols += [("E", experts.count), ("k", experts.chosen), ("e", experts.expert.inner)]
      if let shared = experts.shared { symbols.append(("d", shared.inner)) }
    }
    return symbols
  }
}
