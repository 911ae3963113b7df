import PipelineModel
import ScheduleStudies

extension ChosenPlacement {
  /// Which placement was chosen, and what the others would have cost, in one line.
  var note: String {
    var parts: [String] = []
    if values.count > 1 {
      let others = values.indices.filter { $0 != chosen }.map { index in
        "\(values[index].placement.name ?? "a list"): "
          + (values[index].value.map { "\($0.short(schedule.problem.units.time)) found" } ?? "does not fit")
      }
      parts.append(
        "Placement: \(values[chosen].placement.name ?? "a list"), chosen by search (\(others.joined(separator: ", "))); "
          + "the bound is the least of all")
    }
    if let order = values[chosen].deviceOrder {
      parts.append(
        "Devices in the order \(order.map(\.description).joined(separator: ", ")), chosen by local search: the bound is that of "
          + (values.count > 1 ? "the orders chosen" : "this order"))
    }
    return parts.joined(separator: ". ")
  }

  /// All of them, for machines.
  var lines: [PlacementLine] {
    values.indices.map { PlacementLine(values[$0], isChosen: $0 == chosen) }
  }
}

/// One of the placements that a search chose among.
struct PlacementLine: Encodable {
  /// A word of problem files; `nil` for a list of devices.
  let placement: String?
  /// The best objective found there, in the problem's time unit; `nil` where nothing fits.
  let value: Double?
  let isChosen: Bool
  /// For each place the device that stands there, where that was to be chosen.
  let devices: [Int]?

  init(_ found: PlacementValue, isChosen: Bool) {
    (placement, value) = (found.placement.name, found.value)
    self.isChosen = isChosen
    devices = found.deviceOrder?.map(\.index)
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
