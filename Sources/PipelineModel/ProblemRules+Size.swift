extension ProblemRules {
  /// Checks that no operation lasts longer than a duration may, on any host of its stage and for any microbatch.
  ///
  /// Each of the three numbers may be in range and their product not be: beyond it, times say nothing.
  static func checkDurations(
    of stages: [Stage], hosts: [[Device.ID]], devices: [Device], microbatches: [Microbatch]
  ) throws(ProblemError) {
    let scale = microbatches.reduce(0) { max($0, $1.scale) }
    for (index, stage) in stages.enumerated() {
      guard let slowest = hosts[index].min(by: { devices[$0.index].speed < devices[$1.index].speed }) else {
        continue
      }
      let speed = devices[slowest.index].speed
      let durations = [
        ("forward", stage.forward), ("backwardInput", stage.backwardInput),
        ("backwardWeight", stage.backwardWeight),
      ]
      for (name, duration) in durations where duration * scale / speed > largestNumber {
        throw ProblemError(
          ["stages", .index(index), .name(name)],
          .lastsTooLong(duration, scale: scale, device: slowest.index, speed: speed))
      }
    }
  }

  /// Checks that the tables of a problem, which grow with the product of two counts, stay in bounds.
  static func checkSize(visitCount: Int, routeCount: Int, stageCount: Int) throws(ProblemError) {
    guard visits.contains(visitCount) else {
      throw ProblemError(["microbatches"], .tooManyVisits(visitCount, limit: visits.upperBound))
    }
    guard routeCount <= visits.upperBound / stageCount else {
      throw ProblemError(
        ["routes"], .tooManyRoutes(routeCount, stages: stageCount, limit: visits.upperBound / stageCount))
    }
  }
}
