import PipelineModel

/// The problem's costs in one line, for reports and diagrams.
struct CostLine {
  private let problem: Problem

  /// Describes a problem.
  init(_ problem: Problem) { self.problem = problem }

  /// "F 18.522, B 18.086, W 9.337, communication 0.601 ms"; a range where stages or links differ.
  var text: String {
    var parts = [
      "F \(Figures.range(problem.stages.map(\.forward)))",
      "B \(Figures.range(problem.stages.map(\.backwardInput)))",
      "W \(Figures.range(problem.stages.map(\.backwardWeight)))",
      "communication \(Figures.range(latencies))",
    ]
    let steps = problem.devices.map(\.optimizerStep)
    if steps.contains(where: { $0 > 0 }) { parts.append("optimizer step \(Figures.range(steps))") }
    let text = parts.joined(separator: ", ")
    return problem.units.time.isEmpty ? text : "\(text) \(problem.units.time)"
  }

  private var latencies: [Double] {
    switch problem.communication {
    case .uniform(let latency): return [latency]
    case .matrix(let rows):
      let different = rows.indices.flatMap { row in
        rows[row].indices.filter { $0 != row }.map { rows[row][$0] }
      }
      return different.isEmpty ? [0] : different
    }
  }
}
