/// Keeps what let every operation start, to follow the critical path back.
package struct PathRecorder: SweepRecorder {
  /// By position: the operation that ended last before it could start; -1 where nothing held it up.
  private var before: [Int32]
  /// By position.
  private var deviceOf: [Int32]
  /// By end: the operation that wrote it; of messages that left one after the other without a break, that of the first.
  private var writers: [Int32]
  /// By queue: the same of its latest message.
  private var heads: [Int32]
  /// By device: its latest operation.
  private var latest: [Int32]
  /// By device: how long a path works on it.
  private var work: [Double]

  init(operationCount: Int, endCount: Int, deviceCount: Int, queueCount: Int) {
    before = Array(repeating: -1, count: operationCount)
    deviceOf = before
    writers = Array(repeating: -1, count: endCount)
    heads = Array(repeating: -1, count: queueCount)
    latest = Array(repeating: -1, count: deviceCount)
    work = Array(repeating: 0, count: deviceCount)
  }

  /// Forgets the operations of another run.
  mutating func restart() {
    for device in latest.indices { latest[device] = -1 }
  }

  @inline(__always)
  mutating func record(_ times: OperationTimes) {
    before[times.position] = times.isHeldUp ? writers[times.input] : latest[times.device]
    deviceOf[times.position] = Int32(times.device)
    latest[times.device] = Int32(times.position)
    if times.supplies { writers[times.end] = Int32(times.position) }
  }

  @inline(__always)
  mutating func record(_ departure: MessageDeparture) {
    let writer = departure.isQueued ? heads[departure.queue] : latest[departure.device]
    writers[departure.end] = writer
    heads[departure.queue] = writer
  }

  /// The device on which the path to the last operation of a device works longest, of equals the first.
  /// O(operations of the path + devices).
  mutating func busiestDevice(ofPathTo last: Int, duration: (Int) -> Double) -> Int {
    for device in work.indices { work[device] = 0 }
    var position = Int(latest[last])
    while position >= 0 {
      work[Int(deviceOf[position])] += duration(position)
      position = Int(before[position])
    }
    return work.indices.reduce(0) { work[$1] > work[$0] ? $1 : $0 }
  }
}
