/// The least time between the end of one operation on a device and the start of the next.
///
/// An operation starts at the later of the end of the one before plus the gap, and the arrival of its inputs. Gaps are
/// idle time, not work; there is none before a device's first operation. An overlapped pair begins as its `F` and ends
/// as its `BW`.
public struct Gap: Hashable, Sendable {
  /// Between two `F`.
  public var forwardForward: Double
  /// From an `F` to a `B`, `BW` or `W`.
  public var forwardBackward: Double
  /// From a `B`, `BW` or `W` to an `F`.
  public var backwardForward: Double
  /// Between two of `B`, `BW` and `W`.
  public var backwardBackward: Double

  /// The same gap between any two operations.
  public init(_ time: Double) {
    self.init(forwardForward: time, forwardBackward: time, backwardForward: time, backwardBackward: time)
  }

  /// A gap by transition.
  public init(
    forwardForward: Double, forwardBackward: Double, backwardForward: Double, backwardBackward: Double
  ) {
    self.forwardForward = forwardForward
    self.forwardBackward = forwardBackward
    self.backwardForward = backwardForward
    self.backwardBackward = backwardBackward
  }

  /// No gaps.
  public static let none = Gap(0)

  /// All four, by the direction of the first operation and then of the second, forward first.
  public var times: [Double] { [forwardForward, forwardBackward, backwardForward, backwardBackward] }

  /// The gap between an operation of one kind and one of another.
  public func time(from first: Operation.Kind, to second: Operation.Kind) -> Double {
    times[2 * first.direction + second.direction]
  }

  /// The one time where all transitions have the same; `nil` where they differ.
  public var uniform: Double? { Set(times).count == 1 ? forwardForward : nil }
}
