import Diagrams
import PipelineModel
import ScheduleStudies

/// What each memory limit of a sweep buys, for people and for machines.
struct SweepReport: Encodable {
  let problem: String
  let objective: String
  let lines: [MemorySweep.Point]
  private let memoryUnit: String

  private enum CodingKeys: CodingKey { case problem, objective, lines }

  /// Takes what a sweep found.
  init(_ sweep: MemorySweep) {
    problem = sweep.problem.name
    objective = sweep.plan.objective.rawValue
    lines = sweep.points
    memoryUnit = sweep.problem.units.memory
  }

  /// The report for a person.
  var text: TerminalText {
    let hasModes = lines.contains { $0.recomputeShare != nil }
    let recompute = hasModes ? ["recomputeShare"] : []
    let columns = [objective, "\(objective)Bubble"] + recompute + ["lowerBound", "gap"]
    var table = TextTable((["limit", "memory"] + columns).map { ($0, .right) })
    for line in lines {
      let start = ["\(line.multiple.short)x", line.memoryLimit.short]
      if let value = line.value, let bubble = line.bubble {
        let share = hasModes ? [line.recomputeShare?.percent ?? ""] : []
        table.add(
          start + [value.short, bubble.percent] + share
            + [line.lowerBound?.short ?? "", line.gap?.percent ?? ""])
      } else {
        let needs = "needs \(line.leastLimit?.short ?? "more")"
        table.add(start + [needs] + columns.dropFirst().map { _ in "" })
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
          saved > 0
          ? "\(saved.short(memoryUnit)) less costs \((value / least - 1).percent)"
          : "\(line.memoryLimit.short(memoryUnit))"
        return "  \(start): \(modes.text)\n"
      }.joined()
  }
}

extension MemorySweep {
  /// The curve of the searched limits, with the named families beside it.
  func chart() throws -> TradeOffChart {
    let objective = plan.objective
    let hasModes = points.contains { $0.recomputeShare != nil }
    let curve = points.compactMap { point -> TradeOffChart.Point? in
      guard let value = point.value, let bubble = point.bubble, let bound = point.lowerBound else {
        return nil
      }
      // Of the work, only that of mode 0 is the same under every limit: what modes add is lost like idle time.
      let useful = (1 - bubble) * (1 - (point.recomputeShare ?? 0))
      return .init(
        memory: point.memoryLimit, multiple: point.multiple, bubble: 1 - useful,
        bound: bound > 0 ? max(0, 1 - useful * value / bound) : 0)
    }
    let marks = try marks().map { mark in
      TradeOffChart.Mark(
        label: mark.family.title, memory: mark.summary.peakMemory.max() ?? 0,
        bubble: objective == .makespan ? mark.summary.makespanBubble : mark.summary.periodBubble)
    }
    let heading = ProblemHeading(problem)
    let name = "\(objective.rawValue)Bubble" + (hasModes ? " and recompute" : "")
    return TradeOffChart(
      title: heading.title("Memory against bubble"), subtitle: [heading.costs],
      description: "The least \(name) found under each memory limit, its lower bound, and named families"
        + (hasModes ? " in mode 0." : "."),
      memoryUnit: problem.units.memory, valueName: name, points: curve, marks: marks,
      infeasibleBelow: leastLimit)
  }
}
