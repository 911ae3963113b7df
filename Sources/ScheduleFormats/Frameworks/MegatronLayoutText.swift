import PipelineModel

/// A layout of Megatron as its users write it, `Et*3|(tt|)*29,m|L`: the letters of every stage.
///
/// `x*n` repeats a letter or a bar, `(...)*n` a group, which may hold bars; commas and blanks say nothing. A stage may be
/// empty.
///
/// Source: `PipelineParallelLayerLayout` in megatron/core/transformer/pipeline_parallel_layer_layout.py.
public struct MegatronLayoutText: Hashable, Sendable {
  /// What a letter stands for.
  public enum Letter: Character, Hashable, Sendable, CaseIterable {
    case embedding = "E"
    case transformer = "t"
    case multiTokenPrediction = "m"
    case head = "L"
  }

  /// The letters of each stage, in the model's order.
  public let stages: [[Letter]]

  /// Reads a layout.
  ///
  /// - Throws: `MegatronLayoutError` naming the column and what was expected there.
  /// - Complexity: O(letters).
  public init(_ text: String) throws(MegatronLayoutError) {
    var reader = LayoutReader(text)
    let marks = try reader.sequence(depth: 0)
    try reader.expectEnd()
    var stages: [[Letter]] = [[]]
    for mark in marks {
      if let letter = mark.letter { stages[stages.count - 1].append(letter) } else { stages.append([]) }
    }
    let letters = marks.compactMap(\.letter)
    func column(_ isSought: (Letter) -> Bool) -> Int? {
      marks.first { $0.letter.map(isSought) ?? false }?.column
    }
    guard letters.first == .embedding, letters.count(where: { $0 == .embedding }) == 1 else {
      throw MegatronLayoutError(marks.last { $0.letter == .embedding }?.column ?? 1, .embedding)
    }
    guard letters.last == .head, letters.count(where: { $0 == .head }) == 1 else {
      throw MegatronLayoutError(column { $0 == .head } ?? text.count + 1, .head)
    }
    guard let last = letters.lastIndex(of: .transformer) else { throw MegatronLayoutError(1, .transformer) }
    if let first = letters.firstIndex(of: .multiTokenPrediction), first < last {
      throw MegatronLayoutError(column { $0 == .multiTokenPrediction } ?? 1, .prediction)
    }
    self.stages = stages
  }

  /// How often a letter stands in the layout.
  public func count(of letter: Letter) -> Int { stages.joined().count { $0 == letter } }
}

/// Why a text is no layout.
public struct MegatronLayoutError: Error, Hashable, Sendable {
  /// What was expected.
  public enum Reason: Hashable, Sendable {
    /// A letter, a bar or a group.
    case mark(found: String)
    /// The end of a group.
    case closing(found: String)
    /// How often something is repeated.
    case count(found: String)
    /// Fewer letters.
    case length(limit: Int)
    /// Groups nested less deeply.
    case depth(limit: Int)
    /// One embedding, first of all.
    case embedding
    /// One head, last of all.
    case head
    /// A transformer layer.
    case transformer
    /// Predictions behind all transformer layers.
    case prediction
  }

  /// The column, counted from one.
  public let column: Int
  /// What was expected there.
  public let reason: Reason

  init(_ column: Int, _ reason: Reason) {
    self.column = column
    self.reason = reason
  }
}

extension MegatronLayoutError: CustomStringConvertible {
  /// Where it is and what was expected, in one line.
  public var description: String { "column \(column): \(expectation)" }

  private var expectation: String {
    switch reason {
    case .mark(let found): "expected E, t, m, L, | or a group in parentheses, found \(found)"
    case .closing(let found): "expected ) at the end of the group, found \(found)"
    case .count(let found): "expected * and a number from 1 on, found \(found)"
    case .length(let limit): "expected at most \(limit) letters and bars, found more"
    case .depth(let limit): "expected at most \(limit) groups in each other, found more"
    case .embedding: "expected one E, before all other letters, found otherwise"
    case .head: "expected one L, behind all other letters, found otherwise"
    case .transformer: "expected at least one t, found none"
    case .prediction: "expected every m behind all t, found one before a t"
    }
  }
}

/// Reads a layout, letter by letter.
private struct LayoutReader {
  /// A letter, or a bar between stages.
  struct Mark {
    var letter: MegatronLayoutText.Letter?
    var column: Int
  }

  private let text: [Character]
  private var position = 0

  private static let longest = 65_536
  private static let deepest = 16

  init(_ text: String) { self.text = Array(text) }

  /// The letters and bars up to the end of the text, or of a group.
  mutating func sequence(depth: Int) throws(MegatronLayoutError) -> [Mark] {
    guard depth <= Self.deepest else { throw error(.depth(limit: Self.deepest)) }
    var marks: [Mark] = []
    skipBlanks()
    while let character = current, character != ")" {
      var part: [Mark]
      let column = position + 1
      if character == "(" {
        position += 1
        part = try sequence(depth: depth + 1)
        guard current == ")" else { throw error(.closing(found: found)) }
        position += 1
        part = try repeated(part, mustBe: true)
      } else {
        let letter = MegatronLayoutText.Letter(rawValue: character)
        guard letter != nil || character == "|" else { throw error(.mark(found: found)) }
        position += 1
        part = try repeated([Mark(letter: letter, column: column)], mustBe: false)
      }
      marks += part
      guard marks.count <= Self.longest else { throw error(.length(limit: Self.longest)) }
      skipBlanks()
    }
    return marks
  }

  func expectEnd() throws(MegatronLayoutError) {
    if current != nil { throw error(.mark(found: found)) }
  }

  /// So many times what was read.
  private mutating func repeated(_ marks: [Mark], mustBe: Bool) throws(MegatronLayoutError) -> [Mark] {
    skipBlanks()
    guard current == "*" else {
      guard !mustBe else { throw error(.count(found: found)) }
      return marks
    }
    position += 1
    skipBlanks()
    var digits = ""
    while let digit = current, digit.isASCII, digit.isNumber, digits.count < 6 {
      digits.append(digit)
      position += 1
    }
    guard let count = Int(digits), count > 0 else {
      throw error(.count(found: digits.isEmpty ? found : digits))
    }
    guard count * marks.count <= Self.longest else { throw error(.length(limit: Self.longest)) }
    return Array(repeatElement(marks, count: count).joined())
  }

  private mutating func skipBlanks() {
    while let character = current, character == "," || character.isWhitespace { position += 1 }
  }

  private var current: Character? { position < text.count ? text[position] : nil }
  private var found: String { current.map { String($0).quoted } ?? "the end" }

  private func error(_ reason: MegatronLayoutError.Reason) -> MegatronLayoutError {
    MegatronLayoutError(position + 1, reason)
  }
}
