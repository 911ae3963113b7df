import Diagrams
import PipelineModel
import ScheduleFormats

/// Where the table of a sweep goes, and in which form.
struct SweepOutput {
  private enum Form {
    case table
    case picture(DiagramFormat)
  }

  private let file: OutputFile
  private let form: Form

  /// Takes the form from the file's ending.
  ///
  /// - Throws: `Failure` for an ending that names none, or where there is no such folder.
  init(_ path: FilePath) throws(Failure) {
    file = OutputFile(path: path)
    form = path.ending?.lowercased() == "csv" ? .table : .picture(try DiagramFormat(file: path))
    try file.checkFolder()
  }

  /// Writes the table or its picture.
  ///
  /// - Throws: `Failure` or `DiagramError`.
  func write(_ table: SweepTable, heading: String) throws {
    switch form {
    case .table: try file.write(table.csv)
    case .picture(let format): try file.write(table.chart(titled: heading).render(as: format))
    }
  }
}

extension SweepTable {
  /// The most points that are listed one by one.
  private static let listedPoints = 60

  /// The table for people: all points where they are few, and otherwise the Pareto set.
  var text: TerminalText {
    let shown = rows.count <= Self.listedPoints ? rows : rows.filter(\.isBest)
    let hasRecompute = shown.contains { $0.head?.summary.recomputeShare != nil }
    let figures =
      [objective.rawValue, "\(objective.rawValue)Bubble"] + (hasRecompute ? ["recomputeShare"] : [])
    var table = TextTable(
      [("", .left)] + columns.map { ($0, .right) } + (figures + ["peakMemory", "gap"]).map { ($0, .right) }
        + [("result", .left)])
    for row in shown {
      table.add(
        [row.isBest ? "*" : ""] + row.settings.map { $0?.description ?? "" }
          + cells(of: row, hasRecompute: hasRecompute) + [row.name])
    }
    let rest: TerminalText =
      rows.count > Self.listedPoints
      ? "  The Pareto set of \(rows.count) points; -o with a .csv file, or --json, lists all.\n"
      : "  * no other takes less memory and no more time per microbatch and device, or the other way round\n"
    return table.text + "\n" + rest
      + "  \(rows.count.counted("point")): \(doneCount) done, \(refusedCount) refused, \(missingCount) missing\n"
  }

  private func cells(of row: Row, hasRecompute: Bool) -> [String] {
    let blanks = Array(repeating: "", count: hasRecompute ? 3 : 2)
    guard let head = row.head else {
      return [row.result == nil ? "missing" : "refused"] + blanks.dropLast() + ["", ""]
    }
    let summary = head.summary
    let isPeriod = objective == .period
    return [
      (isPeriod ? summary.period : summary.makespan).short,
      (isPeriod ? summary.periodBubble : summary.makespanBubble).percent,
    ] + (hasRecompute ? [summary.recomputeShare?.percent ?? ""] : [])
      + [head.largestPeak.short, summary.certificate?.gap.percent ?? ""]
  }

  /// The most marks with names.
  private static let namedMarks = 40

  /// Peak memory against the throughput that is lost against the best point, the Pareto set as marks.
  func chart(titled title: String) -> TradeOffChart {
    let done = rows.filter { $0.head != nil }
    let least = done.compactMap { $0.head?.cost(objective) }.min() ?? 0
    let best = done.filter(\.isBest)
    let units = Array(Set(done.compactMap { $0.head?.memoryUnit }))
    // What stands in one place has one name.
    var named = Set<[Double]>()
    let varied = columns.indices.filter { column in Set(rows.map { $0.settings[column] }).count > 1 }
    func loss(_ head: SweepResult.Head) -> Double {
      let cost = head.cost(objective)
      return cost > 0 ? 1 - least / cost : 0
    }
    return TradeOffChart(
      title: title,
      subtitle: [
        "\(rows.count.counted("point")): \(doneCount) done, \(refusedCount) refused, \(missingCount) missing",
        "throughput of a device, in microbatches by \(objective.rawValue); least time "
          + "\(least.short) for each microbatch and device",
      ],
      description: "Peak memory against lost throughput of all schedules of a sweep, the Pareto set marked.",
      memoryUnit: units.count == 1 ? units[0] : "", valueName: "throughput lost against the best",
      wording: .ofPeaks,
      points: done.compactMap { row in
        row.head.map { .init(label: label(of: row, varied), memory: $0.largestPeak, bubble: loss($0)) }
      },
      marks: best.compactMap { row in
        row.head.map { head in
          let isFirst = named.insert([head.largestPeak, loss(head)]).inserted
          return .init(
            label: isFirst && best.count <= Self.namedMarks ? label(of: row, varied) : "",
            memory: head.largestPeak, bubble: loss(head))
        }
      })
  }

  /// The settings of a point that differ within the sweep, in short.
  private func label(of row: Row, _ varied: [Int]) -> String {
    let maker = columns.firstIndex(of: "schedule")
    let parts = ([maker] + varied.filter { $0 != maker }).compactMap { column -> String? in
      guard let column, let value = row.settings[column] else { return nil }
      return column == maker ? value.description : "\(columns[column]) \(value)"
    }
    return parts.joined(separator: ", ")
  }
}
