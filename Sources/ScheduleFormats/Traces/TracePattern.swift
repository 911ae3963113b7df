import Measurement
import PipelineModel

/// How the names of a trace's events tell operations from other events.
public struct TracePattern: Sendable {
  /// What a name tells.
  struct Match: Hashable, Sendable {
    var pass: RecordedOperation.Pass
    /// `nil` where the name leaves the stage to the rank that ran it.
    var stage: Int?
    /// `nil` where the name leaves the microbatch to the order.
    var microbatch: Int?
    var chunk: Int?
    var step: Int?
    var rank: Int?
  }

  /// The names that are known without a pattern, in words.
  public static let known = OperationNames.inWords

  /// The user's own expression; `nil` for the known names.
  let text: String?

  /// Takes the known names.
  public init() { text = nil }

  /// Takes a regular expression of the user's with the named groups `kind` and `microbatch` and, where names have them,
  /// `stage`, `chunk`, `step` and `rank`.
  ///
  /// - Throws: `FormatError` for a text that is no regular expression or lacks a group.
  public init(_ text: String) throws(FormatError) {
    guard (try? Regex(text)) != nil else {
      throw FormatError(.expected("a regular expression", found: text.quoted))
    }
    for group in ["kind", "microbatch"] where !text.contains("(?<\(group)>") {
      throw FormatError(.expected("a group (?<\(group)>...)", found: "none in \(text.quoted)"))
    }
    self.text = text
  }

  /// What is looked for, in words.
  var expectation: String {
    text == nil
      ? "events named after operations, such as PP:3F7 or F stage=3 mb=7"
      : "events whose whole names match the pattern, with kinds such as F, B, W or BW"
  }

  /// What matches names.
  func matcher() -> Matcher {
    let expressions = text.map { [$0] } ?? OperationNames.all.map(\.expression)
    return Matcher(expressions: expressions.compactMap { try? Regex($0) })
  }

  /// Compiled expressions.
  struct Matcher {
    fileprivate let expressions: [Regex<AnyRegexOutput>]

    /// What a name tells; `nil` for other names.
    func match(_ name: String) -> Match? {
      // Names of kernels fill lines; expressions would walk over all of them.
      guard name.utf8.count <= 200 else { return nil }
      return expressions.lazy.compactMap { Self.match(name, $0) }.first
    }

    private static func match(_ name: String, _ expression: Regex<AnyRegexOutput>) -> Match? {
      guard let match = try? expression.wholeMatch(in: name), let pass = match.text(of: "kind").flatMap(pass)
      else { return nil }
      var numbers: [String: Int] = [:]
      for group in ["stage", "microbatch", "chunk", "step", "rank"] {
        guard let text = match.text(of: group) else { continue }
        guard let number = Int32(text), number >= 0 else { return nil }
        numbers[group] = Int(number)
      }
      return Match(
        pass: pass, stage: numbers["stage"], microbatch: numbers["microbatch"], chunk: numbers["chunk"],
        step: numbers["step"], rank: numbers["rank"])
    }

    /// The pass that a text names: our symbols, and the words that frameworks use.
    private static func pass(_ text: Substring) -> RecordedOperation.Pass? {
      switch text.lowercased() {
      case "f", "fwd", "forward": .forward
      case "b": .letterB
      case "i", "dgrad", "backward_input": .backwardInput
      case "w", "wgrad", "backward_weight": .backwardWeight
      case "bw", "bwd", "backward": .backward
      default: nil
      }
    }
  }
}

extension Regex<AnyRegexOutput>.Match {
  /// What a named group matched; `nil` for an empty or missing one.
  fileprivate func text(of group: String) -> Substring? {
    guard let text = output[group]?.substring, !text.isEmpty else { return nil }
    return text
  }
}
