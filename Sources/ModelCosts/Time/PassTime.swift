/// The seconds of a pass, by what takes them.
public struct PassTime: Hashable, Sendable {
  /// Products of matrices.
  public var matrix = 0.0
  /// Scores of attention.
  public var attention = 0.0
  /// All that only moves numbers.
  public var elementwise = 0.0
  /// What devices send each other within the layer.
  public var collectives = 0.0
  /// What a pass takes besides.
  public var overhead = 0.0
  /// What a calibration multiplies by.
  public var factor = 1.0
  /// What a calibration adds.
  public var added = 0.0

  /// Adds kernels up.
  init(_ kernels: [Kernel], collectives: Double, _ roofline: Roofline, overhead: Double) {
    for kernel in kernels {
      let time = roofline.time(kernel)
      switch kernel.work {
      case .matrix, .weight: matrix += time
      case .attention: attention += time
      case .elementwise: elementwise += time
      }
    }
    self.collectives = collectives
    // A pass without kernels does not run.
    self.overhead = kernels.isEmpty ? 0 : overhead
  }

  /// All of it.
  public var total: Double {
    (matrix + attention + elementwise + collectives + overhead) * factor + added
  }

  /// In milliseconds, to the nanosecond.
  public var milliseconds: Double { max(0, total * 1e3).roundedToGrid }

  /// The parts that take time, in milliseconds.
  var formula: String {
    let parts = [
      ("matrices", matrix), ("scores", attention), ("vectors", elementwise), ("collectives", collectives),
      ("overhead", overhead),
    ]
    let sum = parts.filter { $0.1 > 0 }.map { "\(($0.1 * 1e3).roundedToGrid.formulaText) \($0.0)" }
      .joined(separator: " + ")
    let product = factor == 1 ? sum : "\(factor.roundedToGrid.formulaText) x (\(sum))"
    return added == 0 ? product : "\(product) + \((added * 1e3).roundedToGrid.formulaText) measured"
  }
}
