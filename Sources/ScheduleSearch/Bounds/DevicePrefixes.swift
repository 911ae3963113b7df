/// The two ways in which a relaxation goes through all operations.
enum Sweep {
  /// In microbatch order, for the earliest times.
  case heads
  /// In reverse, for the least times that follow.
  case tails

  /// From one microbatch to the next.
  var step: Int { self == .heads ? 1 : -1 }
}

/// The prefixes of one device's order in some form, as the sweeps of a relaxation time them: operation by operation in
/// microbatch order, or in reverse.
///
/// Operations are counted on the device. Gates are heads, or tails, of its operations.
protocol DevicePrefixes: AnyObject {
  /// What is known of the prefixes in one sweep.
  associatedtype Times: AnyObject

  /// How many operations a sweep passes between two looks at the clock: some milliseconds on the largest problems.
  static var operationsBetweenChecks: Int { get }

  /// Whether `bottleneck` looks at every operation of every order, and so is no less than what any set of them proves.
  static var looksAtAllOperations: Bool { get }

  /// Nothing known yet; also of a device without prefixes.
  static func noTimes(of prefixes: Self?) -> Times

  /// Sets the time at which nothing has been done.
  func begin(_ times: Times, at start: Double)

  /// The earliest time at which a prefix is done after which the operation can be the next one, among prefixes of
  /// operations that precede it in microbatch order; minus infinity for an operation that is left out.
  func earliestStart(of operation: Int, after times: Times) -> Double

  /// Times the prefixes whose last operation in microbatch order is this one.
  func timeForward(
    to operation: Int, gates: UnsafePointer<Double>, durations: UnsafePointer<Double>, in times: Times)

  /// When all operations are done, once all prefixes are timed.
  func end(_ times: Times) -> Double

  /// Sets what follows all operations. The gates of `W` are known by then.
  func begin(
    _ times: Times, withRest rest: Double, gates: UnsafePointer<Double>, durations: UnsafePointer<Double>)

  /// The least time to the end from a prefix that the operation can complete, among those that lack only operations that
  /// follow it in microbatch order; minus infinity for an operation that is left out.
  func leastRest(after operation: Int, before times: Times) -> Double

  /// Times the prefixes that lack this operation first in microbatch order.
  func timeBackward(
    from operation: Int, gates: UnsafePointer<Double>, durations: UnsafePointer<Double>, in times: Times)

  /// What is left when nothing has been done, once all prefixes are timed.
  func rest(_ times: Times) -> Double

  /// The least, over all orders, of the longest way through one of the order's operations: a head, the operation and a
  /// tail. Every order passes each cut of the prefixes, so no schedule is shorter.
  func bottleneck(
    heads: (times: Times, gates: UnsafePointer<Double>), tails: (times: Times, gates: UnsafePointer<Double>),
    durations: UnsafePointer<Double>
  ) -> Double

  /// How many microbatches follow a microbatch in a sweep whose prefixes are timed from one another in the very way in
  /// which its own were; 0 also where that is not known.
  func alikeCount(after microbatch: Int, _ sweep: Sweep) -> Int

  /// Whether all that later times depend on is later by the same time after a microbatch of a sweep than after the one
  /// before it, and stays exact over so many more.
  func isLater(by time: Double, after microbatch: Int, over count: Int, _ sweep: Sweep, in times: Times)
    -> Bool

  /// Goes on over an even number of microbatches, each of which adds a time to all that is known after this one.
  func skip(
    _ count: Int, after microbatch: Int, by time: Double, _ sweep: Sweep, gates: UnsafePointer<Double>,
    durations: UnsafePointer<Double>, in times: Times)
}

extension DevicePrefixes {
  func alikeCount(after microbatch: Int, _ sweep: Sweep) -> Int { 0 }
  func isLater(by time: Double, after microbatch: Int, over count: Int, _ sweep: Sweep, in times: Times)
    -> Bool
  {
    false
  }
  func skip(
    _ count: Int, after microbatch: Int, by time: Double, _ sweep: Sweep, gates: UnsafePointer<Double>,
    durations: UnsafePointer<Double>, in times: Times
  ) {}
}
