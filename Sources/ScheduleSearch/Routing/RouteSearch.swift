import Dispatch
import PipelineModel

/// Two chains of annealing over routes, merged in a fixed order, so that with a number of moves the outcome does not
/// depend on which chain is faster.
struct RouteSearch {
  private static let spreads = [0.5, 0.0]

  private let model: RoutingModel
  private let chains: [RouteChain]
  private let deadline: Deadline
  private var round = 0

  /// Prepares two chains, or one where that takes all the time; `nil` when an origin has no route at all.
  init?(_ model: RoutingModel, floor: Double, seed: UInt64, deadline: Deadline) {
    self.model = model
    self.deadline = deadline
    var chains: [RouteChain] = []
    for (index, spread) in Self.spreads.enumerated() where chains.isEmpty || !deadline.hasPassed {
      let seed = seed &* 2 &+ UInt64(index) &+ 0x5EED
      guard let chain = RouteChain(model, seed: seed, spread: spread, deadline: deadline) else { return nil }
      chain.floor = floor
      chains.append(chain)
    }
    self.chains = chains
  }

  var best: RouteChain.Candidate { leader.best }
  /// The chain with the best plan, the first of equal ones.
  private var leader: RouteChain {
    chains.dropFirst().reduce(chains[0]) { $1.best.isBetter(than: $0.best) ? $1 : $0 }
  }
  /// The moves tried by all chains.
  var moves: Int { chains.reduce(0) { $0 + $1.moves } }
  var isMet: Bool { model.length == 0 || chains.contains(where: \.isDone) }
  var isDone: Bool { isMet || deadline.hasPassed }

  /// Whether there are no routes yet that keep all limits, and there may be some: the first ones are looked for
  /// however short the time is.
  var isLost: Bool { model.length > 0 && best.excess > 0 && moves < Self.mostLostMoves }
  private static let mostLostMoves = 400_000

  /// One cycle of annealing in both chains, each twice as long as the last but three.
  mutating func improve(moves limit: Int?, until deadline: Deadline) {
    let limit = isLost ? 1024 : limit
    let length = min(2048 << (round / 3), limit.map { ($0 + 1) / 2 } ?? .max)
    let heat = round % 3 == 0 ? 0.02 : round % 3 == 1 ? 0.01 : 0.005
    // Every sixth cycle starts from the best of both: chains that meet more often look at the same plans.
    let shared = round % 6 == 5 ? best : nil
    nonisolated(unsafe) let chains = chains
    DispatchQueue.concurrentPerform(iterations: chains.count) { index in
      chains[index].start(from: shared ?? chains[index].best)
      chains[index].anneal(moves: length, heat: (heat, heat / 100), deadline: deadline)
    }
    round += 1
  }

  /// Goes on from paths that keep all limits.
  func start(from paths: [Int32]) {
    for chain in chains { chain.start(from: paths) }
  }

  /// The best plan's orders; `nil` where the deadline passes first.
  func orders(until deadline: Deadline) -> Orders? {
    leader.orders(until: deadline)
  }
}
