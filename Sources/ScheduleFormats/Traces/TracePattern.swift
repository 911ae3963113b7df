import PipelineModel

/// How the names of a trace's events tell operations from other events.
public struct TracePattern {
  /// What a name tells.
  struct Match: Hashable {
    var kind: Operation.Kind
    /// `nil` where the name leaves the stage to the rank that ran it.
    var stage: Int32?
    var microbatch: Int32
  }

  /// The names that are known without a pattern, in words.
  public static let known =
    "PP:3F7 (PyTorch's schedules: F, I, W, B), F stage=3 mb=7 (F, B, W, BW), pipeloom/F/3/7, "
    + "Forward 7 and Backward 7 (PyTorch's schedules with one stage per rank)"

  /// What is looked for, in words.
  let expectation: String
  private let expressions: [Regex<AnyRegexOutput>]
  private var answers: [String: Match?] = [:]

  /// Takes the known names.
  public init() {
    expectation = "events named after operations, such as PP:3F7 or F stage=3 mb=7"
    expressions = Self.knownExpressions
  }

  /// Takes a regular expression of the user's with the named groups `kind`, `microbatch` and, unless each rank
  /// runs one stage, `stage`.
  ///
  /// - Throws: `FormatError` for a text that is no regular expression or lacks a group.
  public init(_ text: String) throws(FormatError) {
    guard let expression = try? Regex(text) else {
      throw FormatError(.expected("a regular expression", found: text.quoted))
    }
    for group in ["kind", "microbatch"] where !text.contains("(?<\(group)>") {
      throw FormatError(.expected("a group (?<\(group)>...)", found: "none in \(text.quoted)"))
    }
    expectation = "events whose whole names match the pattern, with kinds such as F, B, W or BW"
    expressions = [expression]
  }

  /// What a name tells; `nil` for other names. O(1) for a name met before.
  mutating func match(_ name: String) -> Match? {
    if let answer = answers[name] { return answer }
    let answer = expressions.lazy.compactMap { Self.match(name, $0) }.first
    answers[name] = .some(answer)
    return answer
  }

  private static func match(_ name: String, _ expression: Regex<AnyRegexOutput>) -> Match? {
    guard let match = try? expression.wholeMatch(in: name), let text = match.text(of: "kind"),
      let kind = kind(text, isPyTorch: name.hasPrefix("PP:")),
      let microbatch = match.text(of: "microbatch").flatMap({ Int32($0) })
    else { return nil }
    let stage = match.text(of: "stage")
    guard let stage else { return Match(kind: kind, stage: nil, microbatch: microbatch) }
    return Int32(stage).map { Match(kind: kind, stage: $0, microbatch: microbatch) }
  }

  /// The kind that a text names: our symbols, and the words that frameworks use. PyTorch's B is fused.
  private static func kind(_ text: Substring, isPyTorch: Bool) -> Operation.Kind? {
    switch text.lowercased() {
    case "b" where isPyTorch: .backward
    case "f", "fwd", "forward": .forward
    case "b", "i", "dgrad", "backward_input": .backwardInput
    case "w", "wgrad", "backward_weight": .backwardWeight
    case "bw", "bwd", "backward": .backward
    default: nil
    }
  }

  private static var knownExpressions: [Regex<AnyRegexOutput>] {
    [
      #"PP:(?<stage>\d{1,9})(?<kind>[FIWB])(?<microbatch>\d{1,9})"#,
      #"(?<kind>F|B|W|BW) stage=(?<stage>\d{1,9}) (?:mb|microbatch)=(?<microbatch>\d{1,9})"#,
      #"pipeloom/(?<kind>F|B|W|BW)/(?<stage>\d{1,9})/(?<microbatch>\d{1,9})"#,
      #"(?<kind>Forward|Backward) (?<microbatch>\d{1,9})"#,
    ].compactMap { try? Regex($0) }
  }
}

extension Regex<AnyRegexOutput>.Match {
  /// What a named group matched; `nil` for an empty or missing one.
  fileprivate func text(of group: String) -> Substring? {
    guard let text = output[group]?.substring, !text.isEmpty else { return nil }
    return text
  }
}
