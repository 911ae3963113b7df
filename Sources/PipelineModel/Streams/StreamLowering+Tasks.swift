extension StreamLowering {
  /// Adds the stages of a task's copies, and the microbatches of those that belong to none: of pieces that run apart, stages
  /// of their own.
  mutating func addTask(_ index: Int) throws(ProblemError) {
    copies.append([])
    try addCopies(of: index, apartOn: nil)
    guard apart.contains(where: { $0.task == index }) else { return }
    try addCopies(of: index, apartOn: Device.ID(deviceCount * written.streams.count + lags.count))
    lags.append(leastTime(of: written.tasks[index]))
  }

  /// Adds what stands for the pieces that run apart, where there is a place for these, or for all others.
  private mutating func addCopies(of index: Int, apartOn place: Device.ID?) throws(ProblemError) {
    let task = written.tasks[index]
    if task.extent == .microbatch {
      for piece in 0..<task.pieces {
        let own = try plain.microbatches.indices.map { (copy) throws(ProblemError) in
          try host(of: task, at: index, copy: copy, piece: piece, apartOn: place)
        }
        guard let first = own.lazy.compactMap(\.self).first else { continue }
        let id = add(
          stage(of: task, isApart: place != nil), on: Set(own.compactMap(\.self)).sorted(),
          StreamLayout.Part(forward: .task(index, copy: nil, piece: task.pieces > 1 ? piece : nil)),
          factors: .task)
        microbatchTasks.append((id, own))
        copies[index].append((id, copy: nil, device: first))
      }
    } else {
      for copy in copyNumbers(of: task) {
        let own = try (0..<task.pieces).map { (piece) throws(ProblemError) in
          try host(of: task, at: index, copy: copy ?? 0, piece: piece, apartOn: place)
        }.compactMap(\.self)
        guard let device = own.first else { continue }
        let first = plain.microbatchCount + further.count
        let id = add(
          stage(of: task, isApart: place != nil), on: Set(own).sorted(),
          StreamLayout.Part(forward: .task(index, copy: copy, piece: nil), firstPiece: first), factors: .task)
        for device in own { further.append(Route.Visit(stage: id, device: device)) }
        copies[index].append((id, copy: copy, device: device))
      }
    }
  }

  /// What stands for pieces of a task.
  private func stage(of task: PipelineTask, isApart: Bool) -> Stage {
    Stage(
      forward: isApart ? 0 : task.time / Double(task.pieces), backward: .none,
      activationForB: isApart ? 0 : task.memory / Double(task.pieces), activationForW: 0, inputs: [])
  }

  /// The least that a piece takes on any device for any microbatch.
  private func leastTime(of task: PipelineTask) -> Double {
    let speed = plain.devices.reduce(0) { max($0, written.speed(of: task.stream, on: $1)) }
    let scale =
      task.extent == .microbatch
      ? plain.microbatches.reduce(1) { least, microbatch in
        min(least, microbatch.scale.factors.min() ?? 1)
      } : 1
    return task.time / Double(task.pieces) * scale / speed
  }

  /// The device of a piece of a copy; `nil` where it is not among those that run apart, if a place for these is given, or
  /// not among the others.
  private func host(
    of task: PipelineTask, at index: Int, copy: Int, piece: Int, apartOn place: Device.ID?
  ) throws(ProblemError) -> Device.ID? {
    let number = copy * task.pieces + piece
    guard apart.contains(TaskPiece(task: index, number: number)) == (place != nil) else { return nil }
    if let place { return place }
    if let chosen = written.taskHosts.devices[index] { return device(chosen[number], task.stream) }
    return device(try host(of: task, at: index, copy: copy), task.stream)
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
    // Several are a choice; a list for all copies names one device for each.
    case .listed(let devices): return devices[devices.indices.contains(copy) ? copy : 0]
    case .any: return Device.ID(0)
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
          let fed = Precedence(own, before: end, isWithinMicrobatch: within)
          task.isAhead ? handovers.append(fed) : precedences.append(fed)
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
  func endStage(
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
