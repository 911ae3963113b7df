/// Why a model cannot be trained as it is told.
public enum SetupError: Error, Hashable, Sendable {
  /// A number of the model that does not divide by a degree of parallelism.
  case indivisible(ModelPart, Int, by: Degree, Int)
  /// Experts shared by devices that are not there.
  case expertsWithoutCopies(expert: Int, data: Int, context: Int)
  /// Experts to share of a model that has none.
  case withoutExperts(Int)

  /// A number of the model.
  public enum ModelPart: Hashable, Sendable {
    /// Heads of attention.
    case heads
    /// Heads of keys and values.
    case keyHeads
    /// The inner length of a feed-forward part.
    case inner
    /// The inner length of an expert.
    case expertInner
    /// Experts among which a router chooses.
    case experts
    /// Tokens of a sequence.
    case sequence
  }

  /// A degree of parallelism.
  public enum Degree: String, Hashable, Sendable {
    case tensor, expert, context
  }
}

extension SetupError: CustomStringConvertible {
  /// What was expected and what was found.
  public var description: String {
    switch self {
    case .indivisible(_, let number, let degree, let divisor):
      "expected a multiple of \(divisor), the devices of \(degree.rawValue) parallelism, found \(number)"
    case .expertsWithoutCopies(let expert, let data, let context):
      "expected a divisor of data x context parallelism, \(data) x \(context), found \(expert)"
    case .withoutExperts(let count):
      "expected a model with experts for \(count) devices of expert parallelism to share, found none"
    }
  }
}

extension TrainingSetup {
  /// Checks that a model can be cut as the setup says.
  ///
  /// - Throws: `SetupError` naming the first number that does not divide, those of the model first.
  public func check(_ model: ModelShape) throws(SetupError) {
    for run in model.runs { try check(run.layer) }
    let counts = model.runs.compactMap { $0.layer.feedForward.experts?.count }
    if expert > 1 {
      guard !counts.isEmpty else { throw .withoutExperts(expert) }
      for count in counts { try Self.check(.experts, count, by: .expert, expert) }
    }
    try Self.check(.sequence, Double(sequence), by: .context, context)
    let (copies, isTooMuch) = data.multipliedReportingOverflow(by: context)
    guard isTooMuch || copies.isMultiple(of: expert) else {
      throw .expertsWithoutCopies(expert: expert, data: data, context: context)
    }
  }

  private func check(_ layer: LayerShape) throws(SetupError) {
    try Self.check(.heads, layer.attention.heads, by: .tensor, tensor)
    let keyHeads = layer.attention.keyHeads
    // Beyond one head per device, devices hold copies.
    if !Double(tensor).isMultiple(of: keyHeads) {
      try Self.check(.keyHeads, keyHeads, by: .tensor, tensor)
    }
    switch layer.feedForward {
    case .dense(let perceptron): try Self.check(.inner, perceptron.inner, by: .tensor, tensor)
    case .experts(let experts): try Self.check(.expertInner, experts.expert.inner, by: .tensor, tensor)
    }
  }

  private static func check(
    _ part: SetupError.ModelPart, _ number: Double, by degree: SetupError.Degree, _ divisor: Int
  ) throws(SetupError) {
    guard number.isMultiple(of: Double(divisor)) else {
      throw .indivisible(part, Int(number), by: degree, divisor)
    }
  }
}

extension Double {
  fileprivate func isMultiple(of divisor: Double) -> Bool {
    truncatingRemainder(dividingBy: divisor) == 0
  }
}
