/// The stages one microbatch visits, in order, each on a device.
///
/// `F` runs along the visits from first to last, `B` from last to first. The default route visits every stage
/// in the model's order on the one device that hosts it.
public struct Route: Hashable, Sendable {
  /// One stop of a route.
  @frozen
  public struct Visit: Hashable, Sendable {
    /// The stage visited.
    public var stage: Stage.ID
    /// The device on which this route meets the stage.
    public var device: Device.ID

    /// Names a stop.
    @inlinable
    public init(stage: Stage.ID, device: Device.ID) {
      self.stage = stage
      self.device = device
    }
  }

  /// The stops in forward order; no stage appears twice.
  public let visits: [Visit]

  /// Wraps stops in forward order.
  public init(visits: [Visit]) { self.visits = visits }
}
