/// The rules a `Problem` keeps, checked when one is made.
public enum ProblemRules {
  /// The largest duration, latency or memory size; sums over the largest problem stay finite.
  public static let largestNumber = 1e15
  /// The smallest number above 0: products and quotients of a few numbers that are not below it keep all their
  /// digits.
  public static let smallestNumber = 1e-15
  /// Both ends as messages write them.
  package static let (smallestNumberText, largestNumberText) = ("1e-15", "1e15")
  /// How many devices, stages or microbatches a problem may have.
  public static let counts = 1...65_536
  /// How many visits, each of three operations, all routes together may make: positions fit 32 bits.
  public static let visits = 1...33_554_432
  /// How many devices may have links of their own: their number grows with its square.
  public static let linkedDevices = 2048

  /// Checks a count of devices, stages or microbatches.
  public static func checkCount(_ count: Int, key: ProblemKey) throws(ProblemError) {
    guard counts.contains(count) else { throw ProblemError(key, .countOutOfRange(count, counts)) }
  }

  /// Checks a duration, latency or memory size.
  public static func checkMagnitude(_ value: Double, key: ProblemKey) throws(ProblemError) {
    guard value >= 0, value <= largestNumber else { throw ProblemError(key, .notAMagnitude(value)) }
    guard value == 0 || value >= smallestNumber else { throw ProblemError(key, .tooSmall(value)) }
  }

  /// Checks a factor or divisor.
  static func checkFactor(_ value: Double, key: ProblemKey) throws(ProblemError) {
    guard value > 0, value <= largestNumber else { throw ProblemError(key, .notPositive(value)) }
    guard value >= smallestNumber else { throw ProblemError(key, .tooSmall(value)) }
  }

  static func checkValues(of instance: Instance) throws(ProblemError) {
    let (devices, stages) = (instance.devices, instance.stages)
    try checkCount(devices.count, key: ["devices"])
    try checkCount(stages.count, key: ["stages"])
    try checkCount(instance.microbatches.count, key: ["microbatches"])
    for (index, device) in devices.enumerated() {
      if let limit = device.memoryLimit { try checkMagnitude(limit, key: ["memoryLimit", .index(index)]) }
      try checkMagnitude(device.optimizerStep, key: ["optimizerStep", .index(index)])
      try checkFactor(device.speed, key: ["speed", .index(index)])
      try checkHost(device.host, index: index)
    }
    for (index, stage) in stages.enumerated() { try checkStage(stage, key: ["stages", .index(index)]) }
    for (index, microbatch) in instance.microbatches.enumerated() {
      try checkFactors(of: microbatch, stageCount: stages.count, key: ["microbatches", .index(index)])
    }
    try checkCommunication(instance.communication, deviceCount: devices.count)
    try checkOverlap(instance.overlap, stageCount: stages.count)
    try checkGap(instance.gap)
    try checkBarrier(instance.barrier, deviceCount: devices.count)
    try checkMagnitude(instance.tail, key: ["tail"])
  }

  /// Checks a stage, or what a layer takes and holds.
  static func checkStage(_ stage: Stage, key: ProblemKey) throws(ProblemError) {
    try checkFigures(of: stage, key: key)
    try checkModes(of: stage, key: key)
    try checkMagnitude(stage.staticMemory, key: key.appending("static"))
    if let bytes = stage.messageBytes { try checkMagnitude(bytes, key: key.appending("bytes")) }
    if let first = stage.firstForward { try checkMagnitude(first, key: key.appending("firstForward")) }
    if let last = stage.lastBackward {
      try checkMagnitude(last, key: key.appending("lastBackward"))
      try checkHasBackward(stage, key: key.appending("lastBackward"))
    }
    try checkLayers(of: stage, key: key.appending("layers"))
  }

  /// Checks the figures that a mode may change.
  static func checkFigures(of stage: Stage, key: ProblemKey) throws(ProblemError) {
    try checkMagnitude(stage.forward, key: key.appending("forward"))
    switch stage.backward {
    case .split(let input, let weight):
      try checkMagnitude(input, key: key.appending("backwardInput"))
      try checkMagnitude(weight, key: key.appending("backwardWeight"))
    case .input(let input): try checkMagnitude(input, key: key.appending("backwardInput"))
    case .whole(let both): try checkMagnitude(both, key: key.appending("backward"))
    case .none: break
    }
    try checkMagnitude(stage.activationForB, key: key.appending("activationForB"))
    try checkMagnitude(stage.activationForW, key: key.appending("activationForW"))
    guard stage.activationForW <= stage.activationForB else {
      throw ProblemError(
        key.appending("activationForW"),
        .aboveActivation(stage.activationForW, activationForB: stage.activationForB))
    }
    if let checkpoint = stage.checkpoint {
      try checkMagnitude(checkpoint, key: key.appending("checkpoint"))
      guard checkpoint <= stage.activationForB else {
        throw ProblemError(
          key.appending("checkpoint"), .aboveActivation(checkpoint, activationForB: stage.activationForB))
      }
      try checkHasBackward(stage, key: key.appending("checkpoint"))
    }
    if let recompute = stage.recompute {
      try checkMagnitude(recompute, key: key.appending("recompute"))
      try checkHasBackward(stage, key: key.appending("recompute"))
    }
    try checkOffload(of: stage, key: key.appending("offload"))
  }

