extension StreamedProblem {
  /// The problem in which streams are devices, further phases stages, and tasks stages with microbatches of their own.
  ///
  /// - Throws: `ProblemError` where passes and tasks wait for each other in a circle, or a task fits nowhere.
  /// - Complexity: O(problem + copies of tasks x what they need and feed).
  public func lowered() throws(ProblemError) -> Problem { try lowered(apart: []) }

  /// The same where some pieces of each task are on a device of their own that runs all of them at once.
  func lowered(apart: Set<TaskPiece>) throws(ProblemError) -> Problem {
    if isPlain { return plain }
    var lowering = StreamLowering(self, apart: apart)
    for stage in plain.stages.indices { try lowering.addStage(stage) }
    for stage in plain.stages.indices { lowering.addSidePhases(of: stage) }
    lowering.addMessages()
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
  var stages: [Stage] = []
  var hosts: [[Device.ID]] = []
  var parts: [StreamLayout.Part] = []
  var precedences: [Precedence] = []
  /// What tasks do for the next iteration.
  var handovers: [Precedence] = []
  /// Of each stage as written, the one that begins and ends its passes, and the one whose output others need.
  var main: [Stage.ID] = []
  var last: [Stage.ID] = []
  /// The stages of side phases, each with the stage as written whose visits it follows.
  var sidePhases: [(stage: Stage.ID, after: Int)] = []
  /// Of each distinct route the visits to messages that occupy uplinks.
  var messages: [[Route.Visit]] = []
  /// The stages of tasks with a copy for every microbatch, which microbatches visit last, with the device of each.
  var microbatchTasks: [(stage: Stage.ID, devices: [Device.ID?])] = []
  /// How long tasks take that run apart, by the device that each has for itself.
  var lags: [Double] = []
  /// What runs beside all else.
  let apart: Set<TaskPiece>
  /// The further microbatches: where each visits which stage.
  var further: [Route.Visit] = []
  /// The stages of each task's copies, with the copy that each is.
  var copies: [[(stage: Stage.ID, copy: Int?, device: Device.ID)]] = []
  /// By which of a microbatch's factors each stage takes more or less.
  var factors: [Factor] = []

  /// What a microbatch changes of the times of a stage.
  enum Factor {
    /// Those of a stage as written, by the kind of pass that its `F` is.
    case pass(Int, Operation.Kind)
    /// All by the one factor of the microbatch, where it has one.
    case task
    /// Nothing.
    case none
  }

  var plain: Problem { written.plain }
  var deviceCount: Int { plain.deviceCount }

  init(_ written: StreamedProblem, apart: Set<TaskPiece>) {
    self.written = written
    self.apart = apart
  }

  func device(_ device: Device.ID, _ stream: Int) -> Device.ID {
    Device.ID(stream * deviceCount + device.index)
  }

  mutating func add(
    _ stage: Stage, on hosts: [Device.ID], _ part: StreamLayout.Part, factors: Factor
  ) -> Stage.ID {
    stages.append(stage)
    self.hosts.append(hosts)
    parts.append(part)
    self.factors.append(factors)
    return Stage.ID(stages.count - 1)
  }

  /// Lets a stage run on a further device.
  mutating func host(_ stage: Stage.ID, on device: Device.ID) {
    guard !hosts[stage.index].contains(device) else { return }
    hosts[stage.index] = (hosts[stage.index] + [device]).sorted()
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
        stream == 0 ? device : Device(speed: written.speed(of: stream, on: device))
      }
    }
    let links = plain.communication.copied(
      forStreams: streamCount, of: deviceCount, messages: written.messageStream)
    if lags.isEmpty {
      lowered.communication = links
    } else {
      let all = lowered.devices.count + lags.count
      try ProblemRules.checkLinks(between: all)
      lowered.communication = links.reaching(further: lags, deviceCount: lowered.devices.count)
      lowered.devices += lags.map { _ in Device() }
      // What runs at once has no gaps between, and a problem has one kind of gap.
      lowered.gap = .none
    }
    if case .all = plain.barrier, streamCount > 1 {
      lowered.barrier = .groups([plain.devices.indices.map { Device.ID($0) }])
    }
    lowered.microbatches = plain.microbatches.map { scaled($0) } + further.map { _ in Microbatch() }
    lowered.modes = nil
    lowered.precedences = precedences
    lowered.handovers = handovers
    let own = plain.microbatches.indices.map { route(of: Microbatch.ID($0)) }
    lowered.give(own + further.map { Route(visits: [$0]) })
    lowered.instance.layout = StreamLayout(written, parts: parts)
    return try lowered.problem()
  }

  /// The visits of a microbatch's route with those of further phases and tasks.
  private func route(of microbatch: Microbatch.ID) -> Route {
    let route = plain.route(of: microbatch)
    var visits: [Route.Visit] = []
    for visit in route.visits {
      for stage in main[visit.stage.index].index...last[visit.stage.index].index {
        visits.append(self.visit(Stage.ID(stage), near: visit.device))
      }
    }
    for (stage, after) in sidePhases {
      guard let visit = route.visits.first(where: { $0.stage.index == after }) else { continue }
      visits.append(self.visit(stage, near: visit.device))
    }
    if !messages.isEmpty { visits += messages[Int(plain.routeIndexes[microbatch.index])] }
    for (stage, devices) in microbatchTasks {
      devices[microbatch.index].map { visits.append(Route.Visit(stage: stage, device: $0)) }
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
            switch own {
            case .pass(let stage, let own): return factors(own == .forward ? kind : own)[Stage.ID(stage)]
            case .task: return other
            case .none: return 1
            }
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
