/// The way between a device and the memory of its host: two channels, one for each direction, beside compute.
public struct HostLink: Hashable, Sendable {
  /// In memory units per time unit, each way.
  public var bandwidth: Double
  /// What every transfer takes besides, in the problem's time unit.
  public var latency: Double

  /// Describes a link.
  public init(bandwidth: Double, latency: Double = 0) {
    self.bandwidth = bandwidth
    self.latency = latency
  }

  /// How long a transfer takes, in the problem's time unit: rounded up to a millionth of it, as a quotient seldom is a
  /// decimal number and all times lie on one grid of decimals.
  public func transfer(of amount: Double) -> Double {
    let time = latency + amount / bandwidth
    let steps = time * Self.stepsPerUnit
    let nearest = steps.rounded()
    // What differs by rounding alone is that decimal.
    let isNear = abs(steps - nearest) <= Self.rounding * max(1, nearest)
    return (isNear ? nearest : steps.rounded(.up)) / Self.stepsPerUnit
  }

  /// Times are whole multiples of this part of a unit.
  private static let stepsPerUnit = 1e6
  private static let rounding = 1e-12
}

extension Stage {
  /// How long what one microbatch offloads on the stage is on its way to the host, or back, in the problem's time unit; 0
  /// where nothing is offloaded.
  ///
  /// - Parameter factor: that of the microbatch on its activations there.
  package func transferTime(over host: HostLink?, memory factor: Double) -> Double {
    offload > 0 ? host?.transfer(of: offload * factor) ?? 0 : 0
  }
}
