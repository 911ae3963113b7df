/// One pipeline rank, which runs one operation at a time.
public struct Device: Hashable, Sendable {
  /// The device's position in the pipeline.
  @frozen
  public struct ID: TypedIndex {
    /// The zero-based position.
    public let rawValue: Int32
    /// Wraps a zero-based position.
    @inlinable
    public init(rawValue: Int32) { self.rawValue = rawValue }
  }

  /// The most memory the device may hold at any moment, `static` included, in the problem's memory unit;
  /// `nil` when nothing limits it.
  public var memoryLimit: Double?

  /// Time the device spends after its last operation, in the problem's time unit.
  public var optimizerStep: Double

  /// How fast the device computes: the durations of its stages are divided by it.
  public var speed: Double

  /// The way to the memory of its host; `nil` where there is none.
  public var host: HostLink?

  /// Describes a device; without arguments it is unlimited, needs no optimizer step and computes at speed 1.
  public init(memoryLimit: Double? = nil, optimizerStep: Double = 0, speed: Double = 1, host: HostLink? = nil)
  {
    self.memoryLimit = memoryLimit
    self.optimizerStep = optimizerStep
    self.speed = speed
    self.host = host
  }
}

extension Device {
  /// The most memory that counts as within the limit: decimal sizes do not sum exactly in binary, so a sum a
  /// rounding error above the limit is one that meets it. Infinite without a limit.
  package var capacity: Double { memoryLimit.map { $0 * (1 + Rounding.share) } ?? .infinity }
}
