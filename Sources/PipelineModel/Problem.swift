/// A scheduling problem: stages with their costs, the devices that host them and the microbatches to train on.
///
/// A value of this type has been checked: every count agrees, every number is finite and in range, every stage
/// has a host, every route can be walked, and every device can hold at least one microbatch.
public struct Problem: Hashable, Sendable {
  /// All but the routes and the choice of modes.
  public private(set) var instance: Instance
  /// The devices that host each stage, spelled out from `placement`; one non-empty entry per stage.
  public let hosts: [[Device.ID]]
  /// The distinct routes; a microbatch's own is found by `route(of:)`.
  public let routes: [Route]
  /// The position in `routes` of each microbatch's route.
  public let routeIndexes: [Int32]
  /// The mode of each microbatch on each stage; one of the stages' modes, whatever `instance.modesPer` says.
  public private(set) var modes: ModeChoice
  /// The stages as they run in each of the distinct lists of modes.
  private var stagesInModes: [[Stage]]
  /// Per microbatch the first one of which precedences say the same; empty where none is named.
  let namedAlike: [Microbatch.ID?]

  /// Checks a problem and spells out its placement and routes.
  ///
  /// - Parameter routes: the distinct routes and, per microbatch, the position of its own among them. `nil`
  ///   stands for the default: every microbatch visits all stages in order, which needs one host per stage.
  /// - Parameter modes: `nil` stands for mode 0 everywhere or, where that does not fit, for the modes that hold least.
  /// - Throws: `ProblemError` naming the first key that cannot be.
  /// - Complexity: O(devices² + stages + microbatches + visits of the distinct routes).
  public init(
    _ instance: Instance, routes: (distinct: [Route], indexes: [Int])? = nil, modes: ModeChoice? = nil
  ) throws(ProblemError) {
    self.instance = instance
    try ProblemRules.checkValues(of: instance)
    self.instance.communication = instance.communication.withoutDiagonals
    let hosts = try ProblemRules.hosts(
      of: instance.placement, stageCount: instance.stages.count, deviceCount: instance.devices.count)
    self.hosts = hosts
    self.instance.partition = instance.partition?.making(
      instance.stages, on: hosts, modesPer: instance.modesPer)
    try ProblemRules.checkDurations(of: instance, hosts: hosts)
    try ProblemRules.checkHosts(of: instance, hosts: hosts)
    try ProblemRules.checkExtent(of: instance)
    try ProblemRules.checkOrigins(of: instance.microbatches, deviceCount: instance.devices.count)
    if let skipReorder = instance.skipReorder {
      try ProblemRules.checkSkipReorder(
        skipReorder, hosts: hosts, deviceCount: instance.devices.count,
        microbatchCount: instance.microbatches.count)
    }
    if let routes {
      try ProblemRules.checkRoutes(
        routes.distinct, indexes: routes.indexes, hosts: hosts, of: instance.microbatches.count)
      self.routes = routes.distinct
      self.routeIndexes = routes.indexes.map { Int32($0) }
    } else {
      self.routes = [try ProblemRules.defaultRoute(hosts: hosts)]
      self.routeIndexes = Array(repeating: 0, count: instance.microbatches.count)
    }
    try ProblemRules.checkPrecedences(of: instance)
    namedAlike = instance.microbatchesNamedAlike
    if let modes { try ProblemRules.check(modes, of: instance) }
    self.modes = (modes ?? .first(for: instance)).onVisits(of: self.routes, indexes: routeIndexes)
    stagesInModes = self.modes.stages(of: instance)
    try ProblemRules.checkLayers(of: self)
    try ProblemRules.checkInputs(of: self)
    try ProblemRules.checkReach(of: self)
    try ProblemRules.checkPieces(instance.pieces, routeIndexes: routeIndexes)
    try ProblemRules.checkSize(
      visitCount: visitCount, routeCount: self.routes.count, stageCount: instance.stages.count)
    if hasModes, modes == nil { try takeModesThatFit() } else { try ProblemRules.checkMemory(of: self) }
  }

  /// Makes further lists of modes known, which no microbatch has.
  package mutating func listModes(_ lists: [[Int]]) {
    modes.add(lists)
    stagesInModes = modes.stages(of: instance)
  }

