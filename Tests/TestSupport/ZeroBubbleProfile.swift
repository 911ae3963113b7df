import PipelineModel

/// A profile of the zero-bubble paper with the bubble rates printed for it.
///
/// Source: Qi et al., "Zero Bubble Pipeline Parallelism", ICLR 2024, arXiv 2401.10241: profiled times in ms per
/// microbatch and stage, and rates, which are `spanBubble`.
public struct ZeroBubbleProfile: Sendable {
  /// The model and its size: `1.5B 8x24`.
  public let name: String
  /// p, one stage on each.
  public let devices: Int
  /// m.
  public let microbatches: Int
  /// F, B and W.
  public let times: [Double]
  /// The latency of every message.
  public let latency: Double
  /// `activationForW` where `activationForB` is 1: M_W / M_B of the paper's formulas.
  public let activationForW: Double
  /// The printed rate by family: `1f1b`, `zb-h1`, `zb-h2`, and of the paper's heuristic, `zb-1p` and `zb-2p`.
  public let rates: [String: Double]

  private init(
    _ model: (name: String, activationForW: Double), _ devices: Int, _ microbatches: Int, _ times: [Double],
    latency: Double, rates: [Double]
  ) {
    name = "\(model.name) \(devices)x\(microbatches)"
    self.devices = devices
    self.microbatches = microbatches
    self.times = times
    self.latency = latency
    activationForW = model.activationForW
    let families = ["1f1b", "zb-h1", "zb-h2", "zb-1p", "zb-2p"]
    self.rates = Dictionary(uniqueKeysWithValues: zip(families, rates))
  }

  /// The problem, with one activation per microbatch and stage.
  public func problem(memoryLimit: Double? = nil) throws -> Problem {
    try .uniform(
      devices: devices, microbatches: microbatches, forward: times[0], backwardInput: times[1],
      backwardWeight: times[2], activationForW: activationForW, communication: latency,
      memoryLimit: memoryLimit)
  }

  /// All rows.
  public static let all: [ZeroBubbleProfile] = {
    let small = ("1.5B", 0.3664)
    let middle = ("6.2B", 0.4324)
    let large = ("14.6B", 0.4324)
    return [
      Self(
        small, 8, 24, [18.522, 18.086, 9.337], latency: 0.601,
        rates: [0.2431, 0.1585, 0.1083, 0.1585, 0.0433]),
      Self(
        small, 8, 32, [18.513, 18.086, 9.331], latency: 0.626,
        rates: [0.1985, 0.1242, 0.0837, 0.1242, 0.0039]),
      Self(
        small, 8, 64, [18.546, 18.097, 9.321], latency: 0.762, rates: [0.124, 0.0674, 0.0444, 0.0674, 0.0026]),
      Self(
        middle, 8, 24, [29.718, 29.444, 19.927], latency: 0.527,
        rates: [0.2347, 0.1323, 0.0698, 0.1323, 0.0029]),
      Self(
        middle, 8, 32, [29.802, 29.428, 19.53], latency: 0.577,
        rates: [0.1898, 0.1045, 0.0559, 0.1045, 0.0022]),
      Self(
        middle, 8, 64, [29.935, 29.621, 19.388], latency: 0.535,
        rates: [0.1091, 0.0554, 0.0294, 0.0554, 0.001]),
      Self(
        large, 16, 48, [11.347, 11.248, 8.132], latency: 0.377,
        rates: [0.2552, 0.1397, 0.0672, 0.1397, 0.0066]),
    ]
  }()
}
