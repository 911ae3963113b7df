/// Chains that work side by side and share nothing.
///
/// What they find is merged in the order of the chains, so that the outcome does not depend on which is faster.
struct ChainPool<Chain: AnyObject> {
  let chains: [Chain]

  /// Makes chains side by side; leaves out those that cannot be made.
  ///
  /// - Parameter atOnce: how many are made at a time; all if `nil`.
  init(count: Int, atOnce: Int? = nil, _ make: (Int) -> Chain?) {
    chains = SideBySide.map(count, atOnce: atOnce ?? count, make).compactMap(\.self)
  }

  /// Lets every chain work and returns the outcomes in the order of the chains.
  ///
  /// - Parameter atOnce: how many work at a time; all if `nil`.
  func map<Outcome>(atOnce: Int? = nil, _ work: (Chain, Int) -> Outcome) -> [Outcome] {
    SideBySide.map(chains.count, atOnce: atOnce ?? chains.count) { work(chains[$0], $0) }
  }

  /// The moves of one chain where so many are dealt evenly.
  func share(of moves: Int, for chain: Int) -> Int {
    moves / chains.count + (chain < moves % chains.count ? 1 : 0)
  }
}
