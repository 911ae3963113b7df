/// What the kernel knows of an operation when it has timed it; times in grid steps.
struct OperationTimes {
  var device: Int
  var position: Int
  /// The end it waited for.
  var input: Int
  /// The end it belongs to.
  var end: Int
  var start: Double
  var finish: Double
  /// Whether its input came after its device was free.
  var isHeldUp: Bool
  /// Whether it writes its end.
  var supplies: Bool
}

/// What the kernel knows of a message in a queue when it begins to leave.
struct MessageDeparture {
  /// The sender.
  var device: Int
  /// Where the moment is kept.
  var end: Int
  var queue: Int
  /// Whether one before it in the queue held it up.
  var isQueued: Bool
}

/// Is told of every operation in the order of timing; a specialised kernel pays only for what is kept.
protocol SweepRecorder {
  mutating func record(_ times: OperationTimes)
  mutating func record(_ departure: MessageDeparture)
}

extension SweepRecorder {
  @inline(__always)
  mutating func record(_ departure: MessageDeparture) {}
}

/// Keeps nothing: the makespan is in the kernel's clocks.
struct NoRecorder: SweepRecorder {
  // Values without a size lie at one place for all threads, which the thread sanitizer takes for a race.
  private var place: UInt8 = 0

  @inline(__always)
  mutating func record(_ times: OperationTimes) {}
}
