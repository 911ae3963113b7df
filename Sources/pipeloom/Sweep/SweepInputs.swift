import PipelineModel
import ScheduleFormats

/// The files that the commands of a sweep read, each under the name of its content in the folder of the results: what
/// somebody changes after the list is made changes no result.
struct SweepInputs {
  /// What a command is given, and what stands for its content in the name of a result.
  struct Reference: Hashable {
    let path: FilePath
    let digest: String
  }

  /// What a file is read as, before anything is listed.
  enum Role: Hashable {
    /// A problem, on its own or other devices.
    case problem(devices: Int?)
    /// The configuration of a model.
    case model
    case hardware
    case scenarios
  }

  private struct Key: Hashable {
    let name: String
    let role: Role
  }

  /// The folder of the results.
  let folder: FilePath
  /// The sweep file: what it names stands beside it.
  let sweep: FilePath
  /// The copies that the commands need.
  private(set) var files: [FilePath: [UInt8]] = [:]
  private var known: [Key: Reference] = [:]

  init(folder: FilePath, sweep: FilePath) {
    self.folder = folder
    self.sweep = sweep
  }

  /// What stands for a file or preset of a name.
  ///
  /// - Throws: `Failure` or `FormatError` where it cannot be read as what it is for.
  mutating func reference(_ name: String, as role: Role) throws -> Reference {
    let key = Key(name: name, role: role)
    if let reference = known[key] { return reference }
    let reference = try read(name, as: role)
    known[key] = reference
    return reference
  }

  private mutating func read(_ name: String, as role: Role) throws -> Reference {
    let given = FilePath(argument: name)
    let path = given.isAbsolute ? given : sweep.folder.appending(given.bytes)
    guard InputFile.exists(path) else {
      guard let preset = Self.preset(name, as: role) else {
        throw Failure(.missingInput, "\(sweep.inputName): \(path.text): no such file, and no such preset")
      }
      if case .problem(let devices?) = role {
        return try add(preset, devices: devices, named: given, as: role)
      }
      let digest = SHA256.hexDigits(of: preset, count: SHA256.shortCount)
      return Reference(path: given, digest: digest)
    }
    let file = try InputFile(path, limit: ProblemFile.largestText)
    var devices: Int?
    if case .problem(let count) = role { devices = count }
    return try add(file.bytes, devices: devices, named: path, as: role)
  }

  /// The text of a preset.
  private static func preset(_ name: String, as role: Role) -> [UInt8]? {
    switch role {
    case .problem: Preset.named(name)?.text
    case .hardware: HardwarePreset.named(name)?.text
    case .model, .scenarios: nil
    }
  }

  /// Checks what a file holds and keeps a copy.
  private mutating func add(
    _ bytes: [UInt8], devices: Int?, named path: FilePath, as role: Role
  ) throws -> Reference {
    let input = try SweepInput(bytes, devices: devices, file: path.text)
    switch role {
    case .problem(nil): _ = try ProblemFile.contents(bytes, file: path.text)
    case .problem(let devices?):
      _ = try ProblemFile.contents(input.text, file: "\(path.text) on \(devices.counted("device"))")
    case .model: _ = try ModelConfiguration.decode(bytes, file: path.text)
    case .hardware: _ = try HardwareFile.decode(bytes, file: path.text)
    case .scenarios: _ = try ScenarioFile.decode(bytes, file: path.text)
    }
    let stem = path.lastName.withEnding(input.digest).bytes.map {
      $0 == UInt8(ascii: ".") ? UInt8(ascii: "-") : $0
    }
    let copy = folder.within(Self.folderName).within(FilePath(bytes: stem + Array(".json".utf8)))
    files[copy] = input.text
    return Reference(path: copy, digest: input.digest)
  }

  /// Where the copies stand in the folder of the results.
  static let folderName = FilePath(bytes: "inputs".utf8)
}

extension FilePath {
  /// The path of something in this folder.
  func within(_ name: FilePath) -> FilePath {
    bytes.last == UInt8(ascii: "/") || bytes.isEmpty
      ? appending(name.bytes) : appending([UInt8(ascii: "/")] + name.bytes)
  }
}
