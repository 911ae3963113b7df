/// What pictures and reports say of a problem in words.
package struct ProblemHeading {
  private let problem: Problem

  /// Takes the problem to tell of.
  package init(_ problem: Problem) { self.problem = problem }

  /// What is shown, the problem and its size: `ZB-H1 · zero-bubble 1.5B · p = 8, m = 24`.
  package func title(_ subject: String) -> String {
    let name = problem.name.isEmpty ? "" : " · \(problem.name)"
    return "\(subject)\(name) · p = \(problem.deviceCount), m = \(problem.microbatchCount)"
  }

  /// The costs, as ranges where stages or links differ.
  package var costs: String {
    var parts = Operation.Kind.allCases.filter { $0 != .backward }.map { kind in
      "\(kind.symbol) \(span(problem.stages.map { $0.duration(of: kind) }))"
    }
    let speeds = problem.devices.map(\.speed)
    if speeds.contains(where: { $0 != 1 }) { parts.append("speed \(span(speeds))") }
    parts.append("communication \(span(problem.communication.finiteLatencies))")
    let steps = problem.devices.map(\.optimizerStep)
    if steps.contains(where: { $0 > 0 }) { parts.append("optimizer step \(span(steps))") }
    let costs = parts.joined(separator: " · ")
    return problem.units.time.isEmpty ? costs : "\(costs) \(problem.units.time)"
  }

  private func span(_ values: [Double]) -> String {
    guard let low = values.min(), let high = values.max() else { return "0" }
    return low == high ? low.short : "\(low.short)–\(high.short)"
  }
}
