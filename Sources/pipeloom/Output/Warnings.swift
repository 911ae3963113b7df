import PipelineModel

/// Warnings on standard error.
enum Warnings {
  /// How many are shown of one problem.
  private static let shown = 5

  /// Prints the first few figures that look like slips.
  ///
  /// - Parameter file: where they stand; `nil` for flags.
  static func show(_ figures: [SuspiciousFigure], in file: FilePath?) {
    let place = file.map { "\($0.inputName): " } ?? ""
    for figure in figures.prefix(shown) { StandardError.writeLine("warning: \(place)\(figure)") }
    if figures.count > shown {
      StandardError.writeLine("warning: \(place)and \(figures.count - shown) more figures like these")
    }
  }
}
