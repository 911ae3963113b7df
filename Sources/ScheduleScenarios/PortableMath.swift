/// Functions that have the same bits on every machine, which those of C libraries do not promise: they are made of
/// additions, multiplications, divisions and square roots, which IEEE 754 rounds in one way only.
enum PortableMath {
  private static var logarithmOfTwo: Double { 0x1.62e42fefa39efp-1 }

  /// The exponential function, true to a few units in the last place; 0 far below, infinity far above.
  static func exponential(_ exponent: Double) -> Double {
    guard exponent > -700 else { return 0 }
    guard exponent < 700 else { return .infinity }
    let power = (exponent / logarithmOfTwo).rounded()
    let rest = exponent - power * logarithmOfTwo
    // Taylor's series: |rest| is below 0.35, and 0.35^15 / 15! below 2^-62.
    var sum = 1.0
    for term in stride(from: 14.0, through: 1, by: -1) { sum = 1 + sum * rest / term }
    return Double(sign: .plus, exponent: Int(power), significand: sum)
  }

  /// The natural logarithm of a number above 0, true to a few units in the last place.
  static func logarithm(_ value: Double) -> Double {
    let isLarge = value.significand > 1.4142135623730951
    let fraction = isLarge ? value.significand / 2 : value.significand
    let power = Double(value.exponent) + (isLarge ? 1 : 0)
    // log f = 2 artanh((f - 1) / (f + 1)), where the argument is below 0.172 and 0.172^23 / 23 below 2^-62.
    let ratio = (fraction - 1) / (fraction + 1)
    var sum = 0.0
    for term in stride(from: 21.0, through: 1, by: -2) { sum = sum * ratio * ratio + 1 / term }
    return power * logarithmOfTwo + 2 * ratio * sum
  }

  /// The number that a standard normal variable stays below with a probability between 0 and 1, true to 1e-15.
  ///
  /// Source: Wichura, "Algorithm AS 241: The Percentage Points of the Normal Distribution", Applied Statistics 37 (1988),
  /// PPND16.
  static func normalQuantile(_ probability: Double) -> Double {
    let offset = probability - 0.5
    if offset.magnitude <= 0.425 {
      return offset * middle.value(at: 0.180625 - offset * offset)
    }
    let tail = (-logarithm(min(probability, 1 - probability))).squareRoot()
    let distance = tail <= 5 ? near.value(at: tail - 1.6) : far.value(at: tail - 5)
    return offset < 0 ? -distance : distance
  }

  /// One polynomial over another, coefficients from the constant up.
  private struct Ratio {
    let numerator: SIMD8<Double>
    let denominator: SIMD8<Double>

    @inline(__always)
    func value(at place: Double) -> Double {
      // Both at once, each by Horner's rule.
      var values = SIMD2<Double>.zero
      for power in stride(from: 7, through: 0, by: -1) {
        values = values * place + SIMD2(numerator[power], denominator[power])
      }
      return values.x / values.y
    }
  }

  private static let middle = Ratio(
    numerator: [
      3.387132872796366608, 133.14166789178437745, 1971.5909503065514427, 13731.693765509461125,
      45921.953931549871457, 67265.770927008700853, 33430.575583588128105, 2509.0809287301226727,
    ],
    denominator: [
      1, 42.313330701600911252, 687.18700749205790830, 5394.1960214247511077, 21213.794301586595867,
      39307.895800092710610, 28729.085735721942674, 5226.4952788528545610,
    ])
  private static let near = Ratio(
    numerator: [
      1.42343711074968357734, 4.63033784615654529590, 5.76949722146069140550, 3.64784832476320460504,
      1.27045825245236838258, 0.241780725177450611770, 0.0227238449892691845833, 7.74545014278341407640e-4,
    ],
    denominator: [
      1, 2.05319162663775882187, 1.67638483018380384940, 0.689767334985100004550, 0.148103976427480074590,
      0.0151986665636164571966, 5.47593808499534494600e-4, 1.05075007164441684324e-9,
    ])
  private static let far = Ratio(
    numerator: [
      6.65790464350110377720, 5.46378491116411436990, 1.78482653991729133580, 0.296560571828504891230,
      0.0265321895265761230930, 1.24266094738807843860e-3, 2.71155556874348757815e-5,
      2.01033439929228813265e-7,
    ],
    denominator: [
      1, 0.599832206555887937690, 0.136929880922735805310, 0.0148753612908506148525,
      7.86869131145613259100e-4, 1.84631831751005468180e-5, 1.42151175831644588870e-7,
      2.04426310338993978564e-15,
    ])
}
