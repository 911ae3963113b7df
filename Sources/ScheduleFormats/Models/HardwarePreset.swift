import ModelCosts

/// A machine that the program knows by name.
public struct HardwarePreset: Hashable, Sendable {
  /// The name by which the command line takes it, in any case: that of its file in `Presets/Hardware`.
  public let name: String
  /// The file itself, in YAML.
  public let text: [UInt8]

  /// All presets, in the order in which they are listed.
  public static let all = [
    HardwarePreset(name: "a100", text: PackageResources.a100_yaml),
    HardwarePreset(name: "h100", text: PackageResources.h100_yaml),
    HardwarePreset(name: "h200", text: PackageResources.h200_yaml),
    HardwarePreset(name: "b200", text: PackageResources.b200_yaml),
    HardwarePreset(name: "mi300x", text: PackageResources.mi300x_yaml),
  ]

  /// The preset of a name.
  public static func named(_ name: String) -> HardwarePreset? { all.first { $0.name == name.lowercased() } }

  /// Reads the preset.
  ///
  /// - Throws: `FormatError`, which no preset of a tested build does.
  public func hardware() throws(FormatError) -> Hardware {
    try HardwareFile.decode(text, file: "\(name).yaml")
  }
}
