/// How the factor on a duration is drawn.
public enum Distribution: Hashable, Sendable {
  /// Always the same.
  case constant(Double)
  /// A factor whose logarithm is normal with this standard deviation around 0, so that its median is 1.
  case lognormal(Double)
  /// Any factor between two, all alike.
  case uniform(Double, Double)
  /// With a chance this factor, otherwise 1.
  case tail(chance: Double, factor: Double)
}

extension Distribution {
  /// The factor that a number between 0 and 1 stands for; a larger number never stands for a smaller factor where the
  /// tail slows down. O(1).
  @inline(__always)
  func factor(_ number: Double) -> Double {
    switch self {
    case .constant(let factor): factor
    case .lognormal(let deviation):
      PortableMath.exponential(deviation * PortableMath.normalQuantile(number))
    case .uniform(let least, let largest): least + (largest - least) * number
    case .tail(let chance, let factor): number > 1 - chance ? factor : 1
    }
  }

  /// The mean of the factor.
  var mean: Double {
    switch self {
    case .constant(let factor): factor
    case .lognormal(let deviation): PortableMath.exponential(deviation * deviation / 2)
    case .uniform(let least, let largest): (least + largest) / 2
    case .tail(let chance, let factor): 1 + chance * (factor - 1)
    }
  }
}
