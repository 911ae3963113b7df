/// The order of operations on each device: one order per device.
///
/// Orders are plain data and may be wrong; a timeline refuses wrong orders and a checker says what is wrong.
public struct Orders: Hashable, Sendable {
  /// All operations, order after order.
  public let operations: [Operation]
  /// Where each order begins in `operations`, and after the last order its end; one more entry than devices.
  public let bounds: [Int]
  /// The overlapped pairs: where the first operation of each stands in `operations`, ascending. The second is
  /// the one after it; a proper pair is an `F` and the `BW` of another microbatch, in this order.
  public let pairs: [Int]

  /// Joins one list of operations per device, without pairs.
  public init(_ orders: [[Operation]]) {
    var bounds = [0]
    bounds.reserveCapacity(orders.count + 1)
    for order in orders { bounds.append(bounds[bounds.count - 1] + order.count) }
    self.operations = Array(orders.joined())
    self.bounds = bounds
    self.pairs = []
  }

  /// Takes operations that are joined already.
  ///
  /// - Precondition: `bounds` starts at 0, never falls and ends at the number of operations; `pairs`
  ///   ascends, and no operation belongs to two pairs or to a pair across orders.
  public init(operations: [Operation], bounds: [Int], pairs: [Int] = []) {
    precondition(bounds.first == 0 && bounds.last == operations.count)
    precondition(zip(bounds, bounds.dropFirst()).allSatisfy { $0 <= $1 })
    precondition(zip(pairs, pairs.dropFirst()).allSatisfy { $1 - $0 >= 2 })
    precondition(pairs.allSatisfy { $0 >= 0 && $0 + 1 < operations.count })
    precondition(Set(pairs.map { $0 + 1 }).isDisjoint(with: bounds))
    self.operations = operations
    self.bounds = bounds
    self.pairs = pairs
  }

  /// The number of orders.
  public var deviceCount: Int { bounds.count - 1 }

  /// The order of one device. O(1).
  public subscript(device: Device.ID) -> ArraySlice<Operation> {
    operations[range(of: device)]
  }

  /// Where the order of one device stands in `operations`. O(1).
  public func range(of device: Device.ID) -> Range<Int> {
    bounds[device.index]..<bounds[device.index + 1]
  }

  /// The device of the operation at a position. O(log devices).
  public func device(at position: Int) -> Device.ID {
    var low = 0
    var high = deviceCount
    while high - low > 1 {
      let middle = (low + high) / 2
      if bounds[middle] <= position { low = middle } else { high = middle }
    }
    return Device.ID(low)
  }
}