  private static func checkOffload(of stage: Stage, key: ProblemKey) throws(ProblemError) {
    try checkMagnitude(stage.offload, key: key)
    guard stage.offload > 0 else { return }
    guard stage.offload <= stage.activationForForward else {
      throw ProblemError(key, .aboveCheckpoint(stage.offload, checkpoint: stage.activationForForward))
    }
    try checkHasBackward(stage, key: key)
  }

  private static func checkHasBackward(_ stage: Stage, key: ProblemKey) throws(ProblemError) {
    guard stage.hasBackward else { throw ProblemError(key, .withoutBackward) }
  }

  private static func checkFactors(
    of microbatch: Microbatch, stageCount: Int, key: ProblemKey
  ) throws(ProblemError) {
    let scale = key.appending("scale")
    if microbatch.scale.hasOneFactorPerStage {
      try checkPerStage(microbatch.scale.forward, stageCount: stageCount, key: scale)
    } else {
      try checkPerStage(microbatch.scale.forward, stageCount: stageCount, key: scale.appending("F"))
      try checkPerStage(microbatch.scale.backwardInput, stageCount: stageCount, key: scale.appending("B"))
      try checkPerStage(microbatch.scale.backwardWeight, stageCount: stageCount, key: scale.appending("W"))
    }
    try checkPerStage(microbatch.memory, stageCount: stageCount, key: key.appending("memory"))
  }

  /// Checks one factor, or one for every stage.
  private static func checkPerStage(
    _ factors: PerStage, stageCount: Int, key: ProblemKey
  ) throws(ProblemError) {
    switch factors {
    case .same(let factor): try checkFactor(factor, key: key)
    case .each(let factors):
      guard factors.count == stageCount else {
        throw ProblemError(key, .wrongLength(factors.count, expected: stageCount, of: "stage"))
      }
      for (stage, factor) in factors.enumerated() {
        try checkFactor(factor, key: key.appending(.index(stage)))
      }
    }
  }

  /// Checks that layers have names and stand once on a stage. Small modules, such as a rotary embedding, may be
  /// on several.
  private static func checkLayers(of stage: Stage, key: ProblemKey) throws(ProblemError) {
    guard let layers = stage.layers else { return }
    var seen: Set<String> = []
    for (index, layer) in layers.enumerated() {
      guard !layer.isEmpty else { throw ProblemError(key.appending(.index(index)), .namelessLayer) }
      guard seen.insert(layer).inserted else {
        throw ProblemError(key.appending(.index(index)), .repeatedLayer(layer))
      }
    }
  }

  /// The hosts of every stage under a placement.
  ///
  /// - Throws: `ProblemError` when stages and devices do not suit it.
  /// - Complexity: O(stages).
  public static func hosts(
    of placement: Placement, stageCount: Int, deviceCount: Int
  ) throws(ProblemError) -> [[Device.ID]] {
    try checkPlacement(placement, stageCount: stageCount, deviceCount: deviceCount)
    return placement.hosts(stageCount: stageCount, deviceCount: deviceCount)
  }

  private static func checkPlacement(
    _ placement: Placement, stageCount: Int, deviceCount: Int
  ) throws(ProblemError) {
    let key: ProblemKey = ["placement"]
    switch placement {
    case .sequential:
      guard stageCount == deviceCount else {
        throw ProblemError(key, .notOneStagePerDevice(stages: stageCount, devices: deviceCount))
      }
    case .loop, .v:
      guard stageCount >= deviceCount else {
        throw ProblemError(key, .deviceWithoutStage(stages: stageCount, devices: deviceCount))
      }
    case .explicit(let hosts):
      guard hosts.count == stageCount else {
        throw ProblemError(key, .wrongLength(hosts.count, expected: stageCount, of: "stage"))
      }
      for (stage, devices) in hosts.enumerated() {
        let key = key.appending(.index(stage))
        guard !devices.isEmpty else { throw ProblemError(key, .empty("device")) }
        var seen = Set<Device.ID>()
        for device in devices {
          try checkDevice(device, count: deviceCount, key: key)
          guard seen.insert(device).inserted else { throw ProblemError(key, .repeatedDevice(device.index)) }
        }
      }
    }
  }

