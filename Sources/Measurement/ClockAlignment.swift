import PipelineModel

/// How far the clocks of a pipeline's devices are apart in one iteration.
///
/// A message that finds its receiver free takes its latency there, and the difference of the clocks besides; one that
/// goes the other way takes its latency less that difference. With the quickest of both directions, half the
/// difference of the two is that of the clocks, as NTP (RFC 5905) has it, and half the sum the latency.
struct ClockAlignment {
  /// What is to be subtracted from the times of each device.
  let offsets: [Double]

  /// Aligns the clocks.
  ///
  /// - Parameter isShared: whether all devices have one clock, so that there is only something to check.
  /// - Returns: `nil` where no messages tell, or where an operation would have started before its input was there.
  init?(_ devices: [[MeasuredOperation]], _ dependencies: Dependencies, isShared: Bool) {
    var least: [Link: Double] = [:]
    for (device, operations) in devices.enumerated() {
      for measured in operations {
        guard let sender = dependencies.sender(to: measured.operation, on: device) else { continue }
        let link = Link(from: sender.device, to: device)
        least[link] = min(least[link] ?? .infinity, measured.span.start - sender.end)
      }
    }
    guard !isShared else {
      guard least.values.allSatisfy({ $0 >= -clockGrid }) else { return nil }
      offsets = [Double](repeating: 0, count: devices.count)
      return
    }
    var offsets = [Double?](repeating: nil, count: devices.count)
    offsets[0] = 0
    // The quicker a round trip, the less can its messages have waited: clocks follow from the quickest (a tree of
    // least round trips).
    while let trip = Self.quickestTrip(from: offsets, least) {
      guard trip.there + trip.back >= -clockGrid else { return nil }
      offsets[trip.link.to] = (offsets[trip.link.from] ?? 0) + (trip.there - trip.back) / 2
    }
    guard offsets.allSatisfy({ $0 != nil }) else { return nil }
    self.offsets = offsets.compactMap { $0 }
  }

  /// The quickest way from a device whose clock is known to one whose clock is not, there and back.
  private static func quickestTrip(
    from offsets: [Double?], _ least: [Link: Double]
  ) -> (link: Link, there: Double, back: Double)? {
    least.compactMap { link, there -> (link: Link, there: Double, back: Double)? in
      guard offsets[link.from] != nil, offsets[link.to] == nil,
        let back = least[Link(from: link.to, to: link.from)]
      else { return nil }
      return (link, there, back)
    }.min { ($0.there + $0.back, $0.link.from, $0.link.to) < ($1.there + $1.back, $1.link.from, $1.link.to) }
  }
}

/// A direction in which messages go, from device to device.
public struct Link: Hashable, Sendable {
  /// The sender.
  public let from: Int
  /// The receiver.
  public let to: Int

  /// Joins two devices.
  public init(from: Int, to: Int) {
    self.from = from
    self.to = to
  }
}
