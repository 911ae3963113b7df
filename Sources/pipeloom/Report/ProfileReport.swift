import PipelineModel
import ScheduleFormats

/// What traces measured, as a table and for machines.
struct ProfileReport: Encodable {
  /// One kind of operation on one stage; times in milliseconds.
  struct Line: Encodable {
    let stage: Int
    let device: Int
    let op: String
    let count: Int
    let median: Double
    let lowerQuartile: Double
    let upperQuartile: Double
    let least: Double
    let most: Double
  }

  let devices: Int
  let microbatches: Int
  let lines: [Line]
  let remarks: [String]

  init(_ profile: MeasuredProfile) {
    devices = profile.deviceCount
    microbatches = profile.microbatchCount
    remarks = profile.remarks
    lines = profile.stages.enumerated().flatMap { index, stage in
      Operation.Kind.allCases.compactMap { kind in
        stage.spreads[kind].map { spread in
          Line(
            stage: index, device: stage.device.index, op: kind.symbol, count: spread.count,
            median: spread.median, lowerQuartile: spread.lowerQuartile, upperQuartile: spread.upperQuartile,
            least: spread.least, most: spread.most)
        }
      }
    }
  }

  /// The report for people.
  var text: TerminalText {
    var table = TextTable([
      ("stage", .right), ("device", .right), ("op", .left), ("n", .right), ("median", .right),
      ("quartiles", .left), ("range", .left),
    ])
    for line in lines {
      table.add([
        String(line.stage), String(line.device), line.op, String(line.count), line.median.short,
        "\(line.lowerQuartile.short)–\(line.upperQuartile.short)", "\(line.least.short)–\(line.most.short)",
      ])
    }
    let counts = [
      devices.counted("device"), microbatches.counted("microbatch", "microbatches"), "times in ms",
    ]
    let notes = remarks.map { "  \($0)\n" as TerminalText }.joined()
    return "Trace · \(counts.joined(separator: " · "))\n\n\(table.text)\n\(notes)"
  }
}
