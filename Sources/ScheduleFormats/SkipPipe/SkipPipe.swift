import PipelineModel
import Timeline

/// SkipPipe's `schedule.json`, written as a plan of the kind `non-ca`, whose keys tell every microbatch's path.
///
/// Its trainer finds the path of a microbatch by its origin and memory slot, and serves what arrives first: planned
/// starts are carried and not kept. Compute times have no place in the file.
public struct SkipPipe: ExportFormat {
  /// Where each node is, by a name that the trainer knows; `nil` where nobody says it: then the trainer cannot start.
  public let locations: [String]?

  /// Names the format.
  public init(locations: [String]? = nil) { self.locations = locations }

  /// The name on the command line.
  public var name: String { "skippipe" }
  /// What reads the format.
  public var purpose: String { "SkipPipe: paths, planned starts, delays and partitions, its schedule.json" }

  /// Writes the paths, the start of every `F`, loss and backward pass, and our own makespan as expected time.
  ///
  /// - Throws: `ExportRefusal` for what the file cannot say: routes that do not start on the first stage and return
  ///   to their origin for the head, several stages on a device, origins with unequal numbers of microbatches or
  ///   devices with unequal numbers of slots, more microbatches per origin than slots, backward passes in parts.
  /// - Complexity: O(operations + devices² + devices x microbatches).
  public func encode(_ timeline: Timeline) throws(ExportRefusal) -> [UInt8] {
    let problem = timeline.schedule.problem
    try Self.check(timeline.schedule)
    if let locations, locations.count != problem.deviceCount {
      throw .otherLocations(locations.count, devices: problem.deviceCount)
    }
    let partitions = problem.hosts.dropLast().map { $0.map(\.index) }
    let sends = try Self.sends(of: problem)
    let memory = try Self.slots(of: problem, sends: sends)
    guard sends <= memory else { throw .moreSendsThanSlots(sends: sends, slots: memory) }
    let ids = Self.ids(of: timeline.schedule, sends: sends, memory: memory)
    let paths = ids.enumerated().map { microbatch, id in
      let visits = problem.route(of: Microbatch.ID(microbatch)).visits
      return SkipPipeFile.Path(id: id, nodes: visits.dropLast().map(\.device.index))
    }
    let plan = SkipPipeFile.Plan(
      name: .unaware, paths: paths.sorted { $0.id < $1.id }, order: try Self.order(of: timeline, ids: ids),
      expectedTime: timeline.summary.makespan)
    let file = SkipPipeFile(
      delays: try Self.delays(of: problem), memory: memory, partitions: partitions, sends: sends,
      locations: locations, plans: [plan])
    return file.encode()
  }

  private static func check(_ schedule: Schedule) throws(ExportRefusal) {
    let problem = schedule.problem
    if problem.pieces > 1 { throw .pieces(problem.pieces) }
    try problem.checkIsFedInOrder()
    try problem.checkHasBackwards()
    try problem.checkSavesNothing()
    if !schedule.orders.pairs.isEmpty { throw .overlappedPairs }
    let head = Stage.ID(problem.stageCount - 1)
    for microbatch in problem.microbatches.indices.map({ Microbatch.ID($0) }) {
      let visits = problem.route(of: microbatch).visits
      guard visits.count >= 3, visits[0].stage.index == 0,
        visits.last == Route.Visit(stage: head, device: visits[0].device)
      else { throw .noReturn(microbatch) }
    }
    var stages = [Int](repeating: 0, count: problem.deviceCount)
    for hosts in problem.hosts.dropLast() { for device in hosts { stages[device.index] += 1 } }
    if let device = stages.firstIndex(where: { $0 != 1 }) {
      throw .notOneStage(Device.ID(device), count: stages[device])
    }
  }

  /// How many microbatches every origin sends.
  private static func sends(of problem: Problem) throws(ExportRefusal) -> Int {
    var sends = [Int](repeating: 0, count: problem.deviceCount)
    for route in problem.routeIndexes { sends[problem.routes[Int(route)].visits[0].device.index] += 1 }
    let origins = problem.hosts[0]
    let first = sends[origins[0].index]
    for origin in origins where sends[origin.index] != first {
      throw .unequal(.sends, origins[0], "\(first)", origin, "\(sends[origin.index])")
    }
    return first
  }

  /// How many microbatches every device holds at once; as many as may ever be there where nothing limits them.
  private static func slots(of problem: Problem, sends: Int) throws(ExportRefusal) -> Int {
    let fixed = problem.staticMemory
    var slots = [Int?](repeating: nil, count: problem.deviceCount)
    let most = problem.stages.enumerated().map { index, stage in
      stage.activationForB * problem.microbatches.reduce(0) { max($0, $1.memory[Stage.ID(index)]) }
    }
    for (held, hosts) in zip(most, problem.hosts.dropLast()) where held > 0 {
      for device in hosts where problem.devices[device.index].memoryLimit != nil {
        let loss = problem.hosts[0].contains(device) ? most[problem.stageCount - 1] : 0
        let room = problem.devices[device.index].capacity - fixed[device.index] - loss
        slots[device.index] = Int(min(room / held, Double(ProblemRules.counts.upperBound)))
      }
    }
    if let other = slots.firstIndex(where: { $0 != slots[0] }) {
      func text(_ slots: Int?) -> String { slots.map(String.init) ?? "any number" }
      throw .unequal(.slots, Device.ID(0), text(slots[0]), Device.ID(other), text(slots[other]))
    }
    return slots[0] ?? problem.microbatchCount
  }

