/// A scheduling problem: stages with their costs, the devices that host them and the microbatches to train on.
///
/// A value of this type has been checked: every count agrees, every number is finite and in range, every stage
/// has a host, every route can be walked, and every device can hold at least one microbatch.
public struct Problem: Hashable, Sendable {
  /// What reports call the problem; empty when it has no name.
  public let name: String
  /// Where its numbers come from.
  public let source: String?
  /// The labels of its numbers.
  public let units: Units
  /// The pipeline's devices, at least one.
  public let devices: [Device]
  /// The model's stages, at least one.
  public let stages: [Stage]
  /// How many transformer layers the stages have together, where it is stated: what their names are held to.
  public let layerCount: Int?
  /// The batch, at least one microbatch.
  public let microbatches: [Microbatch]
  /// Which device hosts each stage, as the user said it.
  public let placement: Placement
  /// The latencies between devices.
  public private(set) var communication: Communication
  /// What overlapped pairs gain; `nil` where the parts of a pair run one after the other.
  public private(set) var overlap: Overlap?
  /// In how many pieces each sequence is cut; 1 for whole ones. Microbatches k*pieces, ..., (k+1)*pieces - 1 are
  /// then the pieces of sequence k: a stage runs their `F` in ascending, their `B` in descending order.
  public let pieces: Int
  /// What the routes have to keep to; `nil` where they are given. A checker looks whether they do.
  public let skipReorder: SkipReorderRules?

  /// The devices that host each stage, spelled out from `placement`; one non-empty entry per stage.
  public let hosts: [[Device.ID]]
  /// The distinct routes; a microbatch's own is found by `route(of:)`.
  public let routes: [Route]
  /// The position in `routes` of each microbatch's route.
  public let routeIndexes: [Int32]

  /// Checks a problem and spells out its placement and routes.
  ///
  /// - Parameter routes: the distinct routes and, per microbatch, the position of its own among them. `nil`
  ///   stands for the default: every microbatch visits all stages in order, which needs one host per stage.
  /// - Throws: `ProblemError` naming the first key that cannot be.
  /// - Complexity: O(devices² + stages + microbatches + visits of the distinct routes).
  public init(
    name: String = "", source: String? = nil, units: Units = Units(),
    devices: [Device], stages: [Stage], layerCount: Int? = nil, microbatches: [Microbatch],
    placement: Placement = .sequential, communication: Communication = .uniform(0),
    overlap: Overlap? = nil, pieces: Int = 1, skipReorder: SkipReorderRules? = nil,
    routes: (distinct: [Route], indexes: [Int])? = nil
  ) throws(ProblemError) {
    self.name = name
    self.source = source
    self.units = units
    self.devices = devices
    self.stages = stages
    self.layerCount = layerCount
    self.microbatches = microbatches
    self.placement = placement
    self.overlap = overlap
    self.pieces = pieces
    self.skipReorder = skipReorder
    try ProblemRules.checkValues(
      devices: devices, stages: stages, microbatches: microbatches, communication: communication)
    self.communication = communication.withoutDiagonals
    try ProblemRules.checkOverlap(overlap)
    let hosts = try ProblemRules.hosts(
      of: placement, stageCount: stages.count, deviceCount: devices.count)
    self.hosts = hosts
    try ProblemRules.checkDurations(
      of: stages, hosts: hosts, devices: devices, microbatches: microbatches)
    try ProblemRules.checkOrigins(of: microbatches, deviceCount: devices.count)
    if let skipReorder {
      try ProblemRules.checkSkipReorder(
        skipReorder, hosts: hosts, deviceCount: devices.count, microbatchCount: microbatches.count)
    }
    if let routes {
      try ProblemRules.checkRoutes(
        routes.distinct, indexes: routes.indexes, hosts: hosts, of: microbatches.count)
      self.routes = routes.distinct
      self.routeIndexes = routes.indexes.map { Int32($0) }
    } else {
      self.routes = [try ProblemRules.defaultRoute(hosts: hosts)]
      self.routeIndexes = Array(repeating: 0, count: microbatches.count)
    }
    try ProblemRules.checkLayers(of: self)
    try ProblemRules.checkReach(of: self.routes, over: communication)
    try ProblemRules.checkPieces(pieces, routeIndexes: routeIndexes)
    try ProblemRules.checkSize(
      visitCount: visitCount, routeCount: self.routes.count, stageCount: stages.count)
    try ProblemRules.checkMemory(of: self)
  }
}

