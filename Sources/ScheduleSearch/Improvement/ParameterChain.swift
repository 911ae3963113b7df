/// A chain that looks for plans by way of the parameters of a greedy run, as a search sees it.
protocol ParameterChain<Plan>: AnyObject {
  associatedtype Plan

  /// No plan is better: reaching it ends the work.
  var floor: Double { get set }
  /// The runs made.
  var tried: Int { get }

  /// Goes on from the parameters of a rule.
  func begin(fromRule rule: Int)
  /// Tries runs until so many were tried, the deadline has passed or the floor is met; returns the best plan where it is
  /// new.
  func improve(runs: Int, until deadline: Deadline) -> Plan?
}

/// A chain of runs of the dispatcher of pairs.
final class PairedParameterChain: ParameterChain {
  private let chain: AnnealingChain<PairedParameterMoves>
  private let rules: [PairedRule]
  private var told = Double.infinity

  init(_ chain: AnnealingChain<PairedParameterMoves>, rules: [PairedRule]) {
    self.chain = chain
    self.rules = rules
  }

  var floor: Double {
    get { chain.floor }
    set { chain.floor = newValue }
  }
  var tried: Int { chain.tried }

  func begin(fromRule rule: Int) {
    chain.begin(from: Candidate(chain.annealer.neighbourhood.parameters(rules[rule])))
  }

  func improve(runs: Int, until deadline: Deadline) -> [[BlockModel.Block]]? {
    chain.improve(moves: runs, until: deadline)
    guard chain.best.value < told else { return nil }
    told = chain.best.value
    return chain.annealer.neighbourhood.orders(of: chain.best.plan)
  }
}
