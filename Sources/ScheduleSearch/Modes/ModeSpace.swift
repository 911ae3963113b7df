import OperationGraph
import PipelineModel
import Timeline

/// Orders whose operations follow from modes, which may change along with them: for what has launches of transfers, and
/// for modes that are a choice of each microbatch.
struct ModeSpace: SearchSpace {
  private let model: ModeModel
  private let options: SearchOptions
  /// Among what the modes are a choice; `nil` where they are given.
  private let extent: Mode.Extent?
  /// What greedy rules play, and the rules.
  private let greedy: (model: SearchModel, rules: [GreedyRule])

  init(_ problem: Problem, extent: Mode.Extent?, options: SearchOptions) {
    model = ModeModel(problem, backward: options.backward)
    self.options = options
    self.extent = extent
    let greedy = SearchModel(problem, fused: options.backward == .fused)
    self.greedy = (greedy, GreedyRule.family(for: greedy))
  }

  var problem: Problem { model.problem }
  var grid: DecimalGrid { model.lowered.grid }
  var ruleCount: Int { GreedyRule.count(of: greedy.rules, for: greedy.model) }
  var surestRule: Int? { greedy.rules.count - 1 }
  var movesPerRun: Int { greedy.model.movesPerRun }
  var shareOfParameters: Double { Effort.shareOfParameters }

  func makeBuilder() -> GreedyScheduler { GreedyScheduler(greedy.model) }

  func makeChain(_ index: Int) -> AnnealingChain<ModeMoves> {
    AnnealingChain(
      ModeMoves(model, extent: extent, objective: options.objective),
      cooling: .modes(model.tokenCount, chain: index),
      random: FastRandom(seed: options.seed, chain: index, for: .modes))
  }

  func makeParameterChain(_ index: Int) -> ParameterChain<GreedyParameters> {
    ParameterChain(greedy.model.makeParameterChain(index, options), told: { $0 }, own: { $0 })
  }

  func plan(
    ofRule rule: Int, with builder: inout GreedyScheduler, until deadline: Deadline
  ) -> ModePlan? {
    builder.run(greedy.rules[rule], until: deadline).flatMap {
      model.plan(ofGreedy: greedy.model.orders(of: $0))
    }
  }

  func plan(
    of parameters: GreedyParameters, with builder: inout GreedyScheduler, until deadline: Deadline
  ) -> ModePlan? {
    guard builder.run(parameters, until: deadline) else { return nil }
    return model.plan(ofGreedy: greedy.model.orders(of: Array(builder.order)))
  }

  func parameters(ofRule rule: Int) -> GreedyParameters? {
    problem == problem.withoutInteraction ? GreedyParameters(greedy.rules[rule], for: greedy.model) : nil
  }

  func plan(of orders: Orders) -> ModePlan? { model.plan(of: orders) }
  func orders(of plan: ModePlan) -> Orders { model.orders(of: plan) }
  func modes(of plan: ModePlan) -> ModeChoice { model.choice(of: plan) }
  func hasPairs(_ plan: ModePlan) -> Bool { false }
  /// Pairs are not told.
  func isWhole(_ orders: Orders) -> Bool { orders.pairs.isEmpty }
}
