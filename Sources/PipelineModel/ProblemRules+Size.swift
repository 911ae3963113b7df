extension ProblemRules {
  /// Checks that no operation lasts longer than a duration may, on any host of its stage and for any microbatch.
  ///
  /// Each of the three numbers may be in range and their product not be: beyond it, times say nothing.
  static func checkDurations(of instance: Instance, hosts: [[Device.ID]]) throws(ProblemError) {
    let scale = instance.microbatches.reduce(0) { $1.scale.factors.reduce($0, max) }
    let devices = instance.devices
    for (index, stage) in instance.stages.enumerated() {
      guard let slowest = hosts[index].min(by: { devices[$0.index].speed < devices[$1.index].speed }) else {
        continue
      }
      let speed = devices[slowest.index].speed
      for (number, mode) in stage.inAllModes.enumerated() {
        for (name, duration) in mode.namedDurations where duration * scale / speed > largestNumber {
          let place: ProblemKey = ["stages", .index(index)]
          let key = number == 0 ? place : place.appending("modes").appending(.index(number - 1))
          throw ProblemError(
            key.appending(.name(name)),
            .lastsTooLong(duration, scale: scale, device: slowest.index, speed: speed))
        }
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

extension Stage {
  /// The durations as the problem file calls them.
  fileprivate var namedDurations: [(String, Double)] {
    let backward: [(String, Double)] =
      switch backward {
      case .split(let input, let weight): [("backwardInput", input), ("backwardWeight", weight)]
      case .input(let input): [("backwardInput", input)]
      case .whole(let both): [("backward", both)]
      case .none: []
      }
    let ends = [("firstForward", firstForward), ("lastBackward", lastBackward), ("recompute", recompute)]
    return [("forward", forward)] + backward + ends.compactMap { name, value in value.map { (name, $0) } }
  }
}
