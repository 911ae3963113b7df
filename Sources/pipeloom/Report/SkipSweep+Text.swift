import PipelineModel
import ScheduleStudies

extension SkipSweep {
  /// The points for a person.
  func text(unit: String, objective: Objective) -> TerminalText {
    var table = TextTable([
      ("stages", .right), ("skipped", .right), (objective.rawValue, .right), ("saved", .right),
      ("lowerBound", .right), ("trained, stage by stage", .left), ("visitsPerDevice", .left),
    ])
    for point in points {
      table.add([
        String(point.stagesPerMicrobatch), point.skipRatio.percent, point.value.short(unit),
        point.saved.percent,
        point.lowerBound?.short ?? "", point.trained.map(\.percent).joined(separator: ", "),
        point.addedVisitsPerDevice > 0 ? "+\(point.addedVisitsPerDevice)" : "",
      ])
    }
    return table.text
  }
}
