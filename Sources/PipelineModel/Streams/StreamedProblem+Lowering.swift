extension StreamedProblem {
  /// The problem in which streams are devices, further phases stages, and tasks stages with microbatches of their own.
  ///
  /// - Throws: `ProblemError` where passes and tasks wait for each other in a circle, or a task fits nowhere.
  /// - Complexity: O(problem + copies of tasks x what they need and feed).
  public func lowered() throws(ProblemError) -> Problem {
    if isPlain { return plain }
    var lowering = StreamLowering(self)
    for stage in plain.stages.indices { try lowering.addStage(stage) }
    for stage in plain.stages.indices { lowering.addSidePhases(of: stage) }
    for task in tasks.indices { try lowering.addTask(task) }
    for task in tasks.indices { try lowering.connectTask(task) }
    let problem = try lowering.problem()
    if let circle = problem.precedenceCircle { throw ProblemError(["tasks"], .circle(circle)) }
    return problem
  }
}

/// A plain problem on its way to one in which streams are devices, and phases and tasks stages.
struct StreamLowering {
  let written: StreamedProblem
  private(set) var stages: [Stage] = []
  private(set) var hosts: [[Device.ID]] = []
  private(set) var parts: [StreamLayout.Part] = []
  private(set) var precedences: [Precedence] = []
  /// Of each stage as written, the one that begins and ends its passes, and the one whose output others need.
  private var main: [Stage.ID] = []
  private var last: [Stage.ID] = []
  /// The stages of side phases and of tasks with a copy for every microbatch, which all microbatches visit last.
  private var visitedLast: [(stage: Stage.ID, after: Int?)] = []
  /// The further microbatches: where each visits which stage.
  private var further: [Route.Visit] = []
  /// The stages of each task's copies, with the copy that each is.
  private var copies: [[(stage: Stage.ID, copy: Int?, device: Device.ID)]] = []
  /// Of each stage the one as written whose factors it has, by the kind of pass that its `F` is.
  private var factors: [(stage: Int, kind: Operation.Kind)?] = []

  private var plain: Problem { written.plain }
  private var deviceCount: Int { plain.deviceCount }

  init(_ written: StreamedProblem) { self.written = written }

  private func device(_ device: Device.ID, _ stream: Int) -> Device.ID {
    Device.ID(stream * deviceCount + device.index)
  }

  private mutating func add(
    _ stage: Stage, on hosts: [Device.ID], _ part: StreamLayout.Part, factors: (Int, Operation.Kind)?
  ) -> Stage.ID {
    stages.append(stage)
    self.hosts.append(hosts)
    parts.append(part)
    self.factors.append(factors.map { (stage: $0.0, kind: $0.1) })
    return Stage.ID(stages.count - 1)
  }

  // MARK: Stages

  /// Adds a stage with the first phase of its `F` and the last ones of its other passes, and behind it those of the
  /// other phases of its `F`, each with the phase of its `B` that undoes it where there is one.
  mutating func addStage(_ index: Int) throws(ProblemError) {
    let (stage, phases) = (plain.stages[index], written.phases[index])
    let (own, mirrored) = (Stage.ID(index), phases.areMirrored)
    func name(_ kind: Operation.Kind, _ phase: Int, of list: [Phase]) -> StreamLayout.Work {
      .pass(kind, stage: own, phase: list.count > 1 ? phase : nil)
    }
    let backwards = phases.backwardInput
    var first = stage
    first.forward = phases.forward[0].time
    first.backward = stage.backward.with(
      input: backwards.last?.time ?? 0, weight: phases.backwardWeight.last?.time ?? 0)
    first.inputs = stage.inputs?.map { last[$0.index] }
    let id = add(
      first, on: plain.hosts[index].map { device($0, phases.forward[0].stream) },
      StreamLayout.Part(
        forward: name(.forward, 0, of: phases.forward),
        backwardInput: backwards.isEmpty ? nil : name(.backwardInput, backwards.count - 1, of: backwards),
        backwardWeight: phases.backwardWeight.isEmpty
          ? nil : name(.backwardWeight, phases.backwardWeight.count - 1, of: phases.backwardWeight)),
      factors: (index, .forward))
    main.append(id)
    var end = id
    for (number, phase) in phases.forward.enumerated().dropFirst() {
      let undoing = mirrored ? phases.forward.count - 1 - number : nil
      let time = undoing.map { backwards[$0].time }
      let next = Stage(
        forward: phase.time, backward: time.map { .input($0) } ?? .none, activationForB: 0, activationForW: 0)
      end = add(
        next, on: plain.hosts[index].map { device($0, phase.stream) },
        StreamLayout.Part(
          forward: name(.forward, number, of: phases.forward),
          backwardInput: undoing.map { name(.backwardInput, $0, of: backwards) }),
        factors: (index, .forward))
    }
    last.append(end)
  }

