/// A unit that the times of measurements are given in.
public enum TimeUnit: String, Hashable, Sendable, CaseIterable {
  /// Nanoseconds.
  case nanoseconds = "ns"
  /// Microseconds.
  case microseconds = "us"
  /// Milliseconds.
  case milliseconds = "ms"
  /// Seconds.
  case seconds = "s"

  /// The power of ten that makes seconds of it.
  private var exponent: Int {
    switch self {
    case .nanoseconds: -9
    case .microseconds: -6
    case .milliseconds: -3
    case .seconds: 0
    }
  }

  /// How often a number has to be taken times ten to be one of another unit; below 0, how often divided by it.
  func places(to other: TimeUnit) -> Int { exponent - other.exponent }

  /// A time in another unit.
  public func convert(_ time: Double, to other: TimeUnit) -> Double {
    let places = places(to: other)
    // Powers of ten above one are exact and those below are not: divide by them.
    let power = (0..<abs(places)).reduce(1.0) { product, _ in product * 10 }
    return places < 0 ? time / power : time * power
  }

  /// The names of all units, for messages.
  static var names: String { allCases.map(\.rawValue).joined(separator: ", ") }
}
