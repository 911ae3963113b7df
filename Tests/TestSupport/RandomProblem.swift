import PipelineModel

/// Random problems with every feature that there is, except for those that a test leaves out and says why.
///
/// One problem in four has all features at once; the others have each of them in every second problem, so that
/// any two, or few, of them meet without the rest.
public struct RandomProblem: Sendable {
  /// How many devices.
  public let devices: ClosedRange<Int>
  /// How many microbatches; where they are pieces, how many sequences.
  public let microbatches: ClosedRange<Int>
  /// What no problem has, and why.
  public private(set) var leftOut: [ProblemFeature: String] = [:]

  /// Problems of some size with all features.
  public init(devices: ClosedRange<Int> = 1...5, microbatches: ClosedRange<Int> = 1...7) {
    self.devices = devices
    self.microbatches = microbatches
  }

  /// The same without some features.
  public func without(_ features: ProblemFeature..., because reason: String) -> RandomProblem {
    var rest = self
    for feature in features { rest.leftOut[feature] = reason }
    return rest
  }

  /// The same in other sizes.
  public func sized(devices: ClosedRange<Int>, microbatches: ClosedRange<Int>) -> RandomProblem {
    var other = RandomProblem(devices: devices, microbatches: microbatches)
    other.leftOut = leftOut
    return other
  }

  /// A random problem. Every stage differs from every other; an activation is held until the end of `W` in part,
  /// as a whole or not at all.
  public func problem(using random: inout SeededGenerator) throws -> Problem {
    let isFull = Int.random(in: 0..<4, using: &random) == 0
    let drawn = ProblemFeature.allCases.filter { feature in
      let isDrawn = Bool.random(using: &random)
      return (isDrawn || isFull) && leftOut[feature] == nil
    }
    var draw = ProblemDraw(features: Set(drawn), random: random)
    defer { random = draw.random }
    return try draw.problem(
      deviceCount: draw.count(in: devices), microbatchCount: draw.count(in: microbatches))
  }
}
