import PipelineModel

extension RunTable {
  /// Letters in a file's name: what is safe on every file system.
  private static let longestName = 200

  /// The name of a file for each run, without an ending: its own, with `-` for what not all file systems take.
  ///
  /// - Throws: `FormatError` about the first run whose file would be that of another, where capitals do not count.
  /// - Complexity: O(runs).
  public func fileNames(file: String) throws(FormatError) -> [String] {
    var taken: [String: Run] = [:]
    var names: [String] = []
    for run in runs {
      let name = Self.fileName(for: run.name)
      func refuse(_ expected: String, _ found: String) -> FormatError {
        RunColumns.error("run", .expected(expected, found: found), line: run.line).about(file: file)
      }
      guard name.utf8.count <= Self.longestName else {
        throw refuse("a name of at most \(Self.longestName) bytes", "one of \(name.utf8.count)")
      }
      if let twin = taken.updateValue(run, forKey: name.lowercased()) {
        throw refuse(
          "names that make different files",
          "\(run.name.quoted), and \(twin.name.quoted) on line \(twin.line), for one file")
      }
      names.append(name)
    }
    return names
  }

  private static func fileName(for name: String) -> String {
    let safe = name.map { $0.isLetter || $0.isNumber || "._-".contains($0) ? $0 : "-" }
    // A leading dot would hide the file, and leave a folder.
    return String(safe.first == "." ? ["-"] + safe.dropFirst() : safe)
  }
}
