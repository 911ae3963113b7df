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
}
