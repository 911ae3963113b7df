import PipelineModel

/// Which copies of a device to and from its host are known to have ended.
///
/// Copies of one way end in the order in which they are launched: after one has been waited for, none before it is
/// worth another wait.
struct CopyWaits {
  /// The number of each copy among those of its way, in the order of their launches.
  private var numbers: [HostCopy: Int] = [:]
  private var counts: [HostCopy.Way: Int] = [:]
  /// How many copies of each way have ended.
  private var ended: [HostCopy.Way: Int] = [:]

  mutating func launch(_ copy: HostCopy) {
    let count = counts[copy.way, default: 0]
    numbers[copy] = count
    counts[copy.way] = count + 1
  }

  /// Notes that a copy has ended; tells whether that was not known.
  mutating func wait(for copy: HostCopy) -> Bool {
    guard let number = numbers[copy], number >= ended[copy.way, default: 0] else { return false }
    ended[copy.way] = number + 1
    return true
  }
}