extension Problem {
  /// The same problem without overlapped pairs and without messages that wait for each other: a problem wherever
  /// this one is. The same orders run in it, with the same memory.
  package var withoutInteraction: Problem {
    var alone = self
    alone.overlap = nil
    alone.communication = communication.unserialised
    return alone
  }

  /// The number of devices, D.
  public var deviceCount: Int { devices.count }
  /// The number of stages, S.
  public var stageCount: Int { stages.count }
  /// The number of microbatches, M.
  public var microbatchCount: Int { microbatches.count }

  /// The route of one microbatch. O(1).
  public func route(of microbatch: Microbatch.ID) -> Route {
    routes[Int(routeIndexes[microbatch.index])]
  }

  /// The number of visits over all microbatches; each is one `F`, one `B` and one `W`. O(microbatches).
  public var visitCount: Int {
    routeIndexes.reduce(0) { $0 + routes[Int($1)].visits.count }
  }

  /// The number of operations of a schedule with split backward passes: three a visit. O(microbatches).
  public var operationCount: Int { 3 * visitCount }

  /// Whether every stage has one host and every microbatch visits all stages in order.
  public var usesDefaultRoute: Bool {
    routes.count == 1 && hosts.allSatisfy { $0.count == 1 }
      && routes[0].visits.map(\.stage) == (0..<stageCount).map { Stage.ID($0) }
  }

  /// Whether stage s is alone on device s, for every s, and every microbatch visits all stages in order, uncut.
  public var isSequential: Bool {
    pieces == 1 && usesDefaultRoute && stageCount == deviceCount
      && hosts.indices.allSatisfy { hosts[$0][0].index == $0 }
  }

  /// What a stage costs where a route meets it: its durations are those of the device. O(1).
  public func costs(at visit: Route.Visit) -> Stage {
    stages[visit.stage.index].atSpeed(devices[visit.device.index].speed)
  }

  /// How long an operation lasts on a device, in the problem's time unit. O(1).
  ///
  /// - Precondition: its stage and microbatch exist.
  public func duration(of operation: Operation, on device: Device.ID) -> Double {
    let scale = microbatches[operation.microbatch.index].scale
    return costs(at: Route.Visit(stage: operation.stage, device: device)).duration(of: operation.kind) * scale
  }

  /// The memory each device holds all the time: the static memory of every stage it hosts. O(stages).
  public var staticMemory: [Double] {
    var memory = [Double](repeating: 0, count: deviceCount)
    for (stage, devices) in zip(stages, hosts) {
      for device in devices { memory[device.index] += stage.staticMemory }
    }
    return memory
  }

  /// The time each device is busy: its operations and, where it has any, its optimizer step.
  /// O(visits of the distinct routes + microbatches).
  public var deviceWork: [Double] {
    var scales = [Double](repeating: 0, count: routes.count)
    for (microbatch, route) in zip(microbatches, routeIndexes) { scales[Int(route)] += microbatch.scale }
    var work = [Double](repeating: 0, count: deviceCount)
    var visited = [Bool](repeating: false, count: deviceCount)
    for (route, scale) in zip(routes, scales) where scale > 0 {
      for visit in route.visits {
        work[visit.device.index] += costs(at: visit).work * scale
        visited[visit.device.index] = true
      }
    }
    for index in devices.indices where visited[index] { work[index] += devices[index].optimizerStep }
    return work
  }

  /// The activation memory one microbatch holds on each device once all its forwards have run, the largest
  /// over all routes: the least any schedule can need there besides static memory. O(visits).
  public var activationsOfOneMicrobatch: [Double] {
    var most = [Double](repeating: 0, count: deviceCount)
    for route in routes {
      var held = [Double](repeating: 0, count: deviceCount)
      for visit in route.visits { held[visit.device.index] += stages[visit.stage.index].activationForB }
      for device in held.indices { most[device] = max(most[device], held[device]) }
    }
    return most
  }

  /// The least memory limit of each device under which any schedule fits: what one microbatch needs. Running
  /// one microbatch after another needs no more. O(visits of the distinct routes).
  public var leastMemory: [Double] { zip(staticMemory, activationsOfOneMicrobatch).map { $0 + $1 } }
}
