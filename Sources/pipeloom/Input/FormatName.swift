import ArgumentParser
import ScheduleFormats

/// The name of a foreign format, as it is given on the command line.
struct FormatName: ExpressibleByArgument {
  /// The name, known or not.
  let text: String

  init(argument: String) { text = argument }

  /// The names of formats, for help and messages.
  static func list(_ formats: [any ExportFormat]) -> String { formats.map(\.name).joined(separator: ", ") }

  /// The format that schedules are written in.
  ///
  /// - Throws: `Failure` naming all formats when there is none of this name.
  func exported() throws(Failure) -> any ExportFormat {
    guard let format = ExportFormats.named(text) else {
      throw Failure(
        .usage, "--format: expected one of \(Self.list(ExportFormats.all)), found '\(text)'")
    }
    return format
  }
}
