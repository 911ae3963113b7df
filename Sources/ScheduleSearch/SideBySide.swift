import Dispatch

/// Work on several cores: the one place of concurrency in a search.
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
