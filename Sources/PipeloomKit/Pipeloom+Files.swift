#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

extension Pipeloom {
  /// Reads a problem with its routes, from YAML or JSON.
  ///
  /// - Parameter name: what messages call the text.
  /// - Throws: `FormatError` naming line and key, also where routes are still to be chosen.
  public static func problem(_ bytes: [UInt8], name: String = "the problem") throws(FormatError) -> Problem {
    try ProblemFile.decode(bytes, file: name)
  }

  /// Reads a problem file with its routes.
  ///
  /// - Throws: `FormatError` as above; what Foundation says where the file cannot be read.
  public static func problem(contentsOf path: String) throws -> Problem {
    try problem(bytes(of: path), name: path)
  }

  /// Reads a problem file, routes and devices chosen or not.
  ///
  /// - Throws: as `problem(contentsOf:)`, but for what is still to be chosen.
  public static func contents(of path: String) throws -> ProblemFile.Contents {
    try ProblemFile.contents(bytes(of: path), file: path)
  }

  /// Reads a schedule file as it stands: `check` says whether it is true.
  ///
  /// - Throws: `FormatError` naming line and key; what Foundation says where the file cannot be read.
  public static func schedule(contentsOf path: String) throws -> ScheduleFile {
    try ScheduleFile.decode(bytes(of: path), file: path)
  }

  /// A schedule as the bytes of a schedule file.
  ///
  /// - Parameter generator: what made it; this library's search if left out.
  /// - Throws: `FormatError` for figures that a file cannot hold.
  public static func encode(
    _ schedule: CertifiedSchedule,
    generator: ScheduleFile.Generator = .init(command: "search", version: version)
  ) throws(FormatError) -> [UInt8] {
    try ScheduleFile(
      generator: generator, record: schedule.timeline.record(certificate: schedule.certificate)
    ).encode()
  }

  /// Writes a schedule file.
  ///
  /// - Throws: as `encode`; what Foundation says where the file cannot be written.
  public static func write(
    _ schedule: CertifiedSchedule, to path: String,
    generator: ScheduleFile.Generator = .init(command: "search", version: version)
  ) throws {
    try write(encode(schedule, generator: generator), to: path)
  }

  /// Writes bytes, such as a picture's, as one file: whole or not at all.
  ///
  /// - Throws: what Foundation says where the file cannot be written.
  public static func write(_ bytes: [UInt8], to path: String) throws {
    try Data(bytes).write(to: URL(filePath: path), options: .atomic)
  }

  private static func bytes(of path: String) throws -> [UInt8] {
    try Array(Data(contentsOf: URL(filePath: path)))
  }
}