  /// The key of each microbatch's path: its trainer numbers microbatches origin by origin, and looks a path up by
  /// the origin and the number modulo the slots.
  private static func ids(of schedule: Schedule, sends: Int, memory: Int) -> [Int] {
    var ids = [Int](repeating: 0, count: schedule.problem.microbatchCount)
    for (index, origin) in schedule.problem.hosts[0].enumerated() {
      let entered = schedule.orders[origin].filter { $0.stage.index == 0 && $0.kind == .forward }
      for (position, operation) in entered.enumerated() {
        ids[operation.microbatch.index] = index * memory + (index * sends + position) % memory
      }
    }
    return ids
  }

  /// The starts on every device. The loss is one start: its backward pass follows at once or takes no time.
  private static func order(
    of timeline: Timeline, ids: [Int]
  ) throws(ExportRefusal) -> [[SkipPipeFile.Start]] {
    let orders = timeline.schedule.orders
    let problem = timeline.schedule.problem
    let head = problem.stageCount - 1
    var startOrder = [[SkipPipeFile.Start]](repeating: [], count: problem.deviceCount)
    for device in problem.devices.indices {
      for position in orders.range(of: Device.ID(device)) {
        let operation = orders.operations[position]
        let isWhole = operation.kind == problem.stages[operation.stage.index].gradient(isFused: true)
        guard operation.kind == .forward || isWhole else { throw .splitBackward(operation) }
        if operation.stage.index == head, isWhole {
          let follows =
            position > 0
            && orders.operations[position - 1]
              == Operation(.forward, stage: operation.stage, microbatch: operation.microbatch)
          guard follows || problem.duration(of: operation, on: Device.ID(device)) == 0 else {
            throw .dividedLoss(operation.microbatch)
          }
          continue
        }
        startOrder[device].append(
          SkipPipeFile.Start(path: ids[operation.microbatch.index], time: timeline.start(at: position)))
      }
    }
    return startOrder
  }

  private static func delays(of problem: Problem) throws(ExportRefusal) -> [[Double]] {
    let devices = problem.devices.indices.map { Device.ID($0) }
    return try devices.map { (source) throws(ExportRefusal) in
      try devices.map { (target) throws(ExportRefusal) in
        let delay = problem.communication.latency(from: source, to: target)
        guard delay.isFinite else { throw .noLink(from: source, to: target) }
        return delay
      }
    }
  }
}

// MARK: Refusals

extension ExportRefusal {
  /// What a file of SkipPipe has one number for.
  enum Shared: String {
    /// The microbatches of an origin.
    case sends = "microbatches from every origin"
    /// The microbatches that a device holds at once.
    case slots = "room for microbatches on every device"
  }

  /// Places of more or fewer nodes than there are.
  fileprivate static func otherLocations(_ count: Int, devices: Int) -> Self {
    Self("expected a location for each of \(devices.counted("device")), found \(count.counted("location"))")
  }

  /// A route that does not lead from the first stage over others back to its origin for the head.
  static func noReturn(_ microbatch: Microbatch.ID) -> Self {
    Self(
      "expected every microbatch to start on the first stage, visit others and end with the last one, the head, "
        + "on its origin, found another route for microbatch \(microbatch)", .genericProgram)
  }

  /// A device with another number of stages than one, the head not counted.
  static func notOneStage(_ device: Device.ID, count: Int) -> Self {
    Self(
      "expected one stage on every device, the head not counted, found \(count) on device \(device)",
      .genericProgram)
  }

  /// A number that the file has once, and that differs between two devices.
  static func unequal(
    _ shared: Shared, _ first: Device.ID, _ number: String, _ second: Device.ID, _ other: String
  ) -> Self {
    Self(
      "expected as many \(shared.rawValue), found \(number) for device \(first) and \(other) for device \(second)"
    )
  }

  /// More microbatches from an origin than paths that a file tells apart.
  static func moreSendsThanSlots(sends: Int, slots: Int) -> Self {
    Self(
      "expected at most as many microbatches from an origin as a device holds, \(slots), as slots tell paths "
        + "apart, found \(sends)", .genericProgram)
  }

  /// Overlapped pairs, which there is no way to write.
  static let overlappedPairs = Self(
    "expected operations one by one, found overlapped pairs", .change("leave the pairs out"), .genericProgram)

  /// A `B` or `W` by itself.
  static func splitBackward(_ operation: Operation) -> Self {
    Self("expected whole backward passes, found \(operation)", .wholeBackward, .genericProgram)
  }

  /// A head whose `F` and `BW` stand apart.
  static func dividedLoss(_ microbatch: Microbatch.ID) -> Self {
    Self(
      "expected the head's F and BW one right after the other, found other work between those of microbatch "
        + "\(microbatch)", .genericProgram)
  }

  /// A link that lets nothing through.
  static func noLink(from source: Device.ID, to target: Device.ID) -> Self {
    Self(
      "expected a delay between any two devices, found a link from device \(source) to device \(target) that "
        + "lets nothing through", .genericProgram)
  }
}