  /// Stays in mode 0 where that fits, and takes the modes that hold least where it does not: with all pieces of a sequence
  /// where some do, else with one.
  private mutating func takeModesThatFit() throws(ProblemError) {
    var refusals: [ProblemError] = []
    var fitting: ModeChoice?
    let mayStay = instance.modesPer != .problem || choicesOfOneName.contains(modes)
    let first = mayStay ? [modes] : []
    for choice in first + ModeChoice.leanest(for: instance) {
      modes = choice.onVisits(of: routes, indexes: routeIndexes)
      stagesInModes = modes.stages(of: instance)
      do { try ProblemRules.checkMemory(of: self) } catch {
        refusals.append(error)
        continue
      }
      if deviceWithoutRoomForSequence == nil { return }
      fitting = fitting ?? modes
    }
    if let fitting {
      modes = fitting
      stagesInModes = modes.stages(of: instance)
      return
    }
    // The one that asks for least.
    guard let refusal = refusals.min(by: { $0.missingMemory < $1.missingMemory }) else { return }
    throw refusal
  }

  /// Checks a problem made of its facts and spells out its placement and routes, like `init(_:routes:)`.
  public init(
    name: String = "", source: String? = nil, units: Units = Units(),
    devices: [Device], stages: [Stage], layerCount: Int? = nil, microbatches: [Microbatch],
    placement: Placement = .sequential, communication: Communication = .uniform(0),
    overlap: Overlap? = nil, pieces: Int = 1, skipReorder: SkipReorderRules? = nil,
    routes: (distinct: [Route], indexes: [Int])? = nil
  ) throws(ProblemError) {
    try self.init(
      Instance(
        name: name, source: source, units: units, devices: devices, stages: stages, layerCount: layerCount,
        microbatches: microbatches, placement: placement, communication: communication, overlap: overlap,
        pieces: pieces, skipReorder: skipReorder),
      routes: routes)
  }
}

extension Problem {
  /// What reports call the problem; empty when it has no name.
  public var name: String { instance.name }
  /// Where its numbers come from.
  public var source: String? { instance.source }
  /// The labels of its numbers.
  public var units: Units { instance.units }
  /// The pipeline's devices, at least one.
  public var devices: [Device] { instance.devices }
  /// The model's stages, at least one, with all their modes: figures of a mode are found by `stage(_:of:)`.
  public var stages: [Stage] { instance.stages }
  /// The layers that make up the stages, and how many each stage has; `nil` where the stages themselves were given.
  public var partition: Partition? { instance.partition }
  /// The streams and tasks that are devices, stages and microbatches here; `nil` where there are none.
  public var layout: StreamLayout? { instance.layout }
  /// How many transformer layers the stages have together, where it is stated.
  public var layerCount: Int? { instance.layerCount }
  /// The batch, at least one microbatch.
  public var microbatches: [Microbatch] { instance.microbatches }
  /// Which device hosts each stage, as the user said it.
  public var placement: Placement { instance.placement }
  /// The latencies between devices.
  public var communication: Communication { instance.communication }
  /// What overlapped pairs gain; `nil` where the parts of a pair run one after the other.
  public var overlap: Overlap? { instance.overlap }
  /// The least time between two operations of a device.
  public var gap: Gap { instance.gap }
  /// Which devices wait for each other before their optimizer steps.
  public var barrier: Barrier { instance.barrier }
  /// Time after the last operation of all.
  public var tail: Double { instance.tail }
  /// In how many pieces each sequence is cut; 1 for whole ones.
  public var pieces: Int { instance.pieces }
  /// What the routes have to keep to; `nil` where they are given.
  public var skipReorder: SkipReorderRules? { instance.skipReorder }
}

extension Problem {
  /// The same problem without overlapped pairs and without messages that wait for each other: a problem wherever
  /// this one is. The same orders run in it, with the same memory.
  package var withoutInteraction: Problem {
    var alone = self
    alone.instance.overlap = nil
    alone.instance.communication = communication.unserialised
    return alone
  }

  /// The devices whose work counts as work: all or, where devices have streams, their compute streams.
  package var computeDevices: Range<Int> { 0..<asWritten.deviceCount }

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

  /// The number of visits over all microbatches. O(microbatches).
  public var visitCount: Int {
    routeIndexes.reduce(0) { $0 + routes[Int($1)].visits.count }
  }

  /// The number of operations of a schedule whose backward passes are split where they can be.
  /// O(visits of the distinct routes + microbatches).
  public var operationCount: Int {
    classRepresentatives.reduce(0) { total, group in
      total + group.count
        * route(of: group.microbatch).visits.reduce(0) {
          $0 + stage($1.stage, of: group.microbatch).passes(isFused: false).count
        }
    }
  }

