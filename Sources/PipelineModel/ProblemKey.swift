/// Where in a problem a value stands: `stages[2].forward`.
public struct ProblemKey: Hashable, Sendable {
  /// One step into the problem.
  public enum Step: Hashable, Sendable, ExpressibleByStringLiteral, ExpressibleByIntegerLiteral {
    /// The value of a named key.
    case name(String)
    /// An element of a list, counted from zero.
    case index(Int)

    /// A named key.
    public init(stringLiteral name: String) { self = .name(name) }
    /// An element of a list.
    public init(integerLiteral index: Int) { self = .index(index) }
  }

  /// The steps from the problem's top level; empty for the problem itself.
  public var steps: [Step]

  /// Names a place by its steps.
  public init(_ steps: [Step] = []) { self.steps = steps }

  /// The place one step further in.
  public func appending(_ step: Step) -> ProblemKey { ProblemKey(steps + [step]) }
}

extension ProblemKey: ExpressibleByArrayLiteral, CustomStringConvertible {
  /// Names a place by its steps.
  public init(arrayLiteral steps: Step...) { self.init(steps) }

  /// The place as messages print it: `stages[2].forward`.
  public var description: String {
    steps.reduce(into: "") { text, step in
      switch step {
      case .name(let name): text += text.isEmpty ? name : ".\(name)"
      case .index(let index): text += "[\(index)]"
      }
    }
  }
}
