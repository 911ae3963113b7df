import PipelineModel

/// A problem that the program knows by name.
public struct Preset: Hashable, Sendable {
  /// The name by which commands take it: that of its file in `Presets`.
  public let name: String
  /// The file itself, in YAML.
  public let text: [UInt8]

  /// All presets, in the order in which they are listed.
  public static let all = [
    Preset(name: "zero-bubble-1.5b", text: PackageResources.zero_bubble_1_5b_yaml),
    Preset(name: "zero-bubble-6.2b", text: PackageResources.zero_bubble_6_2b_yaml),
    Preset(name: "zero-bubble-14.6b", text: PackageResources.zero_bubble_14_6b_yaml),
    Preset(name: "uniform-4x8", text: PackageResources.uniform_4x8_yaml),
    Preset(name: "uniform-8x24", text: PackageResources.uniform_8x24_yaml),
    Preset(name: "uneven-ends-8x24", text: PackageResources.uneven_ends_8x24_yaml),
    Preset(name: "llama-70b-32k", text: PackageResources.llama_70b_32k_yaml),
    Preset(name: "deepseek-v3", text: PackageResources.deepseek_v3_yaml),
    // Messages between experts as phases, beside the compute stream.
    Preset(name: "deepseek-v3-streams", text: PackageResources.deepseek_v3_streams_yaml),
    Preset(name: "mixtral-8x7b-streams", text: PackageResources.mixtral_8x7b_streams_yaml),
    // What fills bubbles, small enough to look at.
    Preset(name: "encoder-4x8", text: PackageResources.encoder_4x8_yaml),
    Preset(name: "frozen-encoders-4x8", text: PackageResources.frozen_encoders_4x8_yaml),
    Preset(name: "reduce-2x3", text: PackageResources.reduce_2x3_yaml),
    Preset(name: "uplink-4x8", text: PackageResources.uplink_4x8_yaml),
    Preset(name: "optimizer-shards-3x3", text: PackageResources.optimizer_shards_3x3_yaml),
    Preset(name: "adapters-3x8", text: PackageResources.adapters_3x8_yaml),
    Preset(name: "adapters-3x12", text: PackageResources.adapters_3x12_yaml),
    Preset(name: "curvature-3x3", text: PackageResources.curvature_3x3_yaml),
    Preset(name: "two-models-4x8", text: PackageResources.two_models_4x8_yaml),
    Preset(name: "experts-2x3", text: PackageResources.experts_2x3_yaml),
    // Layers, cut as those cut them who trained the model on that machine.
    Preset(name: "llama-3.1-405b-h100", text: PackageResources.llama_3_1_405b_h100_yaml),
    Preset(name: "llama-3-70b-h100", text: PackageResources.llama_3_70b_h100_yaml),
    Preset(name: "deepseek-v3-h100", text: PackageResources.deepseek_v3_h100_yaml),
    Preset(name: "kimi-k2-h100", text: PackageResources.kimi_k2_h100_yaml),
    Preset(name: "mixtral-8x22b-mi300x", text: PackageResources.mixtral_8x22b_mi300x_yaml),
  ]

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
