import Dispatch

/// Chains that work side by side and share nothing: the one place of concurrency in a search.
///
/// What they find is merged in the order of the chains, so that the outcome does not depend on which is faster.
struct ChainPool<Chain: AnyObject> {
  let chains: [Chain]
  private let atOnce: Int

  /// Makes chains side by side; leaves out those that cannot be made.
  ///
  /// - Parameter atOnce: how many work at a time; all if `nil`.
  init(count: Int, atOnce: Int? = nil, _ make: (Int) -> Chain?) {
    self.atOnce = atOnce ?? count
    chains = Self.inParallel(count, atOnce: self.atOnce, make).compactMap(\.self)
  }

  /// Lets every chain work at once and returns the outcomes in the order of the chains.
  func map<Outcome>(_ work: (Chain, Int) -> Outcome) -> [Outcome] {
    Self.inParallel(chains.count, atOnce: atOnce) { work(chains[$0], $0) }
  }

  /// The moves of one chain where so many are dealt evenly.
  func share(of moves: Int, for chain: Int) -> Int {
    moves / chains.count + (chain < moves % chains.count ? 1 : 0)
  }

  private static func inParallel<Outcome>(
    _ count: Int, atOnce: Int, _ work: (Int) -> Outcome
  ) -> [Outcome] {
    var outcomes = [Outcome?](repeating: nil, count: count)
    outcomes.withUnsafeMutableBufferPointer { outcomes in
      // Each index is worked on once, and writes its own outcome only.
      nonisolated(unsafe) let (outcomes, work) = (outcomes, work)
      DispatchQueue.concurrentPerform(iterations: min(count, atOnce)) { first in
        for index in stride(from: first, to: count, by: atOnce) { outcomes[index] = work(index) }
      }
    }
    return outcomes.compactMap { $0 }
  }
}
