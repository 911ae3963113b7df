import PipelineModel
import ScheduleStudies

extension ChosenPlacement {
  /// Which placement was chosen, and what the others would have cost, in one line.
  var note: String {
    let others = values.filter { $0.placement != schedule.problem.placement }.map { other in
      "\(other.placement.name ?? "a list"): "
        + (other.value.map { "\($0.short(schedule.problem.units.time)) found" } ?? "does not fit")
    }
    let chosen = schedule.problem.placement.name ?? "a list"
    return
      "Placement: \(chosen), chosen by search (\(others.joined(separator: ", "))); the bound is the least of all"
  }
}

/// One of the placements that a search chose among.
struct PlacementLine: Encodable {
  /// A word of problem files; `nil` for a list of devices.
  let placement: String?
  /// The best objective found there, in the problem's time unit; `nil` where nothing fits.
  let value: Double?
  let isChosen: Bool

  init(_ found: PlacementValue, isChosen: Bool) {
    (placement, value) = (found.placement.name, found.value)
    self.isChosen = isChosen
  }
}

extension PlacementChoice {
  /// How many operations the problem has under any of the placements.
  var operationCount: Int {
    alternatives.map { alternative in
      switch alternative {
      case .problem(let problem): problem.operationCount
      case .partitioning(let problem): problem.operationCount
      }
    }.max() ?? 0
  }

  /// The unit of times.
  var unit: String {
    switch alternatives[0] {
    case .problem(let problem): problem.units.time
    case .partitioning(let problem): problem.units.time
    }
  }
}

extension PartitionProblem {
  /// How many operations there are on any partition, as far as that is known: three for each visit.
  var operationCount: Int { 3 * stageCount * microbatches.count }
}
