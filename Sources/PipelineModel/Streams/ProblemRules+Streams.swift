extension ProblemRules {
  /// Checks streams, phases and tasks against the plain problem that they belong to.
  ///
  /// - Complexity: O(phases + tasks and what they need and feed).
  static func checkStreams(of problem: StreamedProblem) throws(ProblemError) {
    try checkNames(of: problem.streams)
    if problem.messageStream == 0 { throw ProblemError(["streams", .index(0)], .messagesOnComputeStream) }
    for (index, phases) in problem.phases.enumerated() {
      try checkPhases(phases, of: problem.plain.stages[index], index, in: problem)
    }
    if !problem.isPlain { try checkNeighbours(of: problem.plain.instance) }
    for (index, task) in problem.tasks.enumerated() {
      try checkTask(task, key: ["tasks", .index(index)], in: problem)
      if let earlier = problem.tasks.prefix(index).firstIndex(where: { $0.name == task.name }) {
        throw ProblemError(["tasks", .index(index), "name"], .repeatedTask(task.name, earlier: earlier))
      }
    }
    // Orders tell what waits for room, and what other streams hold no order tells.
    let holdsByTime = problem.streams.count > 1 && problem.tasks.contains { $0.memory > 0 }
    if holdsByTime, let stage = problem.plain.stages.firstIndex(where: { $0.offload > 0 }) {
      throw ProblemError(["stages", .index(stage), "offload"], .besideTasks)
    }
  }

  private static func checkNames(of streams: [String]) throws(ProblemError) {
    guard !streams.isEmpty else { throw ProblemError(["streams"], .empty("stream")) }
    for (index, name) in streams.enumerated() {
      let key: ProblemKey = ["streams", .index(index)]
      guard !name.isEmpty else { throw ProblemError(key, .namelessStream) }
      guard !streams.prefix(index).contains(name) else { throw ProblemError(key, .repeatedStream(name)) }
    }
  }

  private static func checkPhases(
    _ phases: StagePhases, of stage: Stage, _ index: Int, in problem: StreamedProblem
  ) throws(ProblemError) {
    for (name, list) in [
      ("forward", phases.forward), ("backwardInput", phases.backwardInput),
      ("backwardWeight", phases.backwardWeight),
    ] {
      let key: ProblemKey = ["stages", .index(index), .name(name)]
      for (number, phase) in list.enumerated() {
        try checkMagnitude(phase.time, key: key.appending(.index(number)))
        if list.count > 1, phase.time == 0 { throw ProblemError(key.appending(.index(number)), .emptyPhase) }
        guard problem.streams.indices.contains(phase.stream) else {
          throw ProblemError(key, .unknownStreamNumber(phase.stream, count: problem.streams.count))
        }
      }
    }
    guard !phases.arePlain else { return }
    let key: ProblemKey = ["stages", .index(index)]
    // What is held is counted on the compute stream, from the start of F to the ends of B and W.
    let holds = stage.activationForB > 0
    if holds, phases.forward[0].stream != 0 {
      throw ProblemError(key, .phaseHoldsMemory("the first phase of F"))
    }
    if stage.hasBackward, phases.backwardInput.last?.stream != phases.forward[0].stream {
      throw ProblemError(key, .phaseHoldsMemory("the last phase of B"))
    }
    if let weight = phases.backwardWeight.last, weight.stream != phases.forward[0].stream {
      throw ProblemError(key, .phaseHoldsMemory("the last phase of W"))
    }
    let growsLate = stage.checkpoint != nil && phases.backwardInput.count > 1
    if growsLate || !stage.modes.isEmpty || stage.recompute != nil || stage.offload > 0
      || stage.hasEndDurations
    {
      throw ProblemError(key, .besidePhases)
    }
  }

  /// Checks that nothing stands beside streams and tasks that engines do not know there.
  static func checkNeighbours(of instance: Instance) throws(ProblemError) {
    if instance.overlap != nil { throw ProblemError(["overlap"], .besideTasks) }
    if instance.communication.serialise == .link {
      throw ProblemError(["communication", "serialise"], .linksBesideTasks)
    }
    if let stage = instance.stages.firstIndex(where: { $0.messageBytes != nil }) {
      throw ProblemError(["stages", .index(stage), "bytes"], .besideTasks)
    }
    if instance.skipReorder != nil { throw ProblemError(["skipReorder"], .besideTasks) }
    if instance.pieces > 1 { throw ProblemError(["pieces"], .besideTasks) }
    if instance.stages.contains(where: { !$0.modes.isEmpty }) { throw ProblemError(["modes"], .besideTasks) }
  }

  private static func checkTask(
    _ task: PipelineTask, key: ProblemKey, in problem: StreamedProblem
  ) throws(ProblemError) {
    let plain = problem.plain
    let isWord = !task.name.isEmpty && !task.name.contains { $0.isWhitespace || $0 == "." || $0 == "/" }
    guard isWord, case .task = PipelineTask.Reference(task.name) else {
      throw ProblemError(key.appending("name"), .noTaskName(task.name))
    }
    try checkMagnitude(task.time, key: key.appending("time"))
    try checkMagnitude(task.memory, key: key.appending("memory"))
    guard problem.streams.indices.contains(task.stream) else {
      throw ProblemError(
        key.appending("stream"), .unknownStreamNumber(task.stream, count: problem.streams.count))
    }
    try checkCount(task.pieces, key: key.appending("pieces"))
    if case .listed(let devices) = task.hosts {
      guard !devices.isEmpty else { throw ProblemError(key.appending("devices"), .empty("device")) }
      for device in devices where !plain.devices.indices.contains(device.index) {
        throw ProblemError(
          key.appending("devices"), .unknownDevice(device.index, count: plain.deviceCount))
      }
    }
    if task.isAhead, task.feeds.isEmpty { throw ProblemError(key.appending("ahead"), .aheadOfNothing) }
  }
}
