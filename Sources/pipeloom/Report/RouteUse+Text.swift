import PipelineModel
import ScheduleStudies

extension RouteUse {
  /// The report for a person.
  var text: TerminalText {
    var table = TextTable([("stage", .right), ("visits", .right), ("trained", .right), ("by device", .left)])
    for line in stages {
      let devices = zip(line.devices, line.visitsByDevice).map { "\($0): \($1)" }
      table.add([
        String(line.stage), String(line.visits), line.share.percent, devices.joined(separator: ", "),
      ])
    }
    let outOfOrder = reordered.counted("microbatch", "microbatches")
    return """
        Routes: \(routes) different, \(skipRatio.percent) of the stages skipped, \(outOfOrder) out of order
      \(table.text)

      """
  }
}
