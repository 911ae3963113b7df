import ArgumentParser

/// Which runs of a table are held out from calibration: those with a value in a column.
struct HoldoutRule: Hashable, ExpressibleByArgument {
  /// The column's title.
  let column: String
  /// What stands there.
  let value: String

  /// The rule where nobody gives one; tables without its column hold nothing out.
  static let usual = HoldoutRule(column: "split", value: "holdout")

  init(column: String, value: String) {
    self.column = column
    self.value = value
  }

  init?(argument: String) {
    let parts = argument.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
    guard parts.count == 2, !parts[0].isEmpty else { return nil }
    column = String(parts[0])
    value = String(parts[1])
  }
}
