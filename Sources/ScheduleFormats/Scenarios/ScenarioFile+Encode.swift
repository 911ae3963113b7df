import PipelineModel
import ScheduleScenarios

extension ScenarioFile {
  /// Recorded runs as JSON, operations by stage, kind and microbatch. O(operations log operations).
  public static func encode(samples: [Scenarios.Sample]) -> [UInt8] {
    var writer = JSONWriter(capacity: 20 * samples.reduce(1) { $0 + $1.count })
    writer.raw("{\n  \"pipeloom\": ")
    writer.string(FileKind.scenarios.rawValue)
    writer.raw(",\n  \"samples\": ")
    writer.lines(samples.indices, indentation: 2) { writer, index in
      writer.raw("{\"durations\": {")
      let operations = samples[index].sorted { Self.place($0.key) < Self.place($1.key) }
      for (position, (operation, duration)) in operations.enumerated() {
        if position > 0 { writer.raw(", ") }
        writer.string(operation.action)
        writer.raw(": ")
        writer.number(duration)
      }
      writer.raw("}}")
    }
    writer.raw("\n}\n")
    return writer.bytes
  }

  private static func place(_ operation: Operation) -> (Int32, UInt8, Int32) {
    (operation.stage.rawValue, operation.kind.rawValue, operation.microbatch.rawValue)
  }
}
