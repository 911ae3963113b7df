import PipelineModel

/// What a picture of a timed schedule says of it in words.
struct TimelineHeading {
  let problem: Problem
  let summary: Summary
  let family: String

  /// The family and the size: `ZB-H1 · p = 8, m = 24`.
  var title: String { "\(family) · p = \(problem.deviceCount), m = \(problem.microbatchCount)" }

  /// The costs, as ranges where stages or links differ.
  var costs: String {
    var parts = Operation.Kind.allCases.filter { $0 != .backward }.map { kind in
      "\(kind.symbol) \(span(problem.stages.map { $0.duration(of: kind) }))"
    }
    parts.append("communication \(communication)")
    let steps = problem.devices.map(\.optimizerStep)
    if steps.contains(where: { $0 > 0 }) { parts.append("optimizer step \(span(steps))") }
    return parts.joined(separator: " · ") + unit(problem.units.time)
  }

  /// The figures, under the names that reports use.
  var figures: String {
    var parts = ["makespan \(summary.makespan.short)\(unit(problem.units.time))"]
    parts.append("makespanBubble \(summary.makespanBubble.percent)")
    parts.append("peak memory \((summary.peakMemory.max() ?? 0).short)\(unit(problem.units.memory))")
    if let certificate = summary.certificate {
      let proof = certificate.optimal ? "optimal" : "gap \(certificate.gap.percent)"
      parts.append("\(certificate.objective.rawValue) \(proof)")
    }
    return parts.joined(separator: " · ")
  }

  /// The same for a screen reader.
  var sentence: String {
    let devices = "\(problem.deviceCount) \(problem.deviceCount == 1 ? "device" : "devices")"
    let batch = "\(problem.microbatchCount) \(problem.microbatchCount == 1 ? "microbatch" : "microbatches")"
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

  private func unit(_ name: String) -> String { name.isEmpty ? "" : " " + name }
}
