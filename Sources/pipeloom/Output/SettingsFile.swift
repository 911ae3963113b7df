import ScheduleFormats

/// The settings of a framework, written beside the file that they are about.
struct SettingsFile {
  /// How they are written.
  let format: any ConfigurationFormat
  /// Where: the exported file's path with the ending of the framework's settings.
  let path: String

  /// Finds the settings of a framework for a format.
  ///
  /// - Throws: `Failure` when the format has no such settings, or there is no place for them.
  init(_ name: String, for format: any ExportFormat, beside file: String) throws(Failure) {
    let known = format.configurations
    guard let settings = known.first(where: { $0.name == name }) else {
      let expected = known.map(\.name).joined(separator: " or ")
      throw Failure(
        .usage,
        known.isEmpty
          ? "--with-config: expected --format torch-csv, found \(format.name), which has no settings"
          : "--with-config: expected \(expected), found '\(name)'")
    }
    guard file != "-" else {
      throw Failure(
        .usage, "--with-config: expected -o with a file, as settings are written beside it, found '-'")
    }
    self.format = settings
    path = Self.path(file, ending: settings.fileEnding)
    guard path != file else {
      throw Failure(.usage, "--with-config: expected another file than \(file), where the settings go")
    }
  }

  /// A path with another ending in place of its own, if it has one.
  private static func path(_ file: String, ending: String) -> String {
    let name = file[(file.lastIndex(of: "/").map { file.index(after: $0) } ?? file.startIndex)...]
    // A name that begins with its only dot has no ending.
    guard let dot = name.lastIndex(of: "."), dot != name.startIndex else { return "\(file).\(ending)" }
    return "\(file[..<dot]).\(ending)"
  }
}
