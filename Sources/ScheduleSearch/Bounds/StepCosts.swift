import OperationGraph
import PipelineModel

/// How long the operations of an operation table take their devices at least, in grid steps.
struct StepCosts {
  /// The duration of an operation and the gap that follows it at least, if anything follows it on its device.
  struct Cost {
    var duration: Double
    var gap: Double
  }

  /// The same for all members of a class but for the one that is first, or last, on the stage.
  private struct StepCost {
    var usual: Cost
    var first: Double
    var last: Double
  }

  private var costs: [[StepCost]] = []
  private let lengths: [Int]

  /// Reads the rows of a lowered problem. O(steps of all classes).
  init(
    _ lowered: LoweredProblem, _ classes: [OperationTable.ClassMembers], _ ways: [RouteWay],
    pairs: OperationTable.PairForm
  ) {
    lengths = classes.map(\.members.count)
    var variants = RowVariants(lowered)
    let gaps = LeastGaps(lowered.gaps, classes, ways, mayPair: lowered.problem.overlap != nil)
    var visitors: [Route.Visit: Set<Int>] = [:]
    for (index, group) in classes.enumerated() where lowered.hasEndDurations {
      for visit in lowered.problem.routes[ways[group.way].route].visits {
        visitors[visit, default: []].insert(index)
      }
    }
    for group in classes {
      let way = ways[group.way]
      var own: [StepCost] = []
      for (index, step) in way.steps.enumerated() {
        let row = lowered.row(of: step.kind, at: Int32(step.position), for: group.members[0])
        let stage = lowered.traits[Int(row)].visit.stage
        // No `R` is part of a pair.
        let factor =
          pairs == .shares && step.kind != .recompute ? Self.leastShare(of: stage, in: lowered.problem) : 1
        func duration(_ row: Int32) -> Double {
          let alone = variants.rows[Int(row)].duration
          return factor < 1 ? lowered.grid.steps(alone, timesMultiple: factor) : alone
        }
        var (usual, first, last) = (duration(row), duration(row), duration(row))
        if lowered.hasEndDurations {
          let atEnd = duration(variants.rowAtEnd(of: row))
          // Of several classes any may be first or last.
          let isAlone = visitors[lowered.traits[Int(row)].visit]?.count == 1
          if !isAlone { usual = min(usual, atEnd) }
          first = isAlone && step.kind == .forward ? atEnd : usual
          last = isAlone && step.kind != .forward ? atEnd : usual
        }
        let hasOwnWeight = index + 1 < way.steps.count && way.steps[index + 1].kind == .backwardWeight
        let cost = Cost(
          duration: usual,
          gap: hasOwnWeight ? 0 : gaps.after(isForward: step.kind.traits.isForward, on: step.device))
        own.append(StepCost(usual: cost, first: first, last: last))
      }
      costs.append(own)
    }
  }

  /// The cost of a member's operation.
  func cost(of step: Int, inClass index: Int, rank: Int) -> Cost {
    let cost = costs[index][step]
    var own = cost.usual
    if rank == 0, cost.first != own.duration { own.duration = cost.first }
    if rank == lengths[index] - 1, cost.last != cost.usual.duration { own.duration = cost.last }
    return own
  }

  /// The least share of its time that an operation takes, alone or in a pair.
  private static func leastShare(of stage: Stage.ID, in problem: Problem) -> Double {
    problem.overlap.map { min(1, $0.forwardBackward[stage]) } ?? 1
  }
}

/// The least gap that follows an operation, by what else its device runs.
private struct LeastGaps {
  private let times: [Double]
  private var forwards: [Int: Int] = [:]
  private var backwards: [Int: Int] = [:]

  init(_ times: [Double], _ classes: [OperationTable.ClassMembers], _ ways: [RouteWay], mayPair: Bool) {
    guard !times.isEmpty else {
      self.times = []
      return
    }
    // There is none within a pair.
    self.times = mayPair ? [times[0], 0, times[2], times[3]] : times
    for group in classes {
      for step in ways[group.way].steps {
        if step.kind.traits.isForward {
          forwards[step.device, default: 0] += group.members.count
        } else {
          backwards[step.device, default: 0] += group.members.count
        }
      }
    }
  }

  func after(isForward: Bool, on device: Int) -> Double {
    guard !times.isEmpty else { return 0 }
    let others = [
      (forwards[device] ?? 0) - (isForward ? 1 : 0), (backwards[device] ?? 0) - (isForward ? 0 : 1),
    ]
    let least = others.indices.filter { others[$0] > 0 }.map { times[(isForward ? 0 : 2) + $0] }.min()
    return least ?? 0
  }
}
