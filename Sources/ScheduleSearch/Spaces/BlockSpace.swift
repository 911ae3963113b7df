import OperationGraph
import PipelineModel
import Timeline

/// Orders of operations and overlapped pairs, for problems with whatever features the kernel knows.
struct BlockSpace: SearchSpace {
  typealias Plan = [[BlockModel.Block]]

  private let model: BlockModel
  private let options: SearchOptions
  /// What greedy rules play, and the rules; `nil` where the problem without interaction is searched first, which
  /// tries them all.
  private let greedy: (model: SearchModel, rules: [GreedyRule])?
  /// What a dispatcher of pairs reads of the problem, and its rules; `nil` where nothing pairs.
  private let pairing: (lanes: PairedLanes, rules: [PairedRule])?

  /// What greedy runs go by: without pairs or with them.
  enum Parameters: Equatable {
    case greedy(GreedyParameters)
    case pairing(PairedParameters)
  }

  init(_ problem: Problem, options: SearchOptions) {
    model = BlockModel(problem, backward: options.backward)
    self.options = options
    if problem == problem.withoutInteraction {
      let model = SearchModel(problem, fused: options.backward == .fused)
      greedy = (model, GreedyRule.family(for: model))
    } else {
      greedy = nil
    }
    let most = max(Effort.leastPairingRules, Effort.pairingVisits / problem.visitCount)
    pairing =
      model.mayPair
      ? (PairedLanes(model), Array(PairedRule.all(backward: options.backward).prefix(most))) : nil
  }

  var problem: Problem { model.problem }
  var grid: DecimalGrid { model.lowered.grid }
  private var pairingCount: Int { pairing?.rules.count ?? 0 }
  private var greedyCount: Int { greedy.map { GreedyRule.count(of: $0.rules, for: $0.model) } ?? 0 }
  var ruleCount: Int { greedyCount + pairingCount }
  /// The last greedy rule.
  var surestRule: Int? { greedy.map { pairingCount + $0.rules.count - 1 } }

  /// A dispatcher's run takes about as long as some moves, each of which times all orders.
  var movesPerRun: Int { greedy?.model.movesPerRun ?? Effort.movesPerRun }
  var shareOfParameters: Double {
    greedy == nil ? Effort.shareOfPairParameters : Effort.shareOfParameters
  }

  /// What plays rules: those without pairs, and those with them.
  struct Builder {
    fileprivate var greedy: GreedyScheduler?
    fileprivate var pairing: Player?
  }

  /// A dispatcher at a place of its own.
  fileprivate final class Player {
    var dispatcher: PairedDispatcher

    init(_ model: BlockModel, _ lanes: PairedLanes) { dispatcher = PairedDispatcher(model, lanes) }
  }

  func makeBuilder() -> Builder {
    Builder(
      greedy: greedy.map { GreedyScheduler($0.model) },
      pairing: pairing.map { Player(model, $0.lanes) })
  }

  func makeChain(_ index: Int) -> AnnealingChain<BlockMoves<SweepingTimer>> {
    AnnealingChain(
      BlockMoves(model, timer: SweepingTimer(model, objective: options.objective)),
      cooling: cooling(of: index), random: FastRandom(seed: options.seed, chain: index, for: .blocks))
  }

  func makeParameterChain(_ index: Int) -> ParameterChain<Parameters> {
    if let greedy {
      return ParameterChain(greedy.model.makeParameterChain(index, options), told: { .greedy($0) }) {
        if case .greedy(let parameters) = $0 { parameters } else { nil }
      }
    }
    let chain = AnnealingChain(
      PairedParameterMoves(model, pairing?.lanes ?? PairedLanes(model), objective: options.objective),
      cooling: .pairing(chain: index), random: FastRandom(seed: options.seed, chain: index, for: .pairing))
    return ParameterChain(chain, told: { .pairing($0) }) {
      if case .pairing(let parameters) = $0 { parameters } else { nil }
    }
  }

