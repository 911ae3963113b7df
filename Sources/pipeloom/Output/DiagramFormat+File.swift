import ArgumentParser
import GanttDiagram

extension DiagramFormat: ExpressibleByArgument {
  /// The format that a file's ending names.
  ///
  /// - Throws: `Failure` naming the endings.
  init(file: String) throws(Failure) {
    let parts = file.split(separator: ".", omittingEmptySubsequences: false)
    if parts.count > 1, let ending = parts.last, let format = DiagramFormat(rawValue: ending.lowercased()) {
      self = format
      return
    }
    let formats = DiagramFormat.allCases.map { ".\($0.rawValue)" }.joined(separator: ", ")
    throw Failure(
      .usage, "\(file == "-" ? "standard output" : file): expected a file ending in \(formats)")
  }
}