  /// Adds the phases of `B` that undo none of `F`, and those of `W` but the last.
  mutating func addSidePhases(of index: Int) {
    let phases = written.phases[index]
    func add(_ list: [Phase], _ kind: Operation.Kind, before end: Precedence.End) -> [Precedence.End] {
      var ends: [Precedence.End] = []
      for (number, phase) in list.dropLast().enumerated() {
        let side = self.add(
          Stage(forward: phase.time, backward: .none, activationForB: 0, activationForW: 0, inputs: []),
          on: plain.hosts[index].map { device($0, phase.stream) },
          StreamLayout.Part(forward: .pass(kind, stage: Stage.ID(index), phase: number)),
          factors: (index, kind))
        visitedLast.append((side, after: index))
        ends.append(Precedence.End(.forward, stage: side))
      }
      for (one, other) in zip(ends, ends.dropFirst() + [end]) { within(one, other) }
      return ends
    }
    let main = main[index]
    if !phases.areMirrored, phases.backwardInput.count > 1 {
      let sides = add(
        phases.backwardInput, .backwardInput, before: Precedence.End(.backwardInput, stage: main))
      within(Precedence.End(.forward, stage: last[index]), sides[0])
      for other in consumers(of: index) {
        within(Precedence.End(.backwardInput, stage: self.main[other]), sides[0])
      }
    } else if !phases.areMirrored, phases.forward.count > 1, !phases.backwardInput.isEmpty {
      let backward = Precedence.End(.backwardInput, stage: main)
      within(Precedence.End(.forward, stage: last[index]), backward)
      for other in consumers(of: index) {
        within(Precedence.End(.backwardInput, stage: self.main[other]), backward)
      }
    }
    if phases.backwardWeight.count > 1 {
      let sides = add(
        phases.backwardWeight, .backwardWeight, before: Precedence.End(.backwardWeight, stage: main))
      within(Precedence.End(.backwardInput, stage: main), sides[0])
    }
  }

  /// The stages with a backward pass that need the output of one on some route.
  private func consumers(of stage: Int) -> [Int] {
    var found = Set<Int>()
    for route in plain.routes {
      let links = RouteLinks(of: route.visits, stages: plain.stages)
      guard let position = route.visits.firstIndex(where: { $0.stage.index == stage }) else { continue }
      found.formUnion(links.outputs[position].map { route.visits[$0].stage.index })
    }
    return found.filter { plain.stages[$0].hasBackward }.sorted()
  }

  private mutating func within(_ producer: Precedence.End, _ consumer: Precedence.End) {
    precedences.append(Precedence(producer, before: consumer, isWithinMicrobatch: true))
  }

  // MARK: Tasks

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

  // MARK: Together

  /// Puts the lowered problem together.
  func problem() throws(ProblemError) -> Problem {
    var lowered = ProblemParts(of: plain)
    let streamCount = written.streams.count
    lowered.stages = stages
    lowered.instance.partition = nil
    lowered.placement = .explicit(hosts)
    lowered.devices = (0..<streamCount).flatMap { stream in
      plain.devices.map { device in
        stream == 0 ? device : Device(speed: device.speed)
      }
    }
    lowered.communication = plain.communication.copied(forStreams: streamCount, of: deviceCount)
    if case .all = plain.barrier, streamCount > 1 {
      lowered.barrier = .groups([plain.devices.indices.map { Device.ID($0) }])
    }
    lowered.microbatches = plain.microbatches.map { scaled($0) } + further.map { _ in Microbatch() }
    lowered.modes = nil
    lowered.precedences = precedences
    let own = plain.microbatches.indices.map { route(of: plain.route(of: Microbatch.ID($0))) }
    lowered.give(own + further.map { Route(visits: [$0]) })
    lowered.instance.layout = StreamLayout(written, parts: parts)
    return try lowered.problem()
  }