  /// Whether every stage has one host and every microbatch visits all stages in order, each fed by the one before.
  public var usesDefaultRoute: Bool {
    layout == nil && isChain && routes.count == 1 && hosts.allSatisfy { $0.count == 1 }
      && routes[0].visits.map(\.stage) == (0..<stageCount).map { Stage.ID($0) }
  }

  /// Whether every visit needs the visit before it and nothing else. O(stages).
  public var isChain: Bool {
    let named = stages.indices.filter { stages[$0].inputs != nil }
    if named.isEmpty { return true }
    return routes.allSatisfy { route in
      let inputs = RouteLinks(of: route.visits, stages: stages).inputs
      return inputs.indices.allSatisfy { inputs[$0] == ($0 == 0 ? [] : [$0 - 1]) }
    }
  }

  /// Whether stage s is alone on device s, for every s, and every microbatch visits all stages in order, uncut.
  public var isSequential: Bool {
    pieces == 1 && usesDefaultRoute && stageCount == deviceCount
      && hosts.indices.allSatisfy { hosts[$0][0].index == $0 }
  }

  /// Whether any stage has modes to choose from. O(stages).
  public var hasModes: Bool { stages.contains { $0.choices.count > 1 } }
  /// Whether any stage has modes besides mode 0, a choice or not. O(stages).
  public var listsModes: Bool { stages.contains { !$0.modes.isEmpty } }

  /// A stage as a microbatch runs on it: in its mode, for a microbatch of scale 1 on a device of speed 1. O(1).
  public func stage(_ stage: Stage.ID, of microbatch: Microbatch.ID) -> Stage {
    stagesInModes[Int(modes.indexes[microbatch.index])][stage.index]
  }

  /// The stages as microbatches of one list of modes run on them. O(1).
  package func stages(inModes list: Int32) -> [Stage] { stagesInModes[Int(list)] }

  /// What a stage costs where a microbatch's route meets it, for a microbatch of scale 1: its durations are those of the
  /// device. O(1).
  package func costs(at visit: Route.Visit, inModes list: Int32) -> Stage {
    stagesInModes[Int(list)][visit.stage.index].atSpeed(devices[visit.device.index].speed)
  }

  /// What a stage costs one microbatch where its route meets it. O(1).
  public func costs(at visit: Route.Visit, of microbatch: Microbatch.ID) -> Stage {
    costs(at: visit, inModes: modes.indexes[microbatch.index])
      .scaled(by: microbatches[microbatch.index].scale, at: visit.stage)
  }

  /// How long an operation lasts on a device, in the problem's time unit, but for the first `F` and the last backward
  /// pass of a stage; `nil` where the stage has no such operation. O(1).
  ///
  /// - Precondition: its stage and microbatch exist.
  public func duration(of operation: Operation, on device: Device.ID) -> Double? {
    costs(at: Route.Visit(stage: operation.stage, device: device), of: operation.microbatch)
      .duration(of: operation.kind)
  }

  /// What all passes of all microbatches take longer in their modes than they would in mode 0, in the problem's time
  /// unit; first and last ones count like any others. O(visits of the distinct classes).
  public var addedWork: Double {
    guard !modes.isPlain else { return 0 }
    return classRepresentatives.reduce(0) { total, group in
      let scale = microbatches[group.microbatch.index].scale
      let added = route(of: group.microbatch).visits.reduce(0.0) { added, visit in
        let plain = stages[visit.stage.index].inMode(0).atSpeed(devices[visit.device.index].speed)
        return added + costs(at: visit, of: group.microbatch).work
          - plain.scaled(by: scale, at: visit.stage).work
      }
      return total + added * Double(group.count)
    }
  }

  /// The least time each device is busy: its operations and, where it has any, its optimizer step. The first `F` and
  /// the last backward pass of a stage count as the shortest that may come there. O(visits).
  public var deviceWork: [Double] {
    var work = [Double](repeating: 0, count: deviceCount)
    var visited = [Bool](repeating: false, count: deviceCount)
    var ends: [Route.Visit: (first: Double, last: Double)] = [:]
    for (microbatch, count) in classRepresentatives {
      for visit in route(of: microbatch).visits {
        let costs = costs(at: visit, of: microbatch)
        work[visit.device.index] += costs.work * Double(count)
        visited[visit.device.index] = true
        let (first, last) = costs.endDifferences
        guard first != 0 || last != 0 else { continue }
        let least = ends[visit] ?? (.infinity, .infinity)
        ends[visit] = (min(least.first, first), min(least.last, last))
      }
    }
    for (visit, difference) in ends { work[visit.device.index] += difference.first + difference.last }
    for index in devices.indices where visited[index] { work[index] += devices[index].optimizerStep }
    return work
  }
}
