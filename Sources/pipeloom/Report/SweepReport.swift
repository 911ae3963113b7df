import Diagrams
import PipelineModel
import ScheduleStudies

/// What each memory limit of a sweep buys, for people and for machines.
struct SweepReport: Encodable {
  let problem: String
  let objective: String
  let lines: [MemorySweep.Point]

  /// Takes what a sweep found.
  init(_ sweep: MemorySweep) {
    problem = sweep.problem.name
    objective = sweep.plan.objective.rawValue
    lines = sweep.points
  }

  /// The report for a person.
  var text: TerminalText {
    var table = TextTable([
      ("limit", .right), ("memory", .right), (objective, .right), ("\(objective)Bubble", .right),
      ("lowerBound", .right), ("gap", .right),
    ])
    for line in lines {
      if let value = line.value, let bubble = line.bubble {
        table.add([
          "\(line.multiple.short)x", line.memoryLimit.short, value.short, bubble.percent,
          line.lowerBound?.short ?? "", line.gap?.percent ?? "",
        ])
      } else {
        table.add([
          "\(line.multiple.short)x", line.memoryLimit.short,
          "needs \(line.leastLimit?.short ?? "more")", "", "", "",
        ])
      }
    }
    return table.text + costs
  }

  /// What each limit costs against the largest, and in which modes, where there is a choice.
  private var costs: TerminalText {
    let found = lines.filter { $0.value != nil && $0.modes != nil }
    guard let largest = found.last, let least = largest.value, least > 0 else { return "" }
    return "\n"
      + found.map { line -> TerminalText in
        guard let value = line.value, let modes = line.modes else { return "" }
        let saved = largest.memoryLimit - line.memoryLimit
        let start =
          saved > 0 ? "\(saved.short) less costs \((value / least - 1).percent)" : "\(line.memoryLimit.short)"
        return "  \(start): \(modes.text)\n"
      }.joined()
  }
}

extension MemorySweep {
  /// The curve of the searched limits, with the named families beside it.
  func chart() throws -> TradeOffChart {
    let objective = plan.objective
    let curve = points.compactMap { point -> TradeOffChart.Point? in
      guard let bubble = point.bubble, let bound = point.boundBubble else { return nil }
      return .init(memory: point.memoryLimit, multiple: point.multiple, bubble: bubble, bound: bound)
    }
    let marks = try marks().map { mark in
      TradeOffChart.Mark(
        label: mark.family.title, memory: mark.summary.peakMemory.max() ?? 0,
        bubble: objective == .makespan ? mark.summary.makespanBubble : mark.summary.periodBubble)
    }
    let heading = ProblemHeading(problem)
    return TradeOffChart(
      title: heading.title("Memory against bubble"), subtitle: [heading.costs],
      description: "The least \(objective.rawValue)Bubble found under each memory limit, "
        + "its lower bound, and named families.",
      memoryUnit: problem.units.memory, valueName: "\(objective.rawValue)Bubble", points: curve,
      marks: marks, infeasibleBelow: problem.leastMemory.max())
  }
}