  /// The visits of a route with those of further phases and tasks.
  private func route(of route: Route) -> Route {
    var visits: [Route.Visit] = []
    for visit in route.visits {
      for stage in main[visit.stage.index].index...last[visit.stage.index].index {
        visits.append(self.visit(Stage.ID(stage), near: visit.device))
      }
    }
    for (stage, after) in visitedLast {
      if let after {
        guard let visit = route.visits.first(where: { $0.stage.index == after }) else { continue }
        visits.append(self.visit(stage, near: visit.device))
      } else {
        visits.append(Route.Visit(stage: stage, device: hosts[stage.index][0]))
      }
    }
    return Route(visits: visits)
  }

  private func visit(_ stage: Stage.ID, near device: Device.ID) -> Route.Visit {
    let host = hosts[stage.index].first { $0.index % deviceCount == device.index } ?? device
    return Route.Visit(stage: stage, device: host)
  }

  /// A microbatch with its factors for all stages: of tasks, the one factor of all its passes.
  private func scaled(_ microbatch: Microbatch) -> Microbatch {
    guard microbatch != Microbatch() else { return microbatch }
    var scaled = microbatch
    let scale = microbatch.scale
    let alone: Double =
      if case .same(let factor) = scale.forward, scale.backwardInput == scale.forward,
        scale.backwardWeight == scale.forward
      { factor } else { 1 }
    func each(_ factors: @escaping (Operation.Kind) -> PerStage, _ other: Double) -> (Operation.Kind) ->
      PerStage
    {
      { kind in
        PerStage.each(
          self.factors.map { own in
            guard let own else { return other }
            return factors(own.kind == .forward ? kind : own.kind)[Stage.ID(own.stage)]
          }
        ).simplified
      }
    }
    let times = each(
      {
        switch $0 {
        case .backwardInput: scale.backwardInput
        case .backwardWeight: scale.backwardWeight
        default: scale.forward
        }
      }, alone)
    scaled.scale = Microbatch.Scale(
      forward: times(.forward), backwardInput: times(.backwardInput), backwardWeight: times(.backwardWeight))
    scaled.memory = each({ _ in microbatch.memory }, 1)(.forward)
    return scaled
  }
}

extension Stage.Backward {
  /// The same passes with other times.
  fileprivate func with(input: Double, weight: Double) -> Stage.Backward {
    switch self {
    case .split: .split(input: input, weight: weight)
    case .input: .input(input)
    case .whole: .whole(input)
    case .none: .none
    }
  }
}

extension Communication {
  /// The same links between the devices that stand for streams: those of one device reach each other at once.
  fileprivate func copied(forStreams count: Int, of deviceCount: Int) -> Communication {
    guard count > 1 else { return self }
    func copied(_ entry: (Int, Int) -> Double, own: Double) -> [[Double]] {
      (0..<count * deviceCount).map { source in
        (0..<count * deviceCount).map { target in
          let (one, other) = (source % deviceCount, target % deviceCount)
          return one == other ? own : entry(one, other)
        }
      }
    }
    switch self {
    case .uniform(let latency): return latency == 0 ? self : .matrix(copied({ _, _ in latency }, own: 0))
    case .matrix(let latency): return .matrix(copied({ latency[$0][$1] }, own: 0))
    case .links(let links):
      var own = links
      own.latency = copied({ links.latency[$0][$1] }, own: 0)
      own.bandwidth = copied({ links.bandwidth[$0][$1] }, own: .infinity)
      return .links(own)
    }
  }
}
