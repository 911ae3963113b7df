import PipelineModel

/// Colours of the user's own, by the names of what they fill.
public struct ChosenColours: Hashable, Sendable {
  /// What else than operations can have a colour.
  public enum Part: String, Hashable, Sendable, CaseIterable {
    /// The memory strips.
    case memory
    /// The line of a memory limit, and of the end of a schedule.
    case limit
    /// Optimizer steps.
    case optimizerStep
    /// Transfers to the host.
    case offload
    /// Transfers from the host.
    case reload
    /// The hatching of idle time.
    case idle
  }

  /// The colours of operations, each 0xRRGGBB.
  public private(set) var kinds: [Operation.Kind: UInt32] = [:]
  /// The colours of all else, each 0xRRGGBB.
  public private(set) var parts: [Part: UInt32] = [:]

  /// Begins without any.
  public init() {}

  /// The names that can have a colour: the symbols of operations, and those of parts. A launch is not drawn.
  public static var names: [String] {
    Operation.Kind.allCases.filter { $0 != .reload }.map(\.symbol) + Part.allCases.map(\.rawValue)
  }

  /// Gives a name a colour; `false` for a name that has none. O(kinds).
  public mutating func set(_ name: String, to colour: UInt32) -> Bool {
    if let part = Part(rawValue: name) {
      parts[part] = colour
      return true
    }
    guard let kind = Operation.Kind.allCases.first(where: { $0.symbol == name && $0 != .reload }) else {
      return false
    }
    kinds[kind] = colour
    return true
  }

  /// The colour that `#rrggbb` or `#rgb` names, with or without the mark; `nil` for anything else.
  public static func colour(_ text: String) -> UInt32? {
    let digits = text.hasPrefix("#") ? text.dropFirst() : text[...]
    guard digits.allSatisfy(\.isHexDigit) else { return nil }
    switch digits.count {
    case 6: return UInt32(digits, radix: 16)
    case 3: return UInt32(digits.map { "\($0)\($0)" }.joined(), radix: 16)
    default: return nil
    }
  }
}
