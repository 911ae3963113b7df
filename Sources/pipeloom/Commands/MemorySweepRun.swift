import Diagrams
import PipelineModel
import ScheduleFamilies
import ScheduleFormats
import ScheduleSearch
import Timeline

/// `pipeloom search --sweep-memory`: one search per memory limit, and the curve that they make.
struct MemorySweepRun {
  let problem: Problem
  let sweep: MemorySweep
  let flags: SearchFlags

  /// Searches under every limit, up to the one at which an interrupt comes; orders found under a smaller limit
  /// are a start for the next. A certificate that had to be withdrawn is told beside the lines.
  func lines(until interrupt: borrowing Interrupt) throws -> (lines: [SweepReport.Line], defect: Failure?) {
    var found: [Orders] = []
    var lines: [SweepReport.Line] = []
    var defect: Failure?
    for multiple in sweep.multiples where !interrupt.hasHappened {
      let limit = MemorySweep.limit(multiple, for: problem)
      let limited: Problem
      do throws(ProblemError) {
        limited = try problem.with(memoryLimit: limit)
      } catch {
        guard case .limitTooSmall = error.reason else { throw error }
        lines.append(line(multiple, limit, result: nil))
        continue
      }
      let result = flags.search(limited, starts: found, until: interrupt)
      found = [result.orders]
      let proof = Proof(result)
      defect = defect ?? proof.defect(of: limited)
      lines.append(
        line(multiple, limit, result: result, proof: proof, work: try work(of: result, limited)))
    }
    return (lines, defect)
  }

  /// How long all devices together are busy: pairs that overlap take less than their parts.
  private func work(of result: SearchResult, _ problem: Problem) throws(TimelineError) -> Double {
    let timeline = try Timeline(Schedule(problem: problem, orders: result.orders))
    return problem.devices.indices.reduce(0) { $0 + timeline.work(of: Device.ID($1)) }
  }

  private func line(
    _ multiple: Double, _ limit: Double, result: SearchResult?, proof: Proof? = nil, work: Double = 0
  ) -> SweepReport.Line {
    let certificate = proof?.valid
    func bubble(_ value: Double) -> Double {
      value > 0 ? 1 - work / (Double(problem.deviceCount) * value) : 0
    }
    return SweepReport.Line(
      multiple: multiple, memoryLimit: limit, value: result?.value, bubble: result.map { bubble($0.value) },
      lowerBound: certificate?.lowerBound,
      boundBubble: certificate.map { max(0, bubble($0.lowerBound)) },
      gap: certificate?.gap, leastLimit: result == nil ? problem.leastMemory.max() : nil)
  }

  /// The curve of the searched limits, with the named families beside it.
  func chart(of lines: [SweepReport.Line]) throws -> TradeOffChart {
    let points = lines.compactMap { line -> TradeOffChart.Point? in
      guard let bubble = line.bubble, let bound = line.boundBubble else { return nil }
      return .init(memory: line.memoryLimit, multiple: line.multiple, bubble: bubble, bound: bound)
    }
    let heading = ProblemHeading(problem)
    return TradeOffChart(
      title: heading.title("Memory against bubble"), subtitle: [heading.costs],
      description: "The least \(flags.objective.rawValue)Bubble found under each memory limit, "
        + "its lower bound, and named families.",
      memoryUnit: problem.units.memory, valueName: "\(flags.objective.rawValue)Bubble", points: points,
      marks: try marks(), infeasibleBelow: problem.leastMemory.max())
  }

  private func marks() throws -> [TradeOffChart.Mark] {
    try Families.all.compactMap { family in
      guard let orders = try? family.orders(for: problem) else { return nil }
      let summary = try Timeline(Schedule(problem: problem, orders: orders)).summary
      return TradeOffChart.Mark(
        label: family.title, memory: summary.peakMemory.max() ?? 0,
        bubble: flags.objective == .makespan ? summary.makespanBubble : summary.periodBubble)
    }
  }
}
