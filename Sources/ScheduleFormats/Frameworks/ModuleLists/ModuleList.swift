import PipelineModel

/// Which modules of the model each stage keeps, as trainers on PyTorch are told: `module_fqns_per_model_part`.
///
/// It is read from the trainer's own configuration, with what that says of devices and their stages, or as a list alone.
public struct ModuleList: Hashable, Sendable {
  /// A name of the list, and where it stands.
  struct Entry: Hashable {
    var name: String
    var line: Int
    var key: ProblemKey
  }

  /// The modules of each stage, in the model's order.
  let stages: [[Entry]]
  let names: ModuleNames
  /// The name that messages give the list.
  let file: String
  /// How many devices the configuration asks for; `nil` where it does not say.
  public let deviceCount: Int?
  /// How many microbatches its batch sizes make; `nil` where they do not say.
  public let microbatchCount: Int?
  /// Where its schedule puts the stages: a loop, or a V.
  public let placement: Placement

  /// The longest configuration that is read, in bytes.
  public static let largestText = 16 << 20
}

/// A trainer on PyTorch whose lists of modules are read.
public enum ModuleListFormat: String, Hashable, Sendable, CaseIterable {
  case torchtitan
  case nemo

  var names: ModuleNames {
    switch self {
    case .torchtitan: .torchtitan
    case .nemo: .nemo
    }
  }

  fileprivate var language: SettingsText.Language {
    switch self {
    case .torchtitan: .assignments
    case .nemo: .yaml
    }
  }

  /// The schedules of PyTorch for which the trainer puts stages in a V; for all others it is a loop.
  fileprivate var schedulesOfVs: Set<String> {
    switch self {
    case .torchtitan: ["ZBVZeroBubble", "DualPipeV"]
    case .nemo: ["ZBVZeroBubble"]
    }
  }

  /// The keys of what a configuration says besides.
  fileprivate var keys: (devices: String, schedule: String, batch: String, microbatch: String) {
    switch self {
    case .torchtitan:
      (
        "pipeline_parallel_degree", "pipeline_parallel_schedule", "local_batch_size",
        "pipeline_parallel_microbatch_size"
      )
    case .nemo: ("pp_size", "pp_schedule", "local_batch_size", "pp_microbatch_size")
    }
  }
}

extension ModuleList {
  private static let key = "module_fqns_per_model_part"

  /// Reads the list of a trainer's configuration.
  ///
  /// - Parameter file: the name that messages give the text.
  /// - Throws: `FormatError` where there is no list of lists of names.
  public static func decode(
    _ bytes: [UInt8], file: String, for format: ModuleListFormat
  ) throws(FormatError) -> ModuleList {
    do throws(FormatError) {
      let text = try SettingsText(bytes, language: format.language)
      let value = try text.value(of: key)
      guard let list = text.list ?? value else { throw FormatError(.missingKey(key)) }
      let path: ProblemKey = text.list == nil ? [.name(key)] : ProblemKey()
      return ModuleList(
        stages: try stages(list, path: path), names: format.names, file: file,
        deviceCount: try count(text, format.keys.devices),
        microbatchCount: try microbatches(text, format), placement: try placement(text, format))
    } catch {
      throw error.about(file: file)
    }
  }

  private static func stages(_ list: DocumentNode, path: ProblemKey) throws(FormatError) -> [[Entry]] {
    func located<Value>(_ body: () throws(FormatError) -> Value) throws(FormatError) -> Value {
      do { return try body() } catch {
        throw path.steps.reversed().reduce(error) { $0.within($1) }
      }
    }
    return try located { () throws(FormatError) in
      let stages = try list.list(expecting: "a list with the modules of every stage") {
        (stage) throws(FormatError) in
        try stage.list(expecting: "a list of modules") { (node) throws(FormatError) in
          (name: try node.text(), line: node.line)
        }
      }
      guard ProblemRules.counts.contains(stages.count) else {
        throw list.error(.problem(.countOutOfRange(stages.count, ProblemRules.counts)))
      }
      return stages.enumerated().map { stage, modules in
        modules.enumerated().map { place, module in
          Entry(
            name: module.name, line: module.line,
            key: path.appending(.index(stage)).appending(.index(place)))
        }
      }
    }
  }

  /// A count that the configuration may say; nothing where it says something else, as another language may.
  private static func count(_ text: SettingsText, _ key: String) throws(FormatError) -> Int? {
    guard case .number(let value, _)? = try text.value(of: key)?.content else { return nil }
    return Int(exactly: value).flatMap { ProblemRules.counts.contains($0) ? $0 : nil }
  }

  private static func microbatches(
    _ text: SettingsText, _ format: ModuleListFormat
  ) throws(FormatError) -> Int? {
    guard let batch = try count(text, format.keys.batch) else { return nil }
    let size = try count(text, format.keys.microbatch) ?? 1
    return batch.isMultiple(of: size) ? batch / size : nil
  }

  private static func placement(
    _ text: SettingsText, _ format: ModuleListFormat
  ) throws(FormatError) -> Placement {
    guard case .string(let schedule)? = try text.value(of: format.keys.schedule)?.content else {
      return .loop
    }
    return format.schedulesOfVs.contains(schedule) ? .v : .loop
  }
}
