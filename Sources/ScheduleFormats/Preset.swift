import PipelineModel
import PresetTexts

/// A problem that the program knows by name.
public struct Preset: Hashable, Sendable {
  /// The name by which commands take it: that of its file in `schedules/problems`.
  public let name: String
  /// The file itself, in YAML.
  public let text: [UInt8]

  /// All presets, in the order in which they are listed.
  public static var all: [Preset] { PresetTexts.all.map { Preset(name: $0.name, text: $0.text) } }

  /// The preset of a name.
  public static func named(_ name: String) -> Preset? { all.first { $0.name == name } }

  /// What the preset is, in one line: the first comment of its file.
  public var title: String {
    let line = text.prefix { $0 != ASCII.newline }
    return String(decoding: line.drop { $0 == UInt8(ascii: "#") || $0 == ASCII.space }, as: UTF8.self)
  }

  /// Reads the preset.
  ///
  /// - Throws: `FormatError`, which no preset of a tested build does.
  public func problem() throws(FormatError) -> Problem { try ProblemFile.decode(text, file: "\(name).yaml") }
}
