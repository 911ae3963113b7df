import ScheduleFormats

/// The settings of a framework, written beside the file that they are about.
struct SettingsFile {
  /// How they are written.
  let format: any ConfigurationFormat
  /// Where: the exported file's path with the ending of the framework's settings.
  let path: FilePath

  /// Finds the settings of a framework for a format.
  ///
  /// - Throws: `Failure` when the format has no such settings, or there is no place for them.
  init(_ name: String, for format: any ExportFormat, beside file: FilePath) throws(Failure) {
    let known = format.configurations
    guard let settings = known.first(where: { $0.name == name }) else {
      let names = known.map(\.name)
      let expected = [names.dropLast().joined(separator: ", "), names.last ?? ""].joined(separator: " or ")
      throw Failure(
        .usage,
        known.isEmpty
          ? "--with-config: expected --format torch-csv, found \(format.name), which has no settings"
          : "--with-config: expected \(expected), found '\(name)'")
    }
    guard !file.isStandardStream else {
      throw Failure(
        .usage, "--with-config: expected -o with a file, as settings are written beside it, found '-'")
    }
    // The settings name the file, and are text.
    guard file.isText else {
      throw Failure(.usage, "--with-config: expected -o with a path in UTF-8, found '\(file.text)'")
    }
    self.format = settings
    path = file.withEnding(settings.fileEnding)
    guard path != file else {
      throw Failure(.usage, "--with-config: expected another file than \(file.text), where the settings go")
    }
  }
}
