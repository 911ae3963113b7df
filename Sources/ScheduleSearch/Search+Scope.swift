import PipelineModel

extension Search {
  /// Whether a problem can be searched on.
  ///
  /// - Parameters:
  ///   - backward: which backward passes are asked for.
  ///   - proving: whether an exact search is to follow.
  /// - Throws: `SearchError` where a device does not hold all pieces of a sequence, where tasks and phases leave no orders,
  ///   or where microbatches are pieces in an exact search.
  public static func checkScope(
    of problem: Problem, backward: SearchOptions.Backward = .auto, proving: Bool = false
  ) throws(SearchError) {
    try checkMemory(of: problem)
    try checkPrecedences(of: problem, backward)
    guard proving else { return }
    guard problem.pieces == 1 else { throw .provingPieces(problem.pieces) }
  }

  /// Whether routes of a problem can be searched for.
  ///
  /// - Parameter proving: whether an exact search is to follow.
  /// - Throws: `SearchError` where microbatches are pieces.
  public static func checkScope(of problem: RoutingProblem, proving: Bool = false) throws(SearchError) {
    guard problem.frame.pieces == 1 else { throw .routesOfPieces(problem.frame.pieces) }
    try checkScope(of: problem.frame, proving: proving)
  }

  /// Checks that some rule finds orders within memory where operations wait for more than inputs and gradients, or hold
  /// memory for the next iteration: no memory limit is known to suffice for that.
  private static func checkPrecedences(
    of problem: Problem, _ backward: SearchOptions.Backward
  ) throws(SearchError) {
    guard problem.hasTies else { return }
    let space = OperationSpace(problem, options: SearchOptions(backward: backward))
    var builder = space.makeBuilder()
    let rules = (space.surestRule.map { [$0] } ?? []) + (0..<space.ruleCount)
    let chain = space.makeChain(0)
    guard
      space.hasReservedRoom,
      rules.contains(where: { rule in
        space.plan(ofRule: rule, with: &builder, until: .never).flatMap(chain.evaluate) != nil
      })
    else { throw .noOrders }
  }

  /// Checks that devices hold a whole sequence: none of its pieces runs backwards before all have run forwards. A
  /// problem promises that of one piece only.
  private static func checkMemory(of problem: Problem) throws(SearchError) {
    guard let (device, least) = problem.deviceWithoutRoomForSequence else { return }
    throw .tooLargeSequence(
      device, least: least, limit: problem.devices[device.index].memoryLimit ?? .infinity)
  }
}

extension Problem {
  /// Whether operations are tied to others beyond inputs and gradients, in their iteration or in the next, or memory is held
  /// by time.
  var hasTies: Bool { !precedences.isEmpty || !handovers.isEmpty || taskHosts != nil }

  /// The problem where it can be searched on; `nil` where `Search.checkScope(of:)` objects.
  package var ifInScope: Problem? { (try? Search.checkScope(of: self)) == nil ? nil : self }
}
