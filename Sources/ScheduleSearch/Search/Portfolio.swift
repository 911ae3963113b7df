import Dispatch
import PipelineModel

/// The candidates of a search and the two chains that make and improve them, merged in a fixed order so that
/// the outcome does not depend on which chain is faster.
struct Portfolio {
  private static let chainCount = 2
  /// How many different candidates are kept as places to start from.
  private static let capacity = 8

  private let model: SearchModel
  private let chains: [SearchChain]
  private let objective: Objective
  private let seed: UInt64
  /// Whether time ends the search and not a number of moves, which then need not be the same in every run.
  private let isTimed: Bool
  private let deadline: Deadline
  /// When moves have to end: before the deadline where something is to follow them.
  private var lastMoves: Deadline
  /// The best first.
  private var candidates: [SearchChain.Candidate] = []
  private var roundCount = 0
  private var composedMoves = 0

  init(
    _ model: SearchModel, objective: Objective, floor: Double, seed: UInt64, isTimed: Bool,
    deadline: Deadline
  ) {
    self.model = model
    self.objective = objective
    self.seed = seed
    self.isTimed = isTimed
    self.deadline = deadline
    lastMoves = deadline
    chains = (0..<Self.chainCount).map { chain in
      SearchChain(
        model, objective: objective, floor: floor, seed: seed &* 2 &+ UInt64(chain) &+ 0x5EED)
    }
  }

  /// The best orders so far.
  var best: SearchChain.Candidate { candidates[0] }
  /// The moves tried by all chains.
  var moves: Int { chains.reduce(composedMoves) { $0 + $1.moves } }
  /// Whether the floor is met or the deadline has passed.
  var isDone: Bool { isMet || isLate }
  /// Whether the floor is met: nothing is better.
  var isMet: Bool { chains.contains { $0.isDone } }
  private var isLate: Bool { lastMoves.hasPassed }

  /// Takes a better lower bound, in grid steps.
  func raiseFloor(to floor: Double) {
    for chain in chains { chain.floor = max(chain.floor, floor) }
  }

  /// Leaves time for work to follow the moves, unless that is too much of what is left; tells whether it did.
  mutating func reserve(_ time: Duration) -> Bool {
    guard isTimed else { return true }
    guard let early = deadline.earlier(by: time, ofLeft: 0.25) else { return false }
    lastMoves = early
    return true
  }

  /// Takes given orders in, first in first out: the first that fit, and more as long as there is time.
  mutating func consider(_ starts: [Orders]) {
    for orders in starts where candidates.isEmpty || !isLate {
      guard let nodeOrder = model.nodeOrder(of: orders),
        let candidate = chains[0].candidate(of: model.firstInFirstOut(nodeOrder))
      else { continue }
      insert(candidate)
    }
  }

  /// Runs greedy rules, most promising first: all on small problems, fewer on large ones.
  mutating func construct() {
    let severalStages = model.lanes.count > model.busyDevices.count
    let scales = Set(model.problem.microbatches.map(\.scale))
    let rules = GreedyRule.family(severalStages: severalStages, differing: scales.count > 1)
    // The last rule always has a result.
    if candidates.isEmpty, let candidate = chains[0].candidate(of: .cautious) { insert(candidate) }
    let count = min(rules.count, max(24, 12_000_000 / model.nodes.count))
    evaluate(count) { [deadline] chain, index in chain.candidate(of: rules[index], until: deadline) }
  }

  /// Takes in numbered candidates that the chains make in turn.
  private mutating func evaluate(
    _ count: Int, _ make: (SearchChain, Int) -> SearchChain.Candidate?
  ) {
    for first in stride(from: 0, to: count, by: chains.count) where !isDone {
      let found = inParallel { chain, index in
        first + index < count ? make(chain, first + index) : nil
      }
      for candidate in found { candidate.map { insert($0) } }
    }
  }

  /// Optimises fewer microbatches, for their period, with half the time or moves and repeats their steady state.
  ///
  /// - Parameter goesOn: told the moves tried; `false` ends the optimisation.
  mutating func compose(moves limit: Int?, while goesOn: (Int) -> Bool) {
    guard !isDone, let count = SteadyState.microbatchCount(for: model),
      let problem = try? model.problem.with(microbatchCount: count)
    else { return }
    let small = SearchModel(problem, fused: model.kinds == 2)
    var portfolio = Portfolio(
      small, objective: .period, floor: 0, seed: seed, isTimed: isTimed, deadline: lastMoves.share(0.5))
    portfolio.construct()
    let share = limit.map { $0 / 2 }
    while goesOn(portfolio.moves), !portfolio.isDone, portfolio.moves < share ?? .max {
      portfolio.improve(moves: share.map { $0 - portfolio.moves })
    }
    composedMoves = portfolio.moves
    let nodeOrders = portfolio.candidates.flatMap {
      SteadyState($0.nodeOrder, of: small, to: model).candidates()
    }
    evaluate(nodeOrders.count) { chain, index in chain.candidate(of: nodeOrders[index]) }
  }

  /// Lets both chains try moves for a while, then shares the best.
  mutating func improve(moves limit: Int?) {
    let places = candidates
    let isFirst = roundCount == 0
    let count = limit.map { min(65_536, ($0 + Self.chainCount - 1) / Self.chainCount) } ?? 1 << 40
    let slice = isTimed ? lastMoves.orAt(ContinuousClock.now + .milliseconds(100)) : lastMoves
    let found = inParallel { chain, index in
      if isFirst { _ = chain.candidate(of: places[min(index, places.count - 1)].nodeOrder) }
      chain.improve(moves: count, deadline: slice)
      return chain.best
    }
    for candidate in found { insert(candidate) }
    roundCount += 1
  }

  private mutating func insert(_ candidate: SearchChain.Candidate) {
    let place = candidates.firstIndex { candidate.value < $0.value } ?? candidates.count
    guard place < Self.capacity, !candidates.contains(where: { $0.nodeOrder == candidate.nodeOrder }) else {
      return
    }
    candidates.insert(candidate, at: place)
    if candidates.count > Self.capacity { candidates.removeLast() }
  }

  /// Runs work on every chain at once and returns the outcomes in the order of the chains.
  private func inParallel<Outcome>(_ work: (SearchChain, Int) -> Outcome) -> [Outcome] {
    var outcomes = [Outcome?](repeating: nil, count: chains.count)
    outcomes.withUnsafeMutableBufferPointer { outcomes in
      nonisolated(unsafe) let (outcomes, work, chains) = (outcomes, work, chains)
      DispatchQueue.concurrentPerform(iterations: chains.count) { index in
        outcomes[index] = work(chains[index], index)
      }
    }
    return outcomes.compactMap { $0 }
  }
}
