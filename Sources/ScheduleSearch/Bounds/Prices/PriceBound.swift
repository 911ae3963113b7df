import PipelineModel

/// The least length of a frame in which a device's time and memory have room for all its passes, in shares.
///
/// Orders are not told apart, so that it is weaker than prefixes where those can be held, and better where a device has
/// several stages or memory for many microbatches: it knows that time is lost while memory fills, and how long the
/// chain through all stages of a device keeps what it holds.
struct PriceBound {
  private let table: OperationTable
  private let costs: StepCosts
  private let objective: Objective
  private let values: PossibleValues
  private let deadline: Deadline
  private let threads: Int

  /// What is known of a device.
  private struct Look {
    var device: Int
    var refutation: WindowRefutation
    var value: Double
    /// Whether finer cells may say more.
    var isPromising = true
  }

  /// Cells that a frame is divided into, coarse ones first.
  private static let levels = [
    WindowRefutation.Cells(time: 12, memory: 48), WindowRefutation.Cells(time: 48, memory: 96),
    WindowRefutation.Cells(time: 96, memory: 128),
  ]
  /// The devices that are looked at first: more are seldom better.
  private static let mostDevices = 4
  /// Passes of all classes on a device: each costs time of its own.
  private static let mostPasses = 200
  /// Fewer microbatches are no stream.
  private static let fewestMicrobatches = 8
  /// A device that falls short of what is known by more than this share is left alone.
  private static let reach = 0.03
  /// Finer cells tell more of memory: where less of what is dear is memory, they raised nothing that coarser ones had not.
  private static let leastMemoryShare = 0.5
  /// Lengths closer than this share are not told apart.
  private static let resolution = 5e-4

  /// Whether there is anything to price.
  static func applies(to problem: Problem) -> Bool {
    problem.microbatches.count >= fewestMicrobatches && problem.visitCount <= LowerBound.largestVisitCount
      && problem.devices.contains { $0.memoryLimit != nil }
  }

  init(_ problem: Problem, _ objective: Objective, isFused: Bool, _ deadline: Deadline, _ threads: Int) {
    table = OperationTable(problem, isFused: isFused)
    costs = StepCosts(table.lowered, table.classes, table.ways, pairs: table.pairs)
    self.objective = objective
    values = PossibleValues(on: objective.countsFromOwnStart ? nil : table.grid)
    self.deadline = deadline
    self.threads = threads
  }

  /// A better bound than one that is known; `nil` where none is found.
  ///
  /// - Parameter target: the value of a known schedule; refuting anything shorter proves it best.
  func bound(above known: Double, until target: Double?) -> LowerBound? {
    guard known > 0 else { return nil }
    let candidates = candidates
    var devices = SideBySide.map(candidates.count, atOnce: threads) { number in
      look(at: candidates[number], above: known, until: target)
    }
    .compactMap { $0 }
    for cells in Self.levels.dropFirst() {
      guard let index = devices.indices.max(by: { devices[$0].value < devices[$1].value }),
        devices[index].value < target ?? .infinity, devices[index].isPromising, !deadline.hasPassed
      else { break }
      let (coarse, before) = (devices[index].refutation, devices[index].value)
      devices[index].refutation = WindowRefutation(
        coarse.windows, limit: coarse.limit, cells: cells, known: coarse)
      devices[index].value = raise(&devices[index].refutation, above: before, until: target)
      devices[index].isPromising =
        devices[index].value > before || devices[index].refutation.memoryShare >= Self.leastMemoryShare
    }
    guard let best = devices.max(by: { $0.value < $1.value }), best.value > known else { return nil }
    return LowerBound(value: best.value, argument: .prices(Device.ID(best.device)))
  }

  /// The first device and the last one, and some between them, that have memory limits.
  private var candidates: [Int] {
    let limited = table.activeDevices.filter { table.lowered.capacities[$0].isFinite }
    guard limited.count > Self.mostDevices else { return limited }
    return (0..<Self.mostDevices).map { limited[$0 * (limited.count - 1) / (Self.mostDevices - 1)] }
  }

  /// What coarse cells say of a device; `nil` where that is far less than is known.
  private func look(at device: Int, above known: Double, until target: Double?) -> Look? {
    guard let windows = WindowPasses.all(on: device, of: table, costs, objective),
      windows.reduce(0, { $0 + $1.passes.count }) <= Self.mostPasses
    else { return nil }
    var refutation = WindowRefutation(
      windows, limit: table.lowered.capacities[device], cells: Self.levels[0])
    guard refutes(&refutation, known * (1 - Self.reach)) else { return nil }
    let value =
      refutes(&refutation, known) ? raise(&refutation, above: known, until: target) : known
    return Look(device: device, refutation: refutation, value: value)
  }

  private func raise(_ refutation: inout WindowRefutation, above known: Double, until target: Double?)
    -> Double
  {
    let search = LengthSearch(
      values: values, resolution: Self.resolution, firstStep: 4 * Self.resolution, deadline: deadline)
    return search.value(above: known, until: target) { refutes(&refutation, $0) }
  }

  private func refutes(_ refutation: inout WindowRefutation, _ length: Double) -> Bool {
    refutation.refutes(length * table.grid.stepsPerUnit, until: deadline)
  }
}
