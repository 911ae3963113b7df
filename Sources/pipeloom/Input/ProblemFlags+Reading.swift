import PipelineModel
import ScheduleFormats

/// Problems as they are read, before flags change them.
extension ProblemFlags {
  /// The problem of a file, standard input or a preset.
  static func read(_ path: FilePath) throws -> Problem { try problem(in: contents(path), of: path) }

  /// What a file holds, where it is a problem with routes and stages.
  static func problem(in contents: ProblemFile.Contents, of path: FilePath) throws -> Problem {
    switch contents {
    case .problem(let problem): return problem
    case .routing, .placing: throw FormatError(.missingRoutes, file: path.text)
    case .partitioning: throw FormatError(.missingPartition, file: path.text)
    case .choosing(let choice): throw FormatError(.openPlacement(choice.choices), file: path.text)
    }
  }

  /// The problem of a file, standard input or a preset, or one whose routes are still to be chosen.
  static func contents(_ path: FilePath) throws -> ProblemFile.Contents {
    let contents = try load(path)
    Warnings.show(contents.suspiciousFigures, in: path)
    return contents
  }

  static func load(_ path: FilePath) throws -> ProblemFile.Contents {
    if !path.isStandardStream, !InputFile.exists(path) {
      if let preset = Preset.named(path.text) { return .problem(try preset.problem()) }
      throw Failure(
        .missingInput,
        "\(path.inputName): no such file, and no such preset: expected one of \(presetNames)")
    }
    let file = try InputFile(path, limit: ProblemFile.largestText)
    let contents = try ProblemFile.contents(file.bytes, file: path.text)
    Warnings.show(contents.missingModules, in: path)
    return contents
  }
}
