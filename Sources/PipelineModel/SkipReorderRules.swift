/// What the routes of a batch have to keep to when microbatches may skip and reorder stages.
///
/// A route begins with the first stage on its origin and visits exactly `stagesPerMicrobatch` stages; with a
/// `head` it returns to its origin to compute the loss. Its *frontier* is the highest stage visited so far: a
/// visit of a stage below the frontier is a swap, as far as it lies below, and any other visit a forward jump. The
/// rules are those of SkipPipe (arXiv 2502.19913): the first ones keep convergence, the caps keep throughput.
public struct SkipReorderRules: Hashable, Sendable {
  /// How often the stages are visited, over all microbatches.
  public enum StageVisits: Hashable, Sendable {
    /// As the routes happen to do.
    case any
    /// Stages that may be skipped are all visited equally often, up to one visit.
    case balanced
    /// At most so often, stage by stage.
    case atMost([Int])
  }

  /// The number of stages each microbatch visits, the first one counted and the head not.
  public var stagesPerMicrobatch: Int
  /// The stages no microbatch skips; the first one always is one of them.
  public var alwaysVisit: [Stage.ID]
  /// The last stage, hosted by every origin, that ends each route there; `nil` where routes end where they are.
  public var head: Stage.ID?
  /// How many swaps a route may have.
  public var maxSwaps: Int
  /// How far below the frontier a swap may reach.
  public var maxSwapDistance: Int
  /// How far beyond the frontier a visit may reach; `nil` for any distance.
  public var maxForwardJump: Int?
  /// How often the stages are visited.
  public var visitsPerStage: StageVisits
  /// How many visits each device may have, the head's not counted; `nil` for any number.
  public var visitsPerDevice: [Int]?
  /// How many microbatches may skip each stage, stage by stage; `nil` for any number.
  public var maxSkips: [Int]?
  /// The only orders of stages allowed, from the first stage on and without the head; `nil` for all that keep
  /// the other rules.
  public var sequences: [[Stage.ID]]?

  /// Gathers rules; without arguments besides the number of stages, stages are skipped freely and never swapped.
  public init(
    stagesPerMicrobatch: Int, alwaysVisit: [Stage.ID] = [Stage.ID(0)], head: Stage.ID? = nil,
    maxSwaps: Int = 0, maxSwapDistance: Int = 1, maxForwardJump: Int? = nil,
    visitsPerStage: StageVisits = .any, visitsPerDevice: [Int]? = nil, maxSkips: [Int]? = nil,
    sequences: [[Stage.ID]]? = nil
  ) {
    self.stagesPerMicrobatch = stagesPerMicrobatch
    self.alwaysVisit = alwaysVisit
    self.head = head
    self.maxSwaps = maxSwaps
    self.maxSwapDistance = maxSwapDistance
    self.maxForwardJump = maxForwardJump
    self.visitsPerStage = visitsPerStage
    self.visitsPerDevice = visitsPerDevice
    self.maxSkips = maxSkips
    self.sequences = sequences
  }

  /// The number of stages that microbatches choose among: all but the head.
  public func bodyCount(of stageCount: Int) -> Int { head == nil ? stageCount : stageCount - 1 }

  /// How often each stage may and must be visited by a batch, the head left out.
  public func visitRanges(stageCount: Int, microbatchCount: Int) -> [ClosedRange<Int>] {
    let body = bodyCount(of: stageCount)
    var isKept = [Bool](repeating: false, count: body)
    isKept[0] = true
    for stage in alwaysVisit { isKept[stage.index] = true }
    let skippable = isKept.count { !$0 }
    let kept = body - skippable
    return (0..<body).map { stage in
      if isKept[stage] { return microbatchCount...microbatchCount }
      let least = max(0, microbatchCount - (maxSkips?[stage] ?? microbatchCount))
      switch visitsPerStage {
      case .any: return least...microbatchCount
      case .atMost(let caps): return least...max(least, min(caps[stage], microbatchCount))
      case .balanced:
        let visits = microbatchCount * max(0, stagesPerMicrobatch - kept)
        let share = visits / skippable
        let most = min(microbatchCount, visits.isMultiple(of: skippable) ? share : share + 1)
        return max(least, min(share, most))...max(least, most)
      }
    }
  }
}
