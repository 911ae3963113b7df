import PipelineModel
import ScheduleStudies

/// How near to the best possible searches come all over the grid of problems, as one table.
///
/// `PipeloomBenchmarks grid [SECONDS]`: two seconds for each problem where none are given.
enum GridBenchmark {
  /// What a search left open.
  private struct Row {
    let problem: GridProblem
    let gap: Double
  }

  static func run() throws {
    let seconds = CommandLine.arguments.last.flatMap(Double.init) ?? 2
    let plan = SearchPlan(timeLimit: .seconds(seconds))
    print("The grid, \(seconds) s each: proved of all, mean and largest gap in percent")
    var rows: [Row] = []
    for problem in GridProblem.all {
      var plan = plan
      plan.objective = problem.objective
      let result = plan.search(try problem.problem())
      let certificate = try result.certificate()
      rows.append(Row(problem: problem, gap: certificate.gap))
      print(
        "  \(problem.layout.name) \(problem.devices)x\(problem.microbatches) \(name(of: problem.limit)) "
          + "\(problem.costs.name) \(problem.objective) \(result.value) \(certificate.lowerBound) "
          + percent(certificate.gap))
    }
    printTable(rows)
  }

  private static func printTable(_ rows: [Row]) {
    let limits = GridProblem.limits
    printLine("", limits.map(name) + ["all"])
    func line(_ title: String, _ rows: [Row]) {
      printLine(title, limits.map { limit in cell(rows.filter { $0.problem.limit == limit }) } + [cell(rows)])
    }
    for layout in GridProblem.Layout.all {
      line(layout.name, rows.filter { $0.problem.layout.name == layout.name })
    }
    for costs in GridCosts.all { line(costs.name, rows.filter { $0.problem.costs.name == costs.name }) }
    for devices in Set(rows.map(\.problem.devices)).sorted() {
      line("\(devices) devices", rows.filter { $0.problem.devices == devices })
    }
    line("all", rows)
    print("below 1x: \(cell(rows.filter { $0.problem.limit < 1 }))")
    print("from 1x: \(cell(rows.filter { $0.problem.limit >= 1 }))")
  }

  private static func printLine(_ title: String, _ cells: [String]) {
    print(([title] + cells).map { $0 + String(repeating: " ", count: max(1, 20 - $0.count)) }.joined())
  }

  /// Proved of all, the mean and the largest gap.
  private static func cell(_ rows: [Row]) -> String {
    guard !rows.isEmpty else { return "-" }
    let gaps = rows.map(\.gap)
    let mean = gaps.reduce(0, +) / Double(gaps.count)
    return "\(gaps.count { $0 == 0 })/\(gaps.count) \(percent(mean)) \(percent(gaps.max() ?? 0))"
  }

  private static func percent(_ gap: Double) -> String { "\((gap * 10_000).rounded() / 100)" }
  private static func name(of limit: Double) -> String { limit.isFinite ? "\(limit)x" : "none" }
}
