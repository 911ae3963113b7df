import PipelineModel
import ScheduleFamilies
import ScheduleFormats

/// The points of a sweep with the names of their results, and the command that makes each.
struct SweepPlan {
  /// One point.
  struct Point {
    /// Twelve hexadecimal digits of a hash of the program's version, the problem and all settings.
    let name: String
    /// What the columns of tables say of it.
    let settings: [SweepValue?]
    /// What makes its schedule.
    let maker: Sweep.Maker
    /// The line for a shell, without what it begins with and where it writes.
    fileprivate let parts: CommandParts
  }

  let sweep: Sweep
  /// The titles of the settings.
  let columns: [String]
  /// The points, no two of which are alike, in the sweep's order.
  private(set) var points: [Point] = []
  /// What the commands read.
  private(set) var inputs: SweepInputs
  /// The options of searches that have a column.
  private let searchColumns: [SweepSetting]

  /// Names all points. O(points x settings).
  ///
  /// - Parameter folder: where the results are to be.
  /// - Throws: `Failure` or `FormatError` naming what cannot be of the sweep or the files that it names.
  init(_ sweep: Sweep, file: FilePath, folder: FilePath) throws {
    try SweepCheck(sweep, file: file).run()
    self.sweep = sweep
    inputs = SweepInputs(folder: folder, sweep: file)
    let axes = sweep.axes.map(\.setting)
    let options = sweep.makers.flatMap { maker -> [SweepSetting] in
      guard case .search(let options) = maker else { return [] }
      return options.map(\.setting)
    }
    searchColumns = SweepSetting.all.filter { options.contains($0) && !axes.contains($0) }
    columns =
      (sweep.problems.count > 1 ? ["problem"] : []) + axes.map(\.name) + ["schedule"]
      + searchColumns.map(\.name)
    var seen: [String: String] = [:]
    for point in sweep.points {
      let parts = try CommandParts(point, of: sweep, inputs: &inputs)
      let name = SHA256.hexDigits(of: parts.identity.utf8, count: SHA256.shortCount)
      if let other = seen.updateValue(parts.identity, forKey: name) {
        // The same schedule, of settings that leave it alone; other schedules of one name are next to impossible.
        guard other == parts.identity else {
          throw Failure(.defect, "two points of the sweep have the name \(name)")
        }
        continue
      }
      points.append(
        Point(name: name, settings: settings(of: point, parts), maker: point.maker, parts: parts))
    }
  }

  private func settings(of point: Sweep.Point, _ parts: CommandParts) -> [SweepValue?] {
    var settings = zip(sweep.axes, point.values).map { axis, value in
      parts.isSet(axis.setting) ? value : nil
    }
    if sweep.problems.count > 1 { settings.insert(point.problem.map { .text($0) }, at: 0) }
    switch point.maker {
    case .family(let name): settings += [.text(name)] + searchColumns.map { _ in nil }
    case .search(let options):
      settings.append(.text("search"))
      settings += searchColumns.map { column in options.first { $0.setting == column }?.value }
    }
    return settings
  }

  /// Where the result of a point is.
  func path(of point: Point) -> FilePath {
    inputs.folder.within(FilePath(bytes: "\(point.name).json".utf8))
  }

  /// The line for a shell that makes a point.
  ///
  /// - Throws: `Failure` for a path that does not stay on a line.
  func command(of point: Point, program: [UInt8]) throws(Failure) -> [UInt8] {
    try point.parts.line(program: program, output: path(of: point))
  }
}

/// A command, taken apart so that 100,000 of them are made at once.
private struct CommandParts {
  private struct Argument {
    let setting: SweepSetting
    let value: SweepValue
    /// What the command is given, where it is not the value.
    let path: FilePath?
    let identity: String
  }

  private let source: Sweep.Source
  private let problem: SweepInputs.Reference?
  private let maker: Sweep.Maker
  private var estimate: [Argument] = []
  private var schedule: [Argument] = []
  /// A key of the problem that has a value of its own.
  private let changedKey: SweepSetting?

