import OperationGraph
import PipelineModel
import Timeline

/// Orders of single operations, for problems that the incremental timer knows.
struct OperationSpace: SearchSpace {
  private let model: SearchModel
  private let options: SearchOptions
  private let rules: [GreedyRule]

  init(_ problem: Problem, options: SearchOptions) {
    model = SearchModel(problem, fused: options.backward == .fused)
    self.options = options
    rules = GreedyRule.family(for: model)
  }

  var problem: Problem { model.problem }
  var grid: DecimalGrid { model.grid }
  var ruleCount: Int { GreedyRule.count(of: rules, for: model) }
  var surestRule: Int? { rules.count - 1 }

  func makeBuilder() -> GreedyScheduler { GreedyScheduler(model) }

  func makeChain(_ index: Int) -> AnnealingChain<OperationMoves> {
    AnnealingChain(
      OperationMoves(model, objective: options.objective),
      cooling: .operations(model.nodes.count, chain: index),
      random: FastRandom(seed: options.seed, chain: index, for: .operations))
  }

  func plan(
    ofRule rule: Int, with builder: inout GreedyScheduler, until deadline: Deadline
  ) -> [Int32]? {
    builder.run(rules[rule], until: deadline)
  }

  /// The nodes of orders, first in first out.
  func plan(of orders: Orders) -> [Int32]? { model.nodeOrder(of: orders).map(model.firstInFirstOut) }

  func orders(of plan: [Int32]) -> Orders { model.orders(of: plan) }

  func hasPairs(_ plan: [Int32]) -> Bool { false }

  func shortened() -> OperationSpace? {
    guard let count = SteadyState.microbatchCount(for: model),
      let short = try? model.problem.with(microbatchCount: count)
    else { return nil }
    var options = options
    // A stretch is as good as its period.
    options.objective = .period
    return OperationSpace(short, options: options)
  }

  func plans(repeating plan: [Int32], of short: OperationSpace) -> [[Int32]] {
    SteadyState(plan, of: short.model, to: model).candidates()
  }
}

extension GreedyRule {
  /// The rules for a problem, best bets first.
  static func family(for model: SearchModel) -> [GreedyRule] {
    let scales = Set(model.problem.microbatches.map(\.scale))
    return family(
      severalStages: model.lanes.count > model.busyDevices.count, differing: scales.count > 1)
  }

  /// How many of the rules a problem's size allows: all on small problems.
  static func count(of rules: [GreedyRule], for model: SearchModel) -> Int {
    min(rules.count, max(Effort.leastGreedyRules, Effort.greedyOperations / model.nodes.count))
  }
}
