import Dispatch
import Synchronization

/// Work on several cores: with `Beside` the one place of concurrency in a search.
enum SideBySide {
  /// Does numbered pieces of work that share nothing, some at a time, and returns the outcomes in their order: which is
  /// faster makes no difference.
  ///
  /// - Parameter atOnce: how many at a time at most; at least 1.
  static func map<Outcome>(_ count: Int, atOnce: Int, _ work: (Int) -> Outcome) -> [Outcome] {
    guard count > 1, atOnce > 1 else { return (0..<count).map(work) }
    let workers = min(count, atOnce)
    var outcomes = [Outcome?](repeating: nil, count: count)
    outcomes.withUnsafeMutableBufferPointer { outcomes in
      // Each index is worked on once, and writes its own outcome only.
      nonisolated(unsafe) let (outcomes, work) = (outcomes, work)
      DispatchQueue.concurrentPerform(iterations: workers) { first in
        for index in stride(from: first, to: count, by: workers) { outcomes[index] = work(index) }
      }
    }
    return outcomes.compactMap { $0 }
  }
}

/// Work that goes on beside what its caller does, until it is done or cancelled.
final class Beside<Outcome: Sendable>: Sendable {
  private let group = DispatchGroup()
  private let outcome = Mutex<Outcome?>(nil)
  private let isCancelled = Atomic(false)

  /// Begins.
  ///
  /// - Parameters:
  ///   - deadline: when the work has to end, if nobody cancels it.
  ///   - work: looks at the deadline it is given as often as any phase of a search does.
  init(until deadline: Deadline, _ work: @escaping @Sendable (Deadline) -> Outcome) {
    let own = deadline.orWhen { [self] in isCancelled.load(ordering: .relaxed) }
    // A queue of its own, for which there is a thread however many of the others' wait.
    DispatchQueue(label: "pipeloom.beside").async(group: group) { [self] in
      let found = work(own)
      outcome.withLock { $0 = found }
    }
  }

  /// What was found; `nil` before the end.
  var found: Outcome? { outcome.withLock { $0 } }

  /// Waits for the end for so long at most.
  func wait(atMost time: Duration) {
    let parts = time.components
    _ = group.wait(
      timeout: .now() + .seconds(Int(parts.seconds)) + .nanoseconds(Int(parts.attoseconds / 1_000_000_000)))
  }

  /// Ends the work as soon as it looks at its deadline, and waits for that.
  func end() -> Outcome? {
    isCancelled.store(true, ordering: .relaxed)
    return complete()
  }

  /// Waits for the end.
  func complete() -> Outcome? {
    group.wait()
    return found
  }
}
