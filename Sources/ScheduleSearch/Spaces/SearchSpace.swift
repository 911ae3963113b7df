import OperationGraph
import PipelineModel
import Timeline

/// What one kind of orders has to say for the phases of a search: how they are built, changed and told.
protocol SearchSpace {
  /// Orders in the form in which they are changed.
  associatedtype Plan: Equatable
  associatedtype Improver: Chain where Improver.Plan == Plan
  /// What greedy runs go by: the choices of a rule, each of which can be changed alone.
  associatedtype Parameters: Equatable
  /// What one chain needs to build orders from rules.
  associatedtype Builder

  var problem: Problem { get }
  var grid: DecimalGrid { get }
  /// How many greedy rules are worth trying, the most promising first.
  var ruleCount: Int { get }
  /// A rule that has a result on every problem; `nil` where other phases are sure to have one.
  var surestRule: Int? { get }
  /// How many moves a greedy run is worth.
  var movesPerRun: Int { get }
  /// The share of time and moves for parameters.
  var shareOfParameters: Double { get }

  func makeBuilder() -> Builder
  func makeChain(_ index: Int) -> Improver
  /// A chain that changes the parameters that rules have.
  func makeParameterChain(_ index: Int) -> ParameterChain<Parameters>
  /// The orders of a rule; `nil` where it leads to a deadlock, or takes too long.
  func plan(ofRule rule: Int, with builder: inout Builder, until deadline: Deadline) -> Plan?
  /// The parameters of a rule; `nil` where those are not worth changing.
  func parameters(ofRule rule: Int) -> Parameters?
  /// The orders of parameters; `nil` where they lead to a deadlock, or take too long.
  func plan(of parameters: Parameters, with builder: inout Builder, until deadline: Deadline) -> Plan?
  /// The form of orders; `nil` where they do not hold every operation once, cannot run, exceed a limit or are not
  /// what was asked for.
  func plan(of orders: Orders) -> Plan?
  func orders(of plan: Plan) -> Orders
  /// The modes in which the orders of a plan run.
  func modes(of plan: Plan) -> ModeChoice
  func hasPairs(_ plan: Plan) -> Bool
  /// Whether a plan says all that orders say.
  func isWhole(_ orders: Orders) -> Bool
  /// Fewer microbatches, of which a steady state may be repeated, in the order to be tried; none where that is not worth it.
  var shorterCounts: [Int] { get }
  /// The same with another number of equal microbatches; `nil` where they are not equal.
  func resized(to microbatchCount: Int) -> Self?
  /// The parameters of a shorter space for all microbatches; `nil` where they do not fit.
  func parameters(_ parameters: Parameters, of short: Self) -> Parameters?
  /// What can be repeated of a shorter space's plan.
  func stretches(of plan: Plan, in short: Self) -> [SteadyState.Stretch]
  /// A shorter space's plan with a stretch repeated.
  func plan(repeating stretch: SteadyState.Stretch, of plan: Plan, in short: Self) -> Plan?
}

extension SearchSpace {
  func modes(of plan: Plan) -> ModeChoice { problem.modes }
  func isWhole(_ orders: Orders) -> Bool { true }
  var shorterCounts: [Int] { [] }
  func resized(to microbatchCount: Int) -> Self? { nil }
  func parameters(_ parameters: Parameters, of short: Self) -> Parameters? { nil }
  func stretches(of plan: Plan, in short: Self) -> [SteadyState.Stretch] { [] }
  func plan(repeating stretch: SteadyState.Stretch, of plan: Plan, in short: Self) -> Plan? { nil }
}
