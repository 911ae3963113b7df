import PipelineModel

/// What a picture of a timed schedule says of it in words.
struct TimelineHeading {
  let problem: Problem
  let summary: Summary
  let family: String

  /// The family, the problem and its size.
  var title: String { ProblemHeading(problem).title(family) }

  /// The costs, as ranges where stages or links differ.
  var costs: String { ProblemHeading(problem).costs }

  /// The figures, under the names that reports use.
  var figures: String {
    var parts = ["makespan \(summary.makespan.short(problem.units.time))"]
    parts.append("makespanBubble \(summary.makespanBubble.percent)")
    parts.append("spanBubble \(summary.spanBubble.percent)")
    if let share = summary.recomputeShare { parts.append("recomputeShare \(share.percent)") }
    parts.append("peakMemory \((summary.peakMemory.max() ?? 0).short(problem.units.memory))")
    if let certificate = summary.certificate {
      let proof = certificate.optimal ? "optimal" : "gap \(certificate.gap.percent)"
      let scope = certificate.scope == .all ? "" : " of \(certificate.scope.rawValue) schedules"
      parts.append("\(certificate.objective.rawValue) \(proof)\(scope)")
    }
    return parts.joined(separator: " · ")
  }

  /// The same for a screen reader.
  var sentence: String {
    let devices = problem.asWritten.deviceCount.counted("device")
    let batch = problem.asWritten.microbatchCount.counted("microbatch", "microbatches")
    return "Gantt diagram of the \(family) schedule of \(batch) on \(devices), one lane per device. "
      + "Costs: \(costs). Figures: \(figures)."
  }
}
