import ArgumentParser
import Diagrams

extension DiagramFormat: ExpressibleByArgument {
  /// The format that a file's ending names.
  ///
  /// - Throws: `Failure` naming the endings.
  init(file: FilePath) throws(Failure) {
    if let ending = file.ending, let format = DiagramFormat(rawValue: ending.lowercased()) {
      self = format
      return
    }
    let formats = DiagramFormat.allCases.map { ".\($0.rawValue)" }.joined(separator: ", ")
    throw Failure(
      .usage, "\(file.outputName): expected a file ending in \(formats)")
  }
}
