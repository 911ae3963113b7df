/// What pictures and reports say of a problem in words.
package struct ProblemHeading {
  private let problem: Problem

  /// Takes the problem to tell of, which is told as it is written.
  package init(_ problem: Problem) { self.problem = problem.asWritten }

  /// What is shown, the problem and its size: `ZB-H1 · zero-bubble 1.5B · p = 8, m = 24`.
  package func title(_ subject: String) -> String {
    let name = problem.name.isEmpty ? "" : " · \(problem.name)"
    return "\(subject)\(name) · p = \(problem.deviceCount), m = \(problem.microbatchCount)"
  }

  /// The costs, as ranges where stages or links differ.
  package var costs: String {
    // What some stage runs in its modes; a backward pass that could be split is told by its parts, and a launch takes
    // no time on any stage.
    let run = problem.modes.distinct.indices.flatMap { problem.stages(inModes: Int32($0)) }
    var parts = Operation.Kind.allCases.compactMap { kind -> String? in
      let stages = kind == .reload ? [] : run.filter { $0.passes(isFused: false).contains(kind) }
      return stages.isEmpty ? nil : "\(kind.symbol) \(span(stages.compactMap { $0.duration(of: kind) }))"
    }
    let speeds = problem.devices.map(\.speed)
    if speeds.contains(where: { $0 != 1 }) { parts.append("speed \(span(speeds))") }
    parts.append("communication \(span(problem.finiteLatencies))")
    if problem.gap != .none { parts.append("gap \(span(problem.gap.times))") }
    let steps = problem.devices.map(\.optimizerStep)
    if steps.contains(where: { $0 > 0 }) { parts.append("optimizer step \(span(steps))") }
    if problem.tail > 0 { parts.append("tail \(problem.tail.short)") }
    let costs = parts.joined(separator: " · ")
    return problem.units.time.isEmpty ? costs : "\(costs) \(problem.units.time)"
  }

  private func span(_ values: [Double]) -> String {
    guard let low = values.min(), let high = values.max() else { return "0" }
    return low == high ? low.short : "\(low.short)–\(high.short)"
  }
}
