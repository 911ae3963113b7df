/// How a microbatch's stages break the rules of a batch.
public enum SkipReorderBreach: Hashable, Sendable {
  /// The first visit is not of the first stage.
  case startsAt(stage: Int)
  /// Another number of stages than each microbatch visits.
  case stageCount(Int, expected: Int)
  /// A stage that may not be skipped is.
  case skips(stage: Int)
  /// A stage further below the frontier than swaps may reach.
  case swapsTooFar(stage: Int, frontier: Int, limit: Int)
  /// More swaps than a route may have.
  case swaps(Int, limit: Int)
  /// A stage further beyond the frontier than a visit may reach.
  case jumpsTooFar(stage: Int, frontier: Int, limit: Int)
  /// A stage visited twice, or one that is no stage of the body.
  case wrongStage(Int)
  /// An order of stages that is not among those allowed.
  case otherSequence([Int])
}

extension SkipReorderBreach: CustomStringConvertible {
  /// What was expected and what was found.
  public var description: String {
    switch self {
    case .startsAt(let stage): "expected to start at stage 0, found stage \(stage)"
    case .stageCount(let count, let expected): "expected \(expected) stages, found \(count)"
    case .skips(let stage): "expected stage \(stage), which is never skipped, found it skipped"
    case .swapsTooFar(let stage, let frontier, let limit):
      "expected swaps to reach at most \(limit) below the highest stage so far, "
        + "found stage \(stage) after stage \(frontier)"
    case .swaps(let count, let limit): "expected at most \(limit) swaps, found \(count)"
    case .jumpsTooFar(let stage, let frontier, let limit):
      "expected visits to reach at most \(limit) beyond the highest stage so far, "
        + "found stage \(stage) after stage \(frontier)"
    case .wrongStage(let stage): "expected each stage but the head once at most, found stage \(stage)"
    case .otherSequence(let stages):
      "expected one of the given sequences, found \(stages.map(String.init).joined(separator: ", "))"
    }
  }
}

extension SkipReorderRules {
  /// The first rule that an order of stages breaks, the head left out; `nil` when it keeps them all. The number
  /// of visits over the batch is not looked at. O(stages).
  public func breach(in sequence: [Stage.ID], stageCount: Int) -> SkipReorderBreach? {
    guard let first = sequence.first, first.index == 0 else {
      return .startsAt(stage: sequence.first?.index ?? -1)
    }
    guard sequence.count == stagesPerMicrobatch else {
      return .stageCount(sequence.count, expected: stagesPerMicrobatch)
    }
    var seen: Set<Stage.ID> = [first]
    var frontier = 0
    var swaps = 0
    for stage in sequence.dropFirst() {
      guard (0..<bodyCount(of: stageCount)).contains(stage.index), seen.insert(stage).inserted else {
        return .wrongStage(stage.index)
      }
      if stage.index > frontier {
        if let limit = maxForwardJump, stage.index - frontier > limit {
          return .jumpsTooFar(stage: stage.index, frontier: frontier, limit: limit)
        }
        frontier = stage.index
      } else {
        swaps += 1
        if frontier - stage.index > maxSwapDistance {
          return .swapsTooFar(stage: stage.index, frontier: frontier, limit: maxSwapDistance)
        }
      }
    }
    if swaps > maxSwaps { return .swaps(swaps, limit: maxSwaps) }
    if let skipped = alwaysVisit.first(where: { !seen.contains($0) }) { return .skips(stage: skipped.index) }
    if let sequences, !sequences.contains(sequence) { return .otherSequence(sequence.map(\.index)) }
    return nil
  }
}
