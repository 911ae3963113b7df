/// The phase that goes through all orders of a small problem.
extension SearchRun {
  /// Looks for the best orders of a small problem by branch and bound, in a share of the time or of the moves: where it
  /// comes to its end, nothing is left to search.
  mutating func prove() {
    guard !isBoundKnown, !isOver, problem.visitCount <= Effort.mostProvedVisits, let best = result else {
      return
    }
    let nodes = movesLeft.map { $0 / Effort.movesPerNode } ?? Effort.provedNodes
    guard nodes > 0 else { return }
    enter(.proof)
    let end = lastMoves.share(Effort.shareOfProof)
    let found = ExactSearch(
      problem, objective: options.objective, incumbent: (best.orders, best.value), lowerBound: bound,
      backward: options.backward
    ).run(timeLimit: end.timeLeft, nodeLimit: min(nodes, Effort.provedNodes)) { _ in !end.hasPassed }
    if found.value < best.value { takeStarts([found.orders]) }
    guard found.isProved, found.lowerBound > bound.value else { return }
    raiseBound(
      to: LowerBound(value: found.lowerBound, argument: .everyOrder(sets: found.nodes), scope: bound.scope))
  }
}
