/// How a route breaks the rules of skipping and reordering, as docs/semantics.md states them.
public enum RouteBreach: Hashable, Sendable {
  /// The first visit is not of stage 0.
  case startsAt(stage: Int)
  /// The route does not end with the head on the device where it starts.
  case lacksHead(stage: Int, origin: Int)
  /// The route visits another number of stages, the head left out, than each microbatch has to.
  case stageCount(Int, expected: Int)
  /// A stage that may not be skipped is.
  case skips(stage: Int)
  /// A stage further below the frontier than swaps may reach.
  case swapsTooFar(stage: Int, frontier: Int, limit: Int)
  /// More swaps than a route may have.
  case swaps(Int, limit: Int)
  /// A stage further beyond the frontier than a visit may reach.
  case jumpsTooFar(stage: Int, frontier: Int, limit: Int)
  /// An order of stages that is not among those allowed.
  case otherSequence([Int])
}

extension RouteBreach: CustomStringConvertible {
  /// What was expected and what was found.
  public var description: String {
    switch self {
    case .startsAt(let stage): "expected to start at stage 0, found stage \(stage)"
    case .lacksHead(let stage, let origin):
      "expected to end with the head, stage \(stage), on its origin, device \(origin)"
    case .stageCount(let count, let expected): "expected \(expected) stages, found \(count)"
    case .skips(let stage): "expected stage \(stage), which is never skipped, found it skipped"
    case .swapsTooFar(let stage, let frontier, let limit):
      "expected swaps to reach at most \(limit) below the highest stage so far, "
        + "found stage \(stage) after stage \(frontier)"
    case .swaps(let count, let limit): "expected at most \(limit) swaps, found \(count)"
    case .jumpsTooFar(let stage, let frontier, let limit):
      "expected visits to reach at most \(limit) beyond the highest stage so far, "
        + "found stage \(stage) after stage \(frontier)"
    case .otherSequence(let stages):
      "expected one of the given sequences, found \(stages.map(String.init).joined(separator: ", "))"
    }
  }
}
