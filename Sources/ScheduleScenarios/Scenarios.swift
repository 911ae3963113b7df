import PipelineModel

/// Other durations and latencies that orders are timed under: how they are drawn, and how many.
///
/// A value of this type has been checked, but for whether it fits a problem: `check(for:)`.
public struct Scenarios: Hashable, Sendable {
  /// A run that was recorded: durations of some operations, in the problem's time unit.
  public typealias Sample = [Operation: Double]

  /// What is drawn, each rule by itself; factors on the same duration multiply.
  public let rules: [ScenarioRule]
  /// Recorded runs, which the scenarios take in turn.
  public let samples: [Sample]
  /// How many scenarios there are.
  public let count: Int
  /// Where the draws start.
  public let seed: UInt64

  /// How many scenarios there may be.
  public static let counts = 1...100_000
  /// How many scenarios there are where nobody says it, and no run has been recorded.
  public static let defaultCount = 200
  /// The factors that there may be, also where rules multiply.
  public static let factors = 0...ProblemRules.largestNumber
  /// The deviations of logarithms that there may be: at 5 a factor in forty is above 10,000.
  public static let deviations = 0...5.0

  /// Checks rules and samples.
  ///
  /// - Parameter count: left out, one scenario for each recorded run, or 200 without any.
  /// - Throws: `ScenarioError` naming the first key that cannot be.
  public init(
    rules: [ScenarioRule] = [], samples: [Sample] = [], count: Int? = nil, seed: UInt64 = 0
  ) throws(ScenarioError) {
    let count = count ?? (samples.isEmpty ? Self.defaultCount : min(samples.count, Self.counts.upperBound))
    guard Self.counts.contains(count) else {
      throw ScenarioError(["count"], .countOutOfRange(count, Self.counts))
    }
    for (index, rule) in rules.enumerated() {
      do { try rule.check() } catch { throw error.within(.index(index)).within("rules") }
    }
    for (index, sample) in samples.enumerated() {
      do { try Self.check(sample) } catch { throw error.within(.index(index)).within("samples") }
    }
    self.rules = rules
    self.samples = samples
    self.count = count
    self.seed = seed
  }

  private init(rules: [ScenarioRule], samples: [Sample], checkedCount: Int, seed: UInt64) {
    self.rules = rules
    self.samples = samples
    self.count = checkedCount
    self.seed = seed
  }

  /// The first of the scenarios, at most so many and at least one.
  public func first(_ most: Int) -> Scenarios {
    Scenarios(rules: rules, samples: samples, checkedCount: max(1, min(most, count)), seed: seed)
  }

  private static func check(_ sample: Sample) throws(ScenarioError) {
    for (operation, duration) in sample {
      guard (0...ProblemRules.largestNumber).contains(duration) else {
        throw ScenarioError(
          ["durations", .name(operation.action)], .outOfRange(duration, 0...ProblemRules.largestNumber))
      }
    }
  }
}

extension ScenarioRule {
  fileprivate func check() throws(ScenarioError) {
    func check(_ value: Double, _ key: ProblemKey, in range: ClosedRange<Double>) throws(ScenarioError) {
      // What is no number is in no range.
      guard range.contains(value) else { throw ScenarioError(key, .outOfRange(value, range)) }
    }
    switch self {
    case .factor(.constant(let factor), _): try check(factor, ["factor"], in: Scenarios.factors)
    case .factor(.lognormal(let deviation), _):
      try check(deviation, ["factor", "lognormal"], in: Scenarios.deviations)
    case .factor(.uniform(let least, let largest), _):
      try check(least, ["factor", "uniform", 0], in: Scenarios.factors)
      try check(largest, ["factor", "uniform", 1], in: least...max(least, ProblemRules.largestNumber))
    case .factor(.tail(let chance, let factor), _):
      try check(chance, ["factor", "tail", "chance"], in: 0...1)
      try check(factor, ["factor", "tail", "factor"], in: Scenarios.factors)
    case .oneDevice(let speed):
      try check(speed, ["speed"], in: ProblemRules.smallestNumber...ProblemRules.largestNumber)
    case .oneLink(.latency(let latency)):
      try check(latency, ["latency"], in: 0...ProblemRules.largestNumber)
    case .oneLink(.factor(let factor)): try check(factor, ["latencyFactor"], in: Scenarios.factors)
    }
  }
}