  private static func checkDevice(_ device: Device.ID, count: Int, key: ProblemKey) throws(ProblemError) {
    guard (0..<count).contains(device.index) else {
      throw ProblemError(key, .unknownDevice(device.index, count: count))
    }
  }

  static func defaultRoute(hosts: [[Device.ID]]) throws(ProblemError) -> Route {
    for (stage, devices) in hosts.enumerated() where devices.count > 1 {
      throw ProblemError(
        ["placement", .index(stage)],
        .replicatedWithoutRoute(stage: stage, devices: devices.map(\.index)))
    }
    return Route(
      visits: hosts.enumerated().map { Route.Visit(stage: Stage.ID($0.offset), device: $0.element[0]) })
  }

  static func checkRoutes(
    _ routes: [Route], indexes: [Int], hosts: [[Device.ID]], of microbatchCount: Int
  ) throws(ProblemError) {
    let key: ProblemKey = ["routes"]
    guard indexes.count == microbatchCount, indexes.allSatisfy(routes.indices.contains) else {
      throw ProblemError(key, .wrongLength(indexes.count, expected: microbatchCount, of: "microbatch"))
    }
    for (index, route) in routes.enumerated() {
      let key = key.appending(.index(index))
      guard !route.visits.isEmpty else { throw ProblemError(key, .empty("visit")) }
      var seen = Set<Stage.ID>()
      for visit in route.visits {
        guard hosts.indices.contains(visit.stage.index) else {
          throw ProblemError(key, .unknownStage(visit.stage.index, count: hosts.count))
        }
        guard seen.insert(visit.stage).inserted else {
          throw ProblemError(key, .repeatedStage(visit.stage.index))
        }
        guard hosts[visit.stage.index].contains(visit.device) else {
          throw ProblemError(key, .notHosted(stage: visit.stage.index, device: visit.device.index))
        }
      }
    }
  }

  private static func checkOverlap(_ overlap: Overlap?, stageCount: Int) throws(ProblemError) {
    guard let factors = overlap?.forwardBackward else { return }
    try checkPerStage(factors, stageCount: stageCount, key: ["overlap", "forwardBackward"])
  }

  private static func checkGap(_ gap: Gap) throws(ProblemError) {
    if let time = gap.uniform { return try checkMagnitude(time, key: ["gap"]) }
    for (name, time) in zip(["FF", "FB", "BF", "BB"], gap.times) {
      try checkMagnitude(time, key: ["gap", .name(name)])
    }
  }

  private static func checkBarrier(_ barrier: Barrier, deviceCount: Int) throws(ProblemError) {
    guard case .groups(let groups) = barrier else { return }
    var seen = Set<Device.ID>()
    for (index, group) in groups.enumerated() {
      let key: ProblemKey = ["barrier", .index(index)]
      guard !group.isEmpty else { throw ProblemError(key, .empty("device")) }
      for device in group {
        try checkDevice(device, count: deviceCount, key: key)
        guard seen.insert(device).inserted else { throw ProblemError(key, .repeatedDevice(device.index)) }
      }
    }
  }

  /// Checks that the microbatches are whole sequences and that all pieces of one take the same route.
  static func checkPieces(_ pieces: Int, routeIndexes: [Int32]) throws(ProblemError) {
    guard pieces != 1 else { return }
    try checkCount(pieces, key: ["pieces"])
    guard routeIndexes.count.isMultiple(of: pieces) else {
      throw ProblemError(["pieces"], .partOfSequence(microbatches: routeIndexes.count, pieces: pieces))
    }
    for (index, route) in routeIndexes.enumerated() where route != routeIndexes[index - index % pieces] {
      throw ProblemError(["routes"], .dividedSequence(microbatch: index, first: index - index % pieces))
    }
  }

  /// Checks that every device holds one microbatch, and names the device that lacks room for the largest.
  static func checkMemory(of problem: Problem) throws(ProblemError) {
    let needed = problem.leastMemory
    let short = problem.devices.indices.filter { problem.devices[$0].capacity < needed[$0] }
    guard let worst = short.max(by: { (needed[$0], -$0) < (needed[$1], -$1) }),
      let limit = problem.devices[worst].memoryLimit
    else { return }
    throw ProblemError(
      ["memoryLimit", .index(worst)], .limitTooSmall(device: worst, limit: limit, needed: needed))
  }
}