  init(_ point: Sweep.Point, of sweep: Sweep, inputs: inout SweepInputs) throws {
    source = sweep.source
    maker = point.maker
    var devices: (setting: SweepSetting, value: SweepValue)?
    for (axis, value) in zip(sweep.axes, point.values) {
      guard let value else { continue }
      let setting = axis.setting
      if source == .file, setting.places.contains(.key) {
        devices = (setting, value)
      } else if source == .model, setting.places.contains(.model) {
        estimate.append(try Self.argument(setting, value, inputs: &inputs))
      } else if Self.takes(setting, point.maker) {
        schedule.append(try Self.argument(setting, value, inputs: &inputs))
      }
    }
    if case .search(let options) = point.maker {
      for option in options where !schedule.contains(where: { $0.setting == option.setting }) {
        schedule.append(try Self.argument(option.setting, option.value, inputs: &inputs))
      }
    }
    changedKey = devices?.setting
    problem = try point.problem.map { name in
      try inputs.reference(
        name,
        as: sweep.source == .model ? .model : .problem(devices: devices.flatMap { Self.count($0.value) }))
    }
  }

  private static func count(_ value: SweepValue) -> Int? {
    guard case .number(let number) = value else { return nil }
    return Int(exactly: number)
  }

  /// Whether what makes a schedule has a setting.
  private static func takes(_ setting: SweepSetting, _ maker: Sweep.Maker) -> Bool {
    if setting.places.contains(.schedule) || setting.places.contains(.shape) { return true }
    switch maker {
    case .family(let name):
      return setting.places.contains(.family) && (try? Families.named(name).takesGroupSize) ?? false
    case .search: return setting.places.contains(.search)
    }
  }

  private static func argument(
    _ setting: SweepSetting, _ value: SweepValue, inputs: inout SweepInputs
  ) throws -> Argument {
    guard setting.kind == .file, case .text(let name) = value else {
      return Argument(setting: setting, value: value, path: nil, identity: "\(setting.name)=\(value)")
    }
    let reference = try inputs.reference(
      name, as: setting.places.contains(.model) ? .hardware : .scenarios)
    return Argument(
      setting: setting, value: value, path: reference.path, identity: "\(setting.name)=\(reference.digest)")
  }

  /// Whether a setting has its value in the command.
  func isSet(_ setting: SweepSetting) -> Bool {
    changedKey == setting || (estimate + schedule).contains { $0.setting == setting }
  }

  /// All that the schedule depends on.
  var identity: String {
    let make =
      switch maker {
      case .family(let name): "generate \((try? Families.named(name).name) ?? name)"
      case .search: "search"
      }
    let settings = (estimate + schedule).map(\.identity).sorted()
    let lines = ["pipeloom \(Pipeloom.version)", make, "problem \(problem?.digest ?? "")"] + settings
    return lines.joined(separator: "\n")
  }

  /// The line for a shell.
  func line(program: [UInt8], output: FilePath) throws(Failure) -> [UInt8] {
    var line: [UInt8] = []
    func add(_ word: [UInt8]) {
      if !line.isEmpty { line.append(UInt8(ascii: " ")) }
      line += word
    }
    func add(_ arguments: [Argument]) throws(Failure) {
      for argument in arguments { for word in try Self.words(argument) { add(word) } }
    }
    var given = try problem.map { (reference) throws(Failure) in try ShellText.word(reference.path.asArgument)
    }
    if source == .model {
      add(program)
      add(Array("estimate".utf8))
      if let given { add(given) }
      try add(estimate)
      add(Array("-o - |".utf8))
      given = Array("-".utf8)
    }
    add(program)
    switch maker {
    case .family(let name): add(Array("generate ".utf8) + (try ShellText.word(name)))
    case .search: add(Array("search".utf8))
    }
    if let given { add(given) }
    try add(schedule)
    add(Array("-o".utf8))
    add(try ShellText.word(output.asArgument))
    add(Array(SweepResultFlag.name.utf8))
    return line
  }

  private static func words(_ argument: Argument) throws(Failure) -> [[UInt8]] {
    let flag = argument.setting.flag
    if case .toggle(let isOn) = argument.value { return isOn ? [Array(flag.utf8)] : [] }
    if let path = argument.path { return [Array(flag.utf8), try ShellText.word(path.asArgument)] }
    let text = argument.value.description
    return text.hasPrefix("-")
      ? [try ShellText.word("\(flag)=\(text)")] : [Array(flag.utf8), try ShellText.word(text)]
  }
}

extension FilePath {
  /// The path as no command takes it for an option.
  fileprivate var asArgument: FilePath {
    bytes.first == UInt8(ascii: "-") ? FilePath(bytes: Array("./".utf8) + bytes) : self
  }
}