  /// A chain that goes by what orders take under scenarios.
  ///
  /// - Parameter ceiling: the most that they may take without, in grid steps.
  func makeChain(_ index: Int, judge: ScenarioJudge, ceiling: Double) -> AnnealingChain<JudgedMoves> {
    let timer = ScenarioTimer(model, judge: judge, ceiling: ceiling)
    return AnnealingChain(
      JudgedMoves(BlockMoves(model, timer: timer)), cooling: .scenarios(model.bounds[model.bounds.count - 1]),
      random: FastRandom(seed: options.seed, chain: index, for: .scenarios))
  }

  private func cooling(of chain: Int) -> Cooling {
    .blocks(model.bounds[model.bounds.count - 1], chain: chain)
  }

  func plan(ofRule rule: Int, with builder: inout Builder, until deadline: Deadline) -> Plan? {
    all(ofRule: rule).flatMap { plan(of: $0, with: &builder, until: deadline) }
  }

  /// Of rules with pairs those whose backward passes are apart, where they may be: these leave more to change.
  func parameters(ofRule rule: Int) -> Parameters? {
    if let pairing, rule < pairingCount, pairing.rules[rule].isWhole != (options.backward == .fused) {
      return nil
    }
    return all(ofRule: rule)
  }

  private func all(ofRule rule: Int) -> Parameters? {
    if let pairing, rule < pairingCount { return .pairing(pairing.lanes.parameters(pairing.rules[rule])) }
    return greedy.map { .greedy(GreedyParameters($0.rules[rule - pairingCount], for: $0.model)) }
  }

  func plan(of parameters: Parameters, with builder: inout Builder, until deadline: Deadline) -> Plan? {
    switch parameters {
    case .pairing(let parameters):
      guard let player = builder.pairing, player.dispatcher.run(parameters, until: deadline) else {
        return nil
      }
      return player.dispatcher.orders
    case .greedy(let parameters):
      guard let greedy, let scheduler = builder.greedy, scheduler.run(parameters, until: deadline) else {
        return nil
      }
      return model.blocks(of: greedy.model.orders(of: Array(scheduler.order)))
    }
  }

  func plan(of orders: Orders) -> Plan? {
    guard options.backward.allows(orders, of: problem), orders.deviceCount == problem.deviceCount,
      let timeline = Timeline(ifItRuns: Schedule(problem: problem, orders: orders)), timeline.fitsMemory
    else { return nil }
    let blocks = model.blocks(of: orders)
    // Without pairs to gain, `B` and `W` side by side are never longer than `BW`, and never hold more.
    return model.mayGainFromWhole
      ? blocks : blocks.map { $0.flatMap { model.maySplit($0.slot) ? $0.parts : [$0] } }
  }

  func orders(of plan: Plan) -> Orders { model.orders(of: plan) }

  func hasPairs(_ plan: Plan) -> Bool { plan.contains { $0.contains { $0.kind == .pair } } }

  /// Pairs of too many unequal visits are not told.
  func isWhole(_ orders: Orders) -> Bool { model.mayPair || orders.pairs.isEmpty }
}

extension BlockModel.Block {
  /// `B` and `W` in place of `BW`.
  fileprivate var parts: [BlockModel.Block] {
    guard kind == .backward else { return [self] }
    return [.backwardInput, .backwardWeight].map { BlockModel.Block(kind: $0, slot: slot) }
  }
}

extension SearchOptions.Backward {
  /// Whether orders have no other backward passes than these.
  fileprivate func allows(_ orders: Orders, of problem: Problem) -> Bool {
    switch self {
    case .auto: true
    case .fused: orders.operations.allSatisfy { $0.kind != .backwardWeight }
    case .split:
      orders.operations.allSatisfy { $0.kind != .backward || !problem.stages[$0.stage.index].isSplit }
    }
  }
}
