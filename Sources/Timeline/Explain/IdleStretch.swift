import PipelineModel

/// A stretch of time in which a device does not work, and what it waits for all the while.
public struct IdleStretch: Hashable, Sendable {
  /// What keeps a device from work.
  public enum Cause: String, Hashable, Sendable, CaseIterable, Encodable {
    /// What the next operation needs is not computed yet.
    case data
    /// The device has no room for what the next operation takes before an offload has ended.
    case memory
    /// What the next operation needs is on its way: in a queue, in flight, or coming from or going to the host.
    case link
    /// The least time between two operations of a device has not passed.
    case gap
    /// The optimizer step waits for other devices.
    case barrier
    /// The device has done all that it has to do.
    case nothingLeft
  }

  /// An operation that is waited for.
  public struct Awaited: Hashable, Sendable {
    /// The operation.
    public var operation: Operation
    /// The device that runs it.
    public var device: Device.ID
  }

  /// The device.
  public var device: Device.ID
  /// When it begins, in the problem's time unit.
  public var start: Double
  /// When it ends, in the problem's time unit.
  public var end: Double
  /// What the device waits for.
  public var cause: Cause
  /// The operation that waits; `nil` where it is the optimizer step, or nothing.
  public var waiting: Operation?
  /// What it waits for: the operation that computes or has sent the data, the `F` whose offload makes room, the `L` of a
  /// reload, the operation that a gap follows, the last one of all before a barrier; `nil` where nothing is left.
  public var awaited: Awaited?
}
