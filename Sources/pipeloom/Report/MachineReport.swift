import FoundationEssentials

/// The machine form of a report: JSON with stable keys.
enum MachineReport {
  /// Encodes a report, with sorted keys and a newline at the end.
  static func json(_ report: some Encodable) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    return String(decoding: try encoder.encode(report), as: UTF8.self) + "\n"
  }
}
