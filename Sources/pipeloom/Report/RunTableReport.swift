import PipelineModel
import ScheduleFormats

/// The problems made of a table of runs.
struct RunTableReport {
  /// One run; times in the problems' unit.
  struct Line: Encodable {
    let run: String
    let file: String
    let schedule: String?
    let devices: Int
    let stages: Int
    let microbatches: Int
    let measured: Double?
    let unit: String?
  }

  let lines: [Line]
  private let times: RunTimes

  /// Takes a table and the name of the file made of each run.
  init(_ table: RunTable, files: [String]) {
    times = table.times
    lines = zip(table.runs, files).map { run, file in
      Line(
        run: run.name, file: file, schedule: run.schedule, devices: run.problem.deviceCount,
        stages: run.problem.stageCount, microbatches: run.problem.microbatchCount, measured: run.measured,
        unit: table.unit?.rawValue)
    }
  }

  /// The report for a person.
  var text: TerminalText {
    var table = TextTable([
      ("run", .left), ("schedule", .left), ("devices", .right), ("stages", .right), ("microbatches", .right),
      ("measured", .right), ("file", .left),
    ])
    for line in lines {
      table.add([
        line.run, line.schedule ?? "", String(line.devices), String(line.stages), String(line.microbatches),
        line.measured.map(times.text) ?? "", line.file,
      ])
    }
    return "Runs · \(lines.count.counted("problem"))\n\n\(table.text)\n"
  }
}
