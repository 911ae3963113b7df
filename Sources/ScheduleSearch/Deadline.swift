/// When work has to end: at a moment, or as soon as somebody cancels it.
///
/// Every phase of a search looks at it often enough to end within a small part of a second, on whatever thread it
/// runs; what is known by then is the result.
public struct Deadline: Sendable {
  /// Work ends by itself.
  public static let never = Deadline()

  private var moment: ContinuousClock.Instant?
  private let isCancelled: @Sendable () -> Bool

  /// Describes a deadline.
  ///
  /// - Parameters:
  ///   - moment: when work has to end; `nil` where only a cancellation ends it.
  ///   - isCancelled: asked often, on any thread.
  public init(
    at moment: ContinuousClock.Instant? = nil, isCancelled: @escaping @Sendable () -> Bool = { false }
  ) {
    self.moment = moment
    self.isCancelled = isCancelled
  }

  /// Whether work has to end. O(1): a look at the clock.
  public var hasPassed: Bool {
    isCancelled() || moment.map { ContinuousClock.now >= $0 } ?? false
  }

  /// The time left, below 0 once the deadline has passed; `nil` where no moment ends work.
  var timeLeft: Duration? { moment.map { $0 - ContinuousClock.now } }

  /// Ends work that has to.
  ///
  /// - Throws: `OutOfTime` once the deadline has passed.
  func check() throws(OutOfTime) {
    if hasPassed { throw OutOfTime() }
  }

  /// The deadline of work that is to end at a moment, or with this one where that is earlier.
  package func orAt(_ other: ContinuousClock.Instant?) -> Deadline {
    guard let other else { return self }
    var sooner = self
    sooner.moment = moment.map { min($0, other) } ?? other
    return sooner
  }

  /// The deadline of work that is also to end when somebody says so.
  func orWhen(_ isOver: @escaping @Sendable () -> Bool) -> Deadline {
    Deadline(at: moment) { [isCancelled] in isCancelled() || isOver() }
  }

  /// The deadline of work that something else is to follow for some time; `nil` where that is more than a share of
  /// the time that is left.
  func earlier(by time: Duration, ofLeft share: Double) -> Deadline? {
    guard let moment else { return self }
    guard time <= (moment - ContinuousClock.now) * share else { return nil }
    return orAt(moment - time)
  }

  /// The deadline of work that may take a share of the time that is left; this one where no moment ends it.
  package func share(_ share: Double) -> Deadline {
    guard let moment else { return self }
    let now = ContinuousClock.now
    return orAt(now + max(.zero, moment - now) * share)
  }
}

/// A deadline passed before work was done.
struct OutOfTime: Error {}
