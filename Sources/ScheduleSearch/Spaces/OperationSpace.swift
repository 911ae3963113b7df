import OperationGraph
import PipelineModel
import Timeline

/// Orders of single operations, for problems that the incremental timer knows.
struct OperationSpace: SearchSpace {
  private let model: SearchModel
  private let options: SearchOptions
  private let rules: [GreedyRule]

  init(_ problem: Problem, options: SearchOptions) {
    var model = SearchModel(problem, fused: options.backward == .fused)
    if model.hasSharedMemory { model.entryPlan = EntryPlan(model) }
    self.model = model
    self.options = options
    rules = GreedyRule.family(for: model)
  }

  var problem: Problem { model.problem }
  var grid: DecimalGrid { model.grid }
  /// Whether every device has the room that it keeps free for what is held by time: one that runs no passes never asks.
  var hasReservedRoom: Bool { model.capacities.allSatisfy { $0 >= 0 } }
  var ruleCount: Int {
    GreedyRule.count(
      of: rules, for: model,
      operations: shorterCounts.isEmpty ? Effort.greedyOperations : Effort.greedyOperationsBesideShort)
  }
  var surestRule: Int? { rules.count - 1 }

  var movesPerRun: Int { model.movesPerRun }
  var shareOfParameters: Double { Effort.shareOfParameters }

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

  func plan(
    of parameters: GreedyParameters, with builder: inout GreedyScheduler, until deadline: Deadline
  ) -> [Int32]? {
    builder.run(parameters, until: deadline) ? Array(builder.order) : nil
  }

  func parameters(ofRule rule: Int) -> GreedyParameters? { GreedyParameters(rules[rule], for: model) }

  func parameters(_ parameters: GreedyParameters, of short: OperationSpace) -> GreedyParameters? {
    parameters.resized(from: short.problem.microbatchCount, to: problem.microbatchCount)
  }

  func makeParameterChain(_ index: Int) -> ParameterChain<GreedyParameters> {
    ParameterChain(model.makeParameterChain(index, options), told: { $0 }, own: { $0 })
  }

  /// The nodes of orders, first in first out.
  func plan(of orders: Orders) -> [Int32]? { model.nodeOrder(of: orders).map(model.firstInFirstOut) }

  func orders(of plan: [Int32]) -> Orders { model.orders(of: plan) }

  func hasPairs(_ plan: [Int32]) -> Bool { false }

  var shorterCounts: [Int] { SteadyState.microbatchCounts(for: model) }

  func resized(to microbatchCount: Int) -> OperationSpace? {
    guard model.isFirstInFirstOut, let other = try? model.problem.with(microbatchCount: microbatchCount)
    else {
      return nil
    }
    return OperationSpace(other, options: options)
  }

  func stretches(of plan: [Int32], in short: OperationSpace) -> [SteadyState.Stretch] {
    SteadyState(plan, of: short.model, to: model).stretches()
  }

  func plan(
    repeating stretch: SteadyState.Stretch, of plan: [Int32], in short: OperationSpace
  ) -> [Int32]? {
    SteadyState(plan, of: short.model, to: model).repeating(stretch)
  }
}

extension SearchModel {
  /// Whether a device hosts several stages.
  var hasSeveralStages: Bool { lanes.count > busyDevices.count }

  /// Whether several stages share a device's memory, which has a limit.
  var hasSharedMemory: Bool { hasSeveralStages && isLimited }

  /// How many moves a greedy run is worth.
  var movesPerRun: Int { Effort.movesPerRun + nodes.count / Effort.operationsPerMove }

  /// A chain that changes the parameters of greedy runs.
  func makeParameterChain(_ index: Int, _ options: SearchOptions) -> AnnealingChain<ParameterMoves> {
    AnnealingChain(
      ParameterMoves(self, objective: options.objective, isPaced: index % 2 == 1),
      cooling: .parameters(nodes.count, chain: index),
      random: FastRandom(seed: options.seed, chain: index, for: .parameters))
  }
}

extension GreedyRule {
  /// The rules for a problem, best bets first.
  static func family(for model: SearchModel) -> [GreedyRule] {
    let scales = Set(model.problem.microbatches.map(\.scale))
    let all = family(
      severalStages: model.hasSeveralStages, sharesMemory: model.hasSharedMemory,
      differing: scales.count > 1)
    return model.entryPlan == nil ? all.filter { !$0.isPlanned } : all
  }

  /// How many of the rules a problem's size allows: all on small problems.
  ///
  /// - Parameter operations: that they may place.
  static func count(
    of rules: [GreedyRule], for model: SearchModel, operations: Int = Effort.greedyOperations
  ) -> Int {
    min(rules.count, max(Effort.leastGreedyRules, operations / model.nodes.count))
  }
}
