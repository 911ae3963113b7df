import OperationGraph
import PipelineModel

/// The outputs of stages without a backward pass that several stages of their own device read: they are held until all
/// of those have run, whatever the order, where a row can only say that the last one along the route releases them.
struct SharedOutputs {
  private let lowered: LoweredProblem
  /// Whether there are any.
  let isNeeded: Bool
  private let outputs: [[(producer: Int, consumers: [Int])]]
  /// How many consumers have run, by microbatch and producer.
  private var done: [SIMD2<Int32>: Int] = [:]

  init(_ lowered: LoweredProblem) {
    self.lowered = lowered
    let problem = lowered.problem
    let isPossible = problem.stages.contains { !$0.hasBackward && $0.activationForB > 0 }
    outputs =
      !isPossible
      ? []
      : problem.routes.map {
        RouteLinks(of: $0.visits, stages: problem.stages).sharedOutputs(on: $0.visits, stages: problem.stages)
      }
    isNeeded = outputs.contains { !$0.isEmpty }
  }

  /// What to add to the memory held after an operation whose row may release an output too early, or release it only
  /// now that the last consumer has run.
  mutating func correction(after code: LoweredOrders.Code, _ traits: [RowTraits]) -> Double {
    guard traits[Int(code.row)].kind == .forward else { return 0 }
    let visit = lowered.visit(ofEnd: code.end)
    return correction(after: visit.position, of: visit.microbatch)
  }

  private mutating func correction(after position: Int, of microbatch: Int) -> Double {
    var correction = 0.0
    for output in outputs[Int(lowered.problem.routeIndexes[microbatch])]
    where output.consumers.contains(position) {
      let key: SIMD2<Int32> = [Int32(microbatch), Int32(output.producer)]
      done[key, default: 0] += 1
      // All that the producer took is held for its readers.
      let row = lowered.row(of: .forward, at: Int32(output.producer), for: microbatch)
      let memory = lowered.traits[Int(row)].growth
      let isLastOnRoute = output.consumers.last == position
      let isLast = done[key] == output.consumers.count
      if isLastOnRoute, !isLast { correction += memory }
      if isLast, !isLastOnRoute { correction -= memory }
    }
    return correction
  }
}
