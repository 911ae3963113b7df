import PipelineModel
import TestSupport

/// Costs of a whole device's work, and how fast its messages are: what problems of the grid differ in.
struct GridCosts {
  let name: String
  /// F, B and W of a device with all its stages.
  var times = [10.0, 10, 8]
  /// What stays of an activation for W.
  var activationForW = 0.45
  /// What the first and the last stage take of the others' time.
  var ends = (first: 1.0, last: 1.0)
  /// How far stages differ from each other at random.
  var spread = 0.0
  /// Latencies within nodes of eight devices and between them.
  var latency: (inside: Double, between: Double)

  /// All that the grid has.
  static let all: [GridCosts] = [
    Self(name: "uniform", times: [1, 1, 1], activationForW: 0.5, latency: (0, 0)),
    Self(name: "skew", times: [10, 14, 7], activationForW: 0.5, latency: (1, 1)),
    // The 28.3B model of arXiv 2401.10241.
    Self(name: "28.3B", times: [10.402, 10.248, 7.698], activationForW: 0.4324, latency: (0.46, 0.46)),
    Self(name: "uneven", ends: (0.9, 1.4), latency: (0.5, 0.5)),
    Self(name: "random", times: [10, 12, 8], spread: 0.1, latency: (0.5, 0.5)),
    Self(name: "slow nodes", latency: (0.5, 10)),
    Self(name: "nodes", latency: (0.05, 1)),
  ]

  /// So many stages, as many on each device.
  func stages(count: Int, chunks: Int) -> [Stage] {
    var generator = SeededGenerator(seed: count)
    return (0..<count).map { index in
      var factor = 1 / Double(chunks)
      if index == 0 { factor *= ends.first }
      if index == count - 1 { factor *= ends.last }
      // Whole hundredths: the times stay short decimals.
      let most = Int(100 * spread)
      factor *= Double(100 + Int.random(in: -most...most, using: &generator)) / 100
      func time(_ index: Int) -> Double { (times[index] * factor * 1e6).rounded() / 1e6 }
      return Stage(
        forward: time(0), backwardInput: time(1), backwardWeight: time(2), activationForB: 1,
        activationForW: activationForW)
    }
  }

  func communication(devices: Int) -> Communication {
    guard latency.inside != latency.between else { return .uniform(latency.inside) }
    return .matrix(
      (0..<devices).map { from in
        (0..<devices).map { from / 8 == $0 / 8 ? latency.inside : latency.between }
      })
  }
}
