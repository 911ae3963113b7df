/// Warnings on standard error.
enum Warnings {
  /// How many are shown of one kind and problem.
  private static let shown = 5

  /// Prints the first few.
  ///
  /// - Parameter file: what they are about; `nil` for a problem of flags.
  static func show(_ warnings: [some CustomStringConvertible], in file: FilePath?) {
    let place = file.map { "\($0.inputName): " } ?? ""
    for warning in warnings.prefix(shown) { StandardError.writeLine("warning: \(place)\(warning)") }
    if warnings.count > shown {
      StandardError.writeLine("warning: \(place)and \(warnings.count - shown) more like these")
    }
  }
}
