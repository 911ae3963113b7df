import PipelineModel
import Timeline

/// What two schedules do differently: device by device in the orders, and in all in their figures.
public struct ScheduleDifference: Sendable {
  /// An operation in an order.
  public struct Place: Hashable, Sendable {
    /// The operation.
    public let operation: Operation
    /// The device.
    public let device: Device.ID
    /// Its position in the order of the device, from 0.
    public let position: Int
    /// When it starts, in the time unit of its problem.
    public let start: Double
  }

  /// An operation of both schedules that has another place in the second.
  public struct Move: Hashable, Sendable {
    /// Where it is in the first schedule.
    public let from: Place
    /// Where it is in the second.
    public let to: Place
  }

  /// Where the orders of a device differ first: what stands there; `nil` where an order has ended.
  public struct FirstDifference: Hashable, Sendable {
    /// The position in both orders, from 0.
    public let position: Int
    /// What the first schedule has there.
    public let first: Place?
    /// What the second schedule has there.
    public let second: Place?
    /// Whether the operations are the same and one schedule runs them as an overlapped pair alone.
    public let isPairing: Bool
  }

  /// What differs on one device.
  public struct OnDevice: Hashable, Sendable {
    /// The device.
    public let device: Device.ID
    /// Where its orders differ first; `nil` where they are equal.
    public let firstDifference: FirstDifference?
    /// The operations of the device in the first schedule that have another place in the second.
    public let moved: [Move]
    /// The operations of the device in the first schedule that the second has nowhere.
    public let onlyInFirst: [Place]
    /// The operations of the device in the second schedule that the first has nowhere.
    public let onlyInSecond: [Place]
    /// How many operations that the device has in both schedules start earlier in the second.
    public let earlierCount: Int
    /// How many operations that the device has in both schedules start later in the second.
    public let laterCount: Int
  }

  /// All devices; those of the schedule with more of them.
  public let devices: [OnDevice]

  /// Whether the schedules have the same orders.
  public var haveSameOrders: Bool { devices.allSatisfy { $0.firstDifference == nil } }

  /// The operations of the first schedule that the second has elsewhere, or not at all. O(operations).
  public var differingInFirst: Set<Operation> {
    Set(devices.flatMap { $0.moved.map(\.from.operation) + $0.onlyInFirst.map(\.operation) })
  }

  /// The operations of the second schedule that the first has elsewhere, or not at all. O(operations).
  public var differingInSecond: Set<Operation> {
    Set(devices.flatMap { $0.moved.map(\.to.operation) + $0.onlyInSecond.map(\.operation) })
  }

  /// Compares two timed schedules. O(n log n) of the operations.
  public init(_ first: Timeline, _ second: Timeline) {
    let (before, after) = (Places(first), Places(second))
    let count = max(before.orders.deviceCount, after.orders.deviceCount)
    devices = (0..<count).map { OnDevice(Device.ID($0), before, after) }
  }
}

extension ScheduleDifference.OnDevice {
  fileprivate init(_ device: Device.ID, _ first: Places, _ second: Places) {
    let (own, other) = (first.order(of: device), second.order(of: device))
    let difference = OrderDifference(own, other)
    self.device = device
    firstDifference = Self.firstDifference(difference.firstDifference, device, first, second)
    let within = difference.moved.map { move in
      ScheduleDifference.Move(
        from: first.place(move.first, on: device), to: second.place(move.second, on: device))
    }
    var elsewhere: [ScheduleDifference.Move] = []
    var onlyInFirst: [ScheduleDifference.Place] = []
    var (earlierCount, laterCount) = (0, 0)
    for (position, operation) in own.enumerated() {
      let from = first.place(position, on: device)
      guard let to = second.place(of: operation) else {
        onlyInFirst.append(from)
        continue
      }
      if to.device != device {
        elsewhere.append(.init(from: from, to: to))
      } else if abs(to.start - from.start) > 1e-9 * max(abs(to.start), abs(from.start)) {
        if to.start < from.start { earlierCount += 1 } else { laterCount += 1 }
      }
    }
    moved = (within + elsewhere).sorted { $0.from.position < $1.from.position }
    self.onlyInFirst = onlyInFirst
    onlyInSecond = other.indices.filter { first.place(of: other[$0]) == nil }
      .map { second.place($0 - other.startIndex, on: device) }
    (self.earlierCount, self.laterCount) = (earlierCount, laterCount)
  }

  /// Where operations differ, or else whether one is in a pair.
  private static func firstDifference(
    _ position: Int?, _ device: Device.ID, _ first: Places, _ second: Places
  ) -> ScheduleDifference.FirstDifference? {
    let pairs = (first.pairs(on: device), second.pairs(on: device))
    let pair = pairs.0.symmetricDifference(pairs.1).min()
    let isPairing = pair.map { $0 < position ?? .max } ?? false
    guard let position = isPairing ? pair : position else { return nil }
    func place(_ places: Places) -> ScheduleDifference.Place? {
      position < places.order(of: device).count ? places.place(position, on: device) : nil
    }
    return .init(
      position: position, first: place(first), second: place(second), isPairing: isPairing)
  }
}

/// Where the operations of a schedule are.
private struct Places {
  let orders: Orders
  private let timeline: Timeline
  private let positions: [Operation: Int]

  /// O(operations).
  init(_ timeline: Timeline) {
    self.timeline = timeline
    orders = timeline.schedule.orders
    positions = Dictionary(orders.operations.enumerated().map { ($1, $0) }) { first, _ in first }
  }

  /// The order of a device; nothing where there is no such device.
  func order(of device: Device.ID) -> ArraySlice<Operation> {
    device.index < orders.deviceCount ? orders[device] : []
  }

  /// Where the overlapped pairs of a device begin; none where the problem overlaps nothing.
  func pairs(on device: Device.ID) -> Set<Int> {
    guard device.index < orders.deviceCount, timeline.schedule.problem.overlap != nil else { return [] }
    let range = orders.range(of: device)
    return Set(orders.pairs.filter(range.contains).map { $0 - range.lowerBound })
  }

  func place(_ position: Int, on device: Device.ID) -> ScheduleDifference.Place {
    let index = orders.range(of: device).lowerBound + position
    return .init(
      operation: orders.operations[index], device: device, position: position,
      start: timeline.start(at: index))
  }

  func place(of operation: Operation) -> ScheduleDifference.Place? {
    positions[operation].map { index in
      let device = orders.device(at: index)
      return place(index - orders.range(of: device).lowerBound, on: device)
    }
  }
}
