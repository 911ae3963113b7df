import PipelineModel

/// The phases that prove how good orders can be.
extension SearchRun {
  /// The bound that is worked out beside other phases.
  struct PendingBound {
    let work: Beside<LowerBound>
    /// The cores that it uses.
    let threads: Int
    let begin = ContinuousClock.now
  }

  /// Works out the best bound that the time allows, which may end the search: where time ends the search and there are
  /// cores for both, beside the phases that follow.
  mutating func beginBound() {
    guard !isBoundKnown, goesOn, !isMet else { return }
    valueAtBound = value
    guard options.iterations == nil, options.threads > 1 else {
      let begin = ContinuousClock.now
      raiseBound(until: deadline.share(Effort.shareOfFirstBound))
      planLastBound(after: ContinuousClock.now - begin)
      return
    }
    enter(.bound)
    let threads = options.threads / 2
    let work = Beside(
      until: deadline.share(Effort.shareOfBoundBeside), bestBound(threads: threads))
    pending = PendingBound(work: work, threads: threads)
    // What takes no time may end the search before it does what would be in vain.
    deadline.share(Effort.shareOfQuickBound).timeLeft.map(work.wait)
    takeBound()
  }

  /// Takes in the bound that was worked out beside, once it is there.
  mutating func takeBound() {
    guard let pending, let bound = pending.work.found else { return }
    self.pending = nil
    raiseBound(to: bound)
    planLastBound(after: ContinuousClock.now - pending.begin)
  }

  /// Works out the best bound that the time allows.
  mutating func raiseBound(until deadline: Deadline) {
    guard !isBoundKnown, goesOn, !isMet else { return }
    enter(.bound)
    raiseBound(to: bestBound(threads: cores)(deadline))
  }

  /// What works out the best bound by a deadline, and need not go beyond the best value of now.
  private func bestBound(threads: Int) -> @Sendable (Deadline) -> LowerBound {
    { [problem, options, value] deadline in
      .best(
        for: problem, objective: options.objective, scope: options.scope, until: value, deadline: deadline,
        threads: threads)
    }
  }

  /// Takes in the bound that is still worked out, and works out another one where it may be better.
  mutating func finishBound() {
    if let pending {
      self.pending = nil
      let bound = isMet || !goesOn ? pending.work.end() : pending.work.complete()
      bound.map { raiseBound(to: $0) }
    }
    if value < valueAtBound, hasLastBound { raiseBound(until: deadline) }
  }

  /// Leaves time for a bound to follow the moves, as long as one took, where a shorter schedule is a smaller length to
  /// refute and that is not too much of what is left.
  private mutating func planLastBound(after time: Duration) {
    guard bound.mayRise else { return }
    guard options.iterations == nil else {
      hasLastBound = true
      return
    }
    guard let early = deadline.earlier(by: time, ofLeft: Effort.shareOfLastBound) else { return }
    lastMoves = early
    hasLastBound = true
  }
}
