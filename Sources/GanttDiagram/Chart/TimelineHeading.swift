import PipelineModel

/// What a picture of a timed schedule says of it in words.
package struct TimelineHeading {
  private let problem: Problem
  private let summary: Summary
  private let family: String

  /// Takes what the heading tells; `family` is what made the schedule, such as `ZB-H1`.
  package init(problem: Problem, summary: Summary, family: String) {
    self.problem = problem
    self.summary = summary
    self.family = family
  }

  /// The family, the problem and its size: `ZB-H1 · zero-bubble 1.5B · p = 8, m = 24`.
  package var title: String {
    let name = problem.name.isEmpty ? "" : " · \(problem.name)"
    return "\(family)\(name) · p = \(problem.deviceCount), m = \(problem.microbatchCount)"
  }

  /// The costs, as ranges where stages or links differ.
  package var costs: String {
    var parts = Operation.Kind.allCases.filter { $0 != .backward }.map { kind in
      "\(kind.symbol) \(span(problem.stages.map { $0.duration(of: kind) }))"
    }
    parts.append("communication \(communication)")
    let steps = problem.devices.map(\.optimizerStep)
    if steps.contains(where: { $0 > 0 }) { parts.append("optimizer step \(span(steps))") }
    let costs = parts.joined(separator: " · ")
    return problem.units.time.isEmpty ? costs : "\(costs) \(problem.units.time)"
  }

  /// The figures, under the names that reports use.
  var figures: String {
    var parts = ["makespan \(summary.makespan.short(problem.units.time))"]
    parts.append("makespanBubble \(summary.makespanBubble.percent)")
    parts.append("spanBubble \(summary.spanBubble.percent)")
    parts.append("peakMemory \((summary.peakMemory.max() ?? 0).short(problem.units.memory))")
    if let certificate = summary.certificate {
      let proof = certificate.optimal ? "optimal" : "gap \(certificate.gap.percent)"
      parts.append("\(certificate.objective.rawValue) \(proof)")
    }
    return parts.joined(separator: " · ")
  }

  /// The same for a screen reader.
  var sentence: String {
    let devices = problem.deviceCount.counted("device")
    let batch = problem.microbatchCount.counted("microbatch", "microbatches")
    return "Gantt diagram of the \(family) schedule of \(batch) on \(devices), one lane per device. "
      + "Costs: \(costs). Figures: \(figures)."
  }

  private var communication: String {
    switch problem.communication {
    case .uniform(let latency): latency.short
    case .matrix(let rows):
      span(
        rows.enumerated().flatMap { source, row in
          row.enumerated().filter { $0.offset != source }.map(\.element)
        })
    }
  }

  private func span(_ values: [Double]) -> String {
    guard let low = values.min(), let high = values.max() else { return "0" }
    return low == high ? low.short : "\(low.short)–\(high.short)"
  }
}
