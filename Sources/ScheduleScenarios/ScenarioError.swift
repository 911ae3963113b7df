import PipelineModel

/// Why rules and samples are no scenarios, or none of a problem.
public struct ScenarioError: Error, Hashable, Sendable {
  /// What is wrong with a value.
  public enum Reason: Hashable, Sendable {
    /// A number that is none, or outside its range.
    case outOfRange(Double, ClosedRange<Double>)
    /// A count outside its range.
    case countOutOfRange(Int, ClosedRange<Int>)
    /// A number of a stage, device or microbatch that the problem does not have.
    case unknown(_ thing: String, Int, count: Int)
    /// Streams or tasks, of which scenarios do not speak.
    case streams
    /// A link to be changed where no message takes any.
    case withoutLinks
    /// A recorded operation that the problem does not have.
    case unknownOperation(Operation)
    /// A backward pass that was recorded as a whole and in parts.
    case recordedTwice(Operation)
  }

  /// The place in the file of scenarios.
  public var key: ProblemKey
  /// What is wrong there.
  public var reason: Reason

  /// Names a place and what is wrong with it.
  public init(_ key: ProblemKey, _ reason: Reason) {
    self.key = key
    self.reason = reason
  }

  /// The same error, seen from one step further out.
  func within(_ step: ProblemKey.Step) -> ScenarioError {
    ScenarioError(ProblemKey([step] + key.steps), reason)
  }
}

extension ScenarioError: CustomStringConvertible {
  /// The place, what was expected there and what was found.
  public var description: String { "\(key): \(reason)" }
}

extension ScenarioError.Reason: CustomStringConvertible {
  /// What was expected and what was found.
  public var description: String {
    switch self {
    case .outOfRange(let value, let range):
      "expected a number from \(range.lowerBound.plain) to \(range.upperBound.plain), found \(value.plain)"
    case .countOutOfRange(let count, let range):
      "expected a count from \(range.lowerBound) to \(range.upperBound), found \(count)"
    case .unknown(let thing, let number, let count):
      "expected a \(thing) from 0 to \(count - 1), found \(number)"
    case .streams:
      "expected a problem without streams and tasks, of which scenarios do not speak yet, found some"
    case .withoutLinks: "expected messages between devices, found none to change a link of"
    case .unknownOperation(let operation):
      "expected an operation of the problem, found \(operation.action.quoted)"
    case .recordedTwice(let operation):
      "expected a backward pass as a whole or in parts, found \(operation.action.quoted) beside its parts"
    }
  }
}

extension Operation {
  /// The operation as recordings name it: `0F3` is the forward pass of microbatch 3 on stage 0.
  public var action: String { "\(stage)\(kind.symbol)\(microbatch)" }
}
