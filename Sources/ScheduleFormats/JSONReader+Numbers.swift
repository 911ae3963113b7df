extension JSONReader {
  /// Reads a finite number, correctly rounded.
  mutating func readNumber(expecting expected: @autoclosure () -> String) throws(FormatError) -> Double {
    skipBlanks()
    let start = position
    guard let decimal = try scanNumber(expecting: expected()) else { throw unexpected(expected()) }
    // Both factors are exact, so their product or quotient is rounded only once.
    if decimal.isExact, decimal.mantissa < 1 << 53, abs(decimal.exponent) <= 22 {
      let mantissa = Double(decimal.mantissa)
      let power = Self.powersOfTen[abs(decimal.exponent)]
      let value = decimal.exponent < 0 ? mantissa / power : mantissa * power
      return decimal.isNegative ? -value : value
    }
    let text = String(decoding: bytes[start..<position], as: UTF8.self)
    guard let value = Double(text), value.isFinite else { throw error(.notFinite(text.shortened), at: start) }
    return value
  }

  /// Reads a whole number of 32 bits.
  mutating func readInt32(expecting expected: @autoclosure () -> String) throws(FormatError) -> Int32 {
    skipBlanks()
    let start = position
    let value = try readNumber(expecting: expected())
    guard let whole = Int32(exactly: value) else {
      position = start
      throw unexpected(expected())
    }
    return whole
  }

  /// The number that comes next as it is written, checked against the grammar; `nil` when none does.
  mutating func readNumberText() throws(FormatError) -> String? {
    skipBlanks()
    let start = position
    guard try scanNumber(expecting: "a number") != nil else { return nil }
    return String(decoding: bytes[start..<position], as: UTF8.self)
  }

  private struct Decimal {
    var mantissa: UInt64 = 0
    var exponent = 0
    var isNegative = false
    /// Whether mantissa and exponent hold all digits.
    var isExact = true
  }

  /// Walks over a number: `-`, digits without leading zeros, a fraction, an exponent.
  private mutating func scanNumber(
    expecting expected: @autoclosure () -> String
  ) throws(FormatError) -> Decimal? {
    let start = position
    var decimal = Decimal()
    if current == ASCII.minus {
      decimal.isNegative = true
      position += 1
    }
    guard ASCII.isDigit(current) else {
      position = start
      return nil
    }
    let hasLeadingZero = current == ASCII.zero
    let digits = scanDigits(into: &decimal)
    var isWellFormed = digits == 1 || !hasLeadingZero
    if current == ASCII.dot {
      position += 1
      let digits = scanDigits(into: &decimal)
      decimal.exponent -= digits
      isWellFormed = isWellFormed && digits > 0
    }
    if current | 0x20 == UInt8(ascii: "e") {
      position += 1
      isWellFormed = scanExponent(into: &decimal) && isWellFormed
    }
    guard isWellFormed else {
      position = start
      throw unexpected(expected())
    }
    return decimal
  }

  @inline(__always)
  private mutating func scanDigits(into decimal: inout Decimal) -> Int {
    let start = position
    while ASCII.isDigit(current) {
      if decimal.mantissa < 1 << 59 {
        decimal.mantissa = decimal.mantissa * 10 + UInt64(current - ASCII.zero)
      } else {
        decimal.isExact = false
      }
      position += 1
    }
    return position - start
  }

  private mutating func scanExponent(into decimal: inout Decimal) -> Bool {
    let isNegative = current == ASCII.minus
    if isNegative || current == ASCII.plus { position += 1 }
    let start = position
    var exponent = 0
    while ASCII.isDigit(current) {
      exponent = min(exponent * 10 + Int(current - ASCII.zero), 100_000)
      position += 1
    }
    decimal.exponent += isNegative ? -exponent : exponent
    return position > start
  }

  private static let powersOfTen: [Double] = [
    1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18,
    1e19, 1e20, 1e21, 1e22,
  ]
}
