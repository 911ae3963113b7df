/// The one place where numbers become text for people.
package enum NumberText {
  /// The number with at most so many decimals, without trailing zeros; the same on every machine.
  package static func fixed(_ value: Double, decimals: Int) -> String {
    let factor = (0..<max(0, decimals)).reduce(1.0) { product, _ in product * 10 }
    let scaled = (abs(value) * factor).rounded()
    // Beyond 2^53 a Double has no digits to round.
    guard scaled < 0x1p53 else {
      return decimals > 0 ? fixed(value, decimals: decimals - 1) : value.description
    }
    var whole = String(UInt64(scaled))
    guard decimals > 0 else { return sign(of: value, unless: scaled == 0) + whole }
    while whole.utf8.count <= decimals { whole = "0" + whole }
    var fraction = whole.suffix(decimals)
    let integer = whole.dropLast(decimals)
    while fraction.last == "0" { fraction.removeLast() }
    return sign(of: value, unless: scaled == 0) + integer + (fraction.isEmpty ? "" : "." + fraction)
  }

  private static func sign(of value: Double, unless isZero: Bool) -> String {
    value < 0 && !isZero ? "-" : ""
  }
}

extension Double {
  /// The number as labels and tooltips show it: at most four decimals, and four digits when it is below one.
  package var short: String {
    guard isFinite, self != 0 else { return self == 0 ? "0" : description }
    var decimals = 4
    var magnitude = abs(self)
    while magnitude < 0.1, decimals < 16 {
      magnitude *= 10
      decimals += 1
    }
    return NumberText.fixed(self, decimals: decimals)
  }

  /// The number with its unit, where it has one.
  package func short(_ unit: String) -> String { unit.isEmpty ? short : "\(short) \(unit)" }

  /// A fraction of one as a percentage: `11.1 %`.
  package var percent: String { NumberText.fixed(self * 100, decimals: 2) + " %" }

  /// A difference as a percentage with its sign: `+0.2 %`.
  package var signedPercent: String {
    let text = percent
    return self > 0 && text != (0.0).percent ? "+" + text : text
  }

  /// The number in full, without a trailing `.0`.
  package var plain: String {
    let text = description
    return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
  }
}

extension Int {
  /// The number of things: `1 device`, `2 devices`.
  package func counted(_ thing: String, _ things: String? = nil) -> String {
    "\(self) \(self == 1 ? thing : things ?? thing + "s")"
  }
}
