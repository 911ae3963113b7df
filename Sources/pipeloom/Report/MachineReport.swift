import FoundationEssentials
import PipelineModel

/// The machine form of a report: JSON with stable keys.
enum MachineReport {
  /// Encodes a report, with sorted keys and a newline at the end.
  static func json(_ report: some Encodable) throws -> TerminalText {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    let text = String(decoding: try encoder.encode(report), as: UTF8.self)
    return TerminalText(lines: escaped(text) + "\n")
  }

  /// The text with all that would steer a terminal as escapes of JSON, which say the same. Between values there
  /// are only line breaks.
  private static func escaped(_ text: String) -> String {
    guard text.unicodeScalars.contains(where: { $0.steersTerminals && $0 != "\n" }) else { return text }
    return text.unicodeScalars.reduce(into: "") { escaped, scalar in
      guard scalar.steersTerminals, scalar != "\n" else { return escaped.unicodeScalars.append(scalar) }
      for unit in UTF16.encode(scalar) ?? .init() {
        let digits = String(unit, radix: 16)
        escaped += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      }
    }
  }
}
