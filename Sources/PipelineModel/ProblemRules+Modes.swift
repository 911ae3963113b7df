/// What holds of the modes of stages, and of the links over which they offload.
extension ProblemRules {
  /// Checks that modes have names of their own and figures that fit together.
  static func checkModes(of stage: Stage, key: ProblemKey) throws(ProblemError) {
    guard stage.modes.count <= Mode.limit else {
      throw ProblemError(key.appending("modes"), .tooManyModes(stage.modes.count))
    }
    var seen: Set<String> = []
    for (number, name) in stage.modeNames.enumerated() {
      let key =
        number == 0
        ? key.appending("modeName") : key.appending("modes").appending(.index(number - 1)).appending("name")
      guard !name.isEmpty else { throw ProblemError(key, .namelessMode) }
      guard seen.insert(name).inserted else { throw ProblemError(key, .repeatedMode(name)) }
    }
    if let only = stage.mode, !(0..<stage.modeCount).contains(only) {
      throw ProblemError(key.appending("mode"), .unknownMode(String(only), known: stage.modeNames))
    }
    for (index, mode) in stage.modes.enumerated() {
      let key = key.appending("modes").appending(.index(index))
      if let backward = mode.backward, !backward.hasPasses(of: stage.backward) {
        throw ProblemError(key, .otherPasses)
      }
      try checkFigures(of: stage.inMode(index + 1), key: key)
    }
  }

  static func checkHost(_ host: HostLink?, index: Int) throws(ProblemError) {
    guard let host else { return }
    try checkFactor(host.bandwidth, key: ["host", "bandwidth", .index(index)])
    try checkMagnitude(host.latency, key: ["host", "latency", .index(index)])
  }

  /// Checks that what is offloaded has a way to go.
  static func checkHosts(of instance: Instance, hosts: [[Device.ID]]) throws(ProblemError) {
    for (index, stage) in instance.stages.enumerated() {
      let key: ProblemKey = ["stages", .index(index)]
      for (number, mode) in stage.inAllModes.enumerated() where mode.offload > 0 {
        guard let device = hosts[index].first(where: { instance.devices[$0.index].host == nil }) else {
          continue
        }
        let place = number == 0 ? key : key.appending("modes").appending(.index(number - 1))
        throw ProblemError(place.appending("offload"), .withoutHost(device: device.index))
      }
    }
  }

  /// Checks that modes that have to have one name can have one.
  static func checkExtent(of instance: Instance) throws(ProblemError) {
    guard instance.modesPer == .problem, instance.modesOfOneName.isEmpty,
      let index = instance.stages.firstIndex(where: { $0.choices.count > 1 })
    else { return }
    throw ProblemError(["modesPer"], .noCommonMode(known: instance.stages[index].modeNames, stage: index))
  }

  /// Checks that a choice is one of modes that the stages have.
  static func check(_ choice: ModeChoice, of instance: Instance) throws(ProblemError) {
    let (stages, microbatches) = (instance.stages, instance.microbatches)
    guard choice.indexes.count == microbatches.count else {
      throw ProblemError(
        ["modes"], .wrongLength(choice.indexes.count, expected: microbatches.count, of: "microbatch"))
    }
    for list in choice.distinct {
      guard list.count == stages.count else {
        throw ProblemError(["modes"], .wrongLength(list.count, expected: stages.count, of: "stage"))
      }
      for (index, mode) in list.enumerated() where !(0..<stages[index].modeCount).contains(mode) {
        throw ProblemError(
          ["stages", .index(index)], .unknownMode(String(mode), known: stages[index].modeNames))
      }
    }
  }
}
