extension StreamLowering {
  /// Adds the stages of a task's copies, and the microbatches of those that belong to none.
  mutating func addTask(_ index: Int) throws(ProblemError) {
    let task = written.tasks[index]
    var own: [(stage: Stage.ID, copy: Int?, device: Device.ID)] = []
    func stage() -> Stage {
      Stage(
        forward: task.time / Double(task.pieces), backward: .none, activationForB: task.memory,
        activationForW: 0, inputs: [])
    }
    if task.extent == .microbatch {
      let host = try host(of: task, at: index, copy: 0)
      for piece in 0..<task.pieces {
        let id = add(
          stage(), on: [device(host, task.stream)],
          StreamLayout.Part(
            forward: .task(index, copy: nil, piece: task.pieces > 1 ? piece : nil)), factors: nil)
        visitedLast.append((id, after: nil))
        own.append((id, copy: nil, device: host))
      }
    } else {
      for copy in copyNumbers(of: task) {
        let host = try host(of: task, at: index, copy: copy ?? 0)
        let first = plain.microbatchCount + further.count
        let id = add(
          stage(), on: [device(host, task.stream)],
          StreamLayout.Part(forward: .task(index, copy: copy, piece: nil), firstPiece: first), factors: nil)
        for _ in 0..<task.pieces {
          further.append(Route.Visit(stage: id, device: device(host, task.stream)))
        }
        own.append((id, copy: copy, device: host))
      }
    }
    copies.append(own)
  }

  private func copyNumbers(of task: PipelineTask) -> [Int?] {
    switch task.extent {
    case .stage: plain.stages.indices.map { $0 }
    case .device: plain.devices.indices.map { $0 }
    case .microbatch, nil: [nil]
    }
  }

  /// The device of a copy.
  private func host(of task: PipelineTask, at index: Int, copy: Int) throws(ProblemError) -> Device.ID {
    let key: ProblemKey = ["tasks", .index(index), "devices"]
    switch task.hosts {
    case .own:
      switch task.extent {
      case .device: return Device.ID(copy)
      case .stage:
        guard plain.hosts[copy].count == 1 else {
          throw ProblemError(key, .taskWithoutDevice(task.name))
        }
        return plain.hosts[copy][0]
      case .microbatch, nil: throw ProblemError(key, .taskWithoutDevice(task.name))
      }
    case .listed(let devices) where devices.count == 1: return devices[0]
    case .listed(let devices)
    where task.extent != .microbatch && devices.count == copyNumbers(of: task).count:
      return devices[copy]
    case .listed, .any: throw ProblemError(key, .openDevices(task.name))
    }
  }

  /// Ties a task to what it needs and feeds.
  mutating func connectTask(_ index: Int) throws(ProblemError) {
    let task = written.tasks[index]
    for copy in copies[index] {
      let own = Precedence.End(.forward, stage: copy.stage)
      for (number, reference) in task.needs.enumerated() {
        let key: ProblemKey = ["tasks", .index(index), "needs", .index(number)]
        for (end, within) in try ends(of: reference, for: task, copy, key) {
          precedences.append(Precedence(end, before: own, isWithinMicrobatch: within))
        }
      }
      for (number, reference) in task.feeds.enumerated() {
        let key: ProblemKey = ["tasks", .index(index), "feeds", .index(number)]
        for (end, within) in try ends(of: reference, for: task, copy, key) {
          precedences.append(Precedence(own, before: end, isWithinMicrobatch: within))
        }
      }
    }
  }

  /// The operations that a reference stands for, and whether a microbatch's copy of the task means its own.
  private func ends(
    of reference: PipelineTask.Reference, for task: PipelineTask,
    _ copy: (stage: Stage.ID, copy: Int?, device: Device.ID), _ key: ProblemKey
  ) throws(ProblemError) -> [(Precedence.End, isWithin: Bool)] {
    let isPerMicrobatch = task.extent == .microbatch
    switch reference {
    case .task(let name):
      guard let other = written.tasks.firstIndex(where: { $0.name == name }) else {
        throw ProblemError(key, .unknownTask(name, known: written.tasks.map(\.name)))
      }
      let bothPerMicrobatch = isPerMicrobatch && written.tasks[other].extent == .microbatch
      return copies[other].map { (Precedence.End(.forward, stage: $0.stage), bothPerMicrobatch) }
    case .passes(let kinds, let stage, let microbatch):
      let named = stage.map { [$0] } ?? ownStages(of: task, copy)
      guard !named.isEmpty else { throw ProblemError(key, .withoutStage(reference.text)) }
      var found: [(Precedence.End, isWithin: Bool)] = []
      for stage in named {
        guard plain.stages.indices.contains(stage) else {
          throw ProblemError(key, .unknownStage(stage, count: plain.stageCount))
        }
        if let microbatch, !plain.microbatches.indices.contains(microbatch) {
          throw ProblemError(key, .unknownMicrobatch(microbatch, count: plain.microbatchCount))
        }
        for kind in kinds {
          guard plain.stages[stage].backward.has(kind) else {
            throw ProblemError(key, .withoutPass(kind, stage: stage))
          }
          let isNeed = key.steps.contains { if case .name("needs") = $0 { true } else { false } }
          let id = endStage(of: kind, stage, isNeed: isNeed)
          let end = Precedence.End(id.kind, stage: id.stage, microbatch: microbatch.map { Microbatch.ID($0) })
          found.append((end, isWithin: isPerMicrobatch && microbatch == nil))
        }
      }
      return found
    }
  }

  /// The stages that a copy is for; none where it is for no stage.
  private func ownStages(
    of task: PipelineTask, _ copy: (stage: Stage.ID, copy: Int?, device: Device.ID)
  ) -> [Int] {
    switch task.extent {
    case .stage: copy.copy.map { [$0] } ?? []
    case .device: plain.hosts.indices.filter { plain.hosts[$0].contains(copy.device) }
    case .microbatch, nil: []
    }
  }

  /// The stage and kind of a pass's last phase, or of its first one.
  private func endStage(
    of kind: Operation.Kind, _ stage: Int, isNeed: Bool
  ) -> (stage: Stage.ID, kind: Operation.Kind) {
    if isNeed { return kind == .forward ? (last[stage], .forward) : (main[stage], kind) }
    let phases = written.phases[stage]
    let list = kind == .backwardInput ? phases.backwardInput : phases.backwardWeight
    guard kind != .forward, list.count > 1 else { return (main[stage], kind) }
    if kind == .backwardInput, phases.areMirrored { return (last[stage], kind) }
    let first = parts.firstIndex { part in
      part.forward == .pass(kind, stage: Stage.ID(stage), phase: 0)
    }
    return first.map { (Stage.ID($0), .forward) } ?? (main[stage], kind)
  }
}
