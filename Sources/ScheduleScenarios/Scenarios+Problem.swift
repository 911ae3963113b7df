import PipelineModel

extension Scenarios {
  /// Checks that a problem has the stages, devices and microbatches that the rules name.
  ///
  /// - Throws: `ScenarioError` naming the first that it has not.
  func check(for problem: Problem) throws(ScenarioError) {
    if problem.layout != nil { throw ScenarioError([], .streams) }
    for (index, rule) in rules.enumerated() {
      guard case .factor(_, let selection) = rule else { continue }
      do {
        try Self.check(selection.stages, key: "stages", thing: "stage", count: problem.stageCount)
        try Self.check(selection.devices, key: "devices", thing: "device", count: problem.deviceCount)
        try Self.check(
          selection.microbatches, key: "microbatches", thing: "microbatch", count: problem.microbatchCount)
      } catch {
        throw error.within(.index(index)).within("rules")
      }
    }
  }

  private static func check(
    _ numbers: [some TypedIndex]?, key: String, thing: String, count: Int
  ) throws(ScenarioError) {
    for (index, number) in (numbers ?? []).enumerated() where !(0..<count).contains(number.index) {
      throw ScenarioError([.name(key), .index(index)], .unknown(thing, number.index, count: count))
    }
  }
}
