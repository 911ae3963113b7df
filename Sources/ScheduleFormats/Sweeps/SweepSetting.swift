import PipelineModel

/// Something that a sweep can set: an option of the commands that make its schedules, under the name that files use.
///
/// Another setting is one entry of `all`.
public struct SweepSetting: Hashable, Sendable {
  /// What a setting is an option of.
  public enum Place: Hashable, Sendable {
    /// A problem that flags describe by themselves.
    case shape
    /// A key of the problem file, which is set there.
    case key
    /// An estimate for a model.
    case model
    /// Every command that makes a schedule.
    case schedule
    /// Families.
    case family
    /// Searches.
    case search
  }

  /// What its values name.
  public enum Kind: Hashable, Sendable {
    /// Themselves.
    case plain
    /// A file, whose content counts.
    case file
  }

  /// The name in a sweep file, such as `memoryLimit`.
  public let name: String
  /// Where it is set.
  public let places: Set<Place>
  /// What its values name.
  public let kind: Kind

  private init(_ name: String, _ places: Place..., kind: Kind = .plain) {
    self.name = name
    self.places = Set(places)
    self.kind = kind
  }

  /// The option of the command line, such as `--memory-limit`.
  public var flag: String {
    name.reduce(into: "--") { flag, letter in
      flag += letter.isUppercase ? "-\(letter.lowercased())" : String(letter)
    }
  }

  /// The setting that makes a sweep one of estimates.
  static let hardware = "hardware"
  /// The setting that changes how many devices a problem has.
  public static let devices = "devices"

  /// All settings, in the order in which messages list them.
  public static let all = [
    SweepSetting(devices, .shape, .key, .model),
    SweepSetting("microbatches", .model, .schedule),
    SweepSetting("memoryLimit", .schedule),
    SweepSetting("chunks", .schedule),
    SweepSetting("placement", .schedule),
    SweepSetting("pieces", .schedule),
    SweepSetting("partition", .schedule),
    SweepSetting("modes", .schedule),
    SweepSetting("modesPer", .schedule),
    SweepSetting("communication", .schedule),
    SweepSetting("overlap", .schedule),
    SweepSetting("optimizerStep", .schedule),
    SweepSetting("forward", .shape),
    SweepSetting("backwardInput", .shape),
    SweepSetting("backwardWeight", .shape),
    SweepSetting("activationForB", .shape),
    SweepSetting("activationForW", .shape),
    SweepSetting("static", .shape),
    SweepSetting(hardware, .model, kind: .file),
    SweepSetting("tensor", .model),
    SweepSetting("sequenceParallel", .model),
    SweepSetting("expert", .model),
    SweepSetting("context", .model),
    SweepSetting("data", .model),
    SweepSetting("sequence", .model),
    SweepSetting("microbatchSize", .model),
    SweepSetting("precision", .model),
    SweepSetting("optimizer", .model),
    SweepSetting("gradients", .model),
    SweepSetting("attention", .model),
    SweepSetting("groupSize", .family),
    SweepSetting("objective", .search),
    SweepSetting("backward", .search),
    SweepSetting("iterations", .search),
    SweepSetting("timeLimit", .search),
    SweepSetting("threads", .search),
    SweepSetting("seed", .search),
    SweepSetting("prove", .search),
    SweepSetting("scenarios", .search, kind: .file),
    SweepSetting("quantile", .search),
  ]

  /// Those that may be an axis of a sweep whose problems come from somewhere.
  static func axes(of source: Sweep.Source) -> [SweepSetting] {
    let own: Place =
      switch source {
      case .settings: .shape
      case .file: .key
      case .model: .model
      }
    return all.filter { !$0.places.isDisjoint(with: [own, .schedule, .family, .search]) }
  }

  /// Those that may be an option of a search.
  static let ofSearches = all.filter { $0.places.contains(.search) }
}

/// The value of a setting.
public enum SweepValue: Hashable, Sendable, CustomStringConvertible {
  case number(Double)
  case text(String)
  case toggle(Bool)

  /// The value as the command line and tables write it: the same for the same value.
  public var description: String {
    switch self {
    case .number(let number): number.plain
    case .text(let text): text
    case .toggle(let value): value ? "true" : "false"
    }
  }
}
