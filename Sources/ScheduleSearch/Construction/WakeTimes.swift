import OperationGraph

/// When each device has to decide next: the earliest is known at once, at one moment the first device.
///
/// A knock-out tournament between devices; a time changes in O(log devices).
struct WakeTimes: ~Copyable {
  private let times: KernelMemory<Double>
  /// The earlier device of every match; the final is at 1, and below each match are its two at twice its place.
  private let winners: KernelMemory<Int32>
  private let width: Int

  init(deviceCount: Int) {
    var width = 1
    while width < deviceCount { width *= 2 }
    self.width = width
    times = KernelMemory(repeating: .infinity, count: width)
    winners = KernelMemory(repeating: 0, count: 2 * width)
    reset()
  }

  deinit {
    times.deallocate()
    winners.deallocate()
  }

  /// Lets all devices sleep. O(devices).
  func reset() {
    times.update(repeating: .infinity)
    for device in 0..<width { winners[width + device] = Int32(device) }
    for match in (1..<max(1, width)).reversed() { winners[match] = winners[2 * match] }
  }

  /// The device that is to decide first.
  @inline(__always)
  var first: (device: Int, time: Double) {
    let device = Int(winners[1])
    return (device, times[device])
  }

  @inline(__always)
  func set(_ device: Int, to time: Double) {
    times[device] = time
    var match = (width + device) >> 1
    while match > 0 {
      let (left, right) = (winners[2 * match], winners[2 * match + 1])
      let winner = times[Int(right)] < times[Int(left)] ? right : left
      // Where another device won before and wins again, nothing changes above.
      if winners[match] == winner, Int(winner) != device { return }
      winners[match] = winner
      match >>= 1
    }
  }

  /// Wakes a device at a moment, unless it wakes before.
  @inline(__always)
  func wake(_ device: Int, at time: Double) {
    if time < times[device] { set(device, to: time) }
  }
}
