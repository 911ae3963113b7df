/// How reports print numbers.
enum Figures {
  /// A number with at most four decimals.
  static func number(_ value: Double) -> String {
    let rounded = (value * 10_000).rounded() / 10_000
    // Beyond 2^53 there are no decimals to round.
    let text = (rounded.isFinite ? rounded : value).description
    return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
  }

  /// A number and its unit, if it has one.
  static func quantity(_ value: Double, _ unit: String) -> String {
    unit.isEmpty ? number(value) : "\(number(value)) \(unit)"
  }

  /// A fraction of one in per cent, with two decimals.
  static func percent(_ rate: Double) -> String {
    let hundredths = Int((abs(rate) * 10_000).rounded())
    let decimals = hundredths % 100
    let sign = rate < 0 && hundredths > 0 ? "-" : ""
    return "\(sign)\(hundredths / 100).\(decimals < 10 ? "0" : "")\(decimals) %"
  }

  /// A number of things, with the plural where there are several.
  static func count(_ count: Int, _ thing: String) -> String {
    count == 1 ? "1 \(thing)" : "\(count) \(thing)s"
  }

  /// One value where all are equal, otherwise the least and the largest.
  static func range(_ values: [Double]) -> String {
    guard let least = values.min(), let largest = values.max() else { return "none" }
    return least == largest ? number(least) : "\(number(least)) to \(number(largest))"
  }
}
