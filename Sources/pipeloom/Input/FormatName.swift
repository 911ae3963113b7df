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
    guard let format = ExportFormats.named(text) else { throw unknown(among: ExportFormats.all) }
    return format
  }

  /// The format that schedules are read from.
  ///
  /// - Throws: `Failure` naming all such formats when there is none of this name.
  func imported() throws(Failure) -> any ImportFormat {
    guard let format = ExportFormats.named(text) as? any ImportFormat else {
      throw unknown(among: ExportFormats.importable, or: [SkipPipe().name] + TraceImport.formats)
    }
    return format
  }

  private func unknown(among formats: [any ExportFormat], or others: [String] = []) -> Failure {
    let names = (formats.map(\.name) + others).joined(separator: ", ")
    return Failure(.usage, "--format: expected one of \(names), found '\(text)'")
  }
}
