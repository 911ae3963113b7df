/// The random changes of the parameters of a greedy run.
struct ParameterChange: Sendable {
  /// The most that a lane may have in flight: more would not fit, or there is no more.
  private let most: [Int32]
  private let lanesOfDevice: [[Int]]
  /// Devices that have several lanes.
  private let shared: [Int]
  /// Whether backward passes have an `R` before them.
  private let hasRecompute: Bool
  private let busy: [Int]
  /// When microbatches enter where a start lets them in as soon as there is room; empty to leave it at that.
  private let entryTimes: [Double]
  /// The time between two in a steady state.
  private let pace: Double
  /// How many sequences may change places, and how many microbatches each has; 1 sequence where all are equal.
  private let sequences: Int
  private let pieces: Int

  private static let fills = [0, 0.25, 0.5, 0.75, 1, .infinity]
  private static let patiences = [0, 0.3, 0.6, 0.9, 1.5]
  private static let mostRecomputesAhead = 3
  private static let recomputeFills: [Float] = [0, 0.5, 1]
  private static let mostBacklog: Int32 = 6
  private static let paces = [0.9, 0.97, 0.99, 1.01, 1.03, 1.1]
  /// By how many paces some enter earlier or later.
  private static let shifts = [0.25, 0.5, 1, 2, 4]

  /// O(nodes).
  ///
  /// - Parameter isPaced: whether microbatches enter at a steady pace where devices have several stages and limits, and a start
  ///   says nothing else. Times to enter are changed as well.
  init(_ model: SearchModel, isPaced: Bool) {
    most = model.lanes.map { lane in
      // One is in its backward pass; the others hold what is held between passes.
      let fitting = 1 + (model.capacities[lane.device] - lane.growth) / lane.heldBetween
      let visits = Double(lane.visitCount)
      return Int32(max(1, fitting.isNaN ? visits : min(fitting.rounded(.down), visits)))
    }
    busy = model.busyDevices
    let lanes = (0..<model.deviceCount).map { device in
      model.lanes.indices.filter { model.lanes[$0].device == device }
    }
    lanesOfDevice = lanes
    shared = busy.filter { lanes[$0].count > 1 }
    pieces = model.problem.pieces
    entryTimes = isPaced && model.hasSharedMemory ? model.entryTimes(.steadily(1)) : []
    pace = model.steadyPace
    hasRecompute = model.hasRecompute
    sequences =
      model.problem.classRepresentatives.count == 1
      ? 1 : model.problem.microbatchCount / model.problem.pieces
  }

  /// The same parameters, with no more in flight than there can be, and with times to enter where there are to be some.
  func clipped(_ parameters: GreedyParameters) -> GreedyParameters {
    var parameters = parameters
    for lane in most.indices { parameters.caps[lane] = min(parameters.caps[lane], most[lane]) }
    if parameters.entryTimes.isEmpty { parameters.entryTimes = entryTimes }
    return parameters
  }

  /// Changes one thing.
  func apply(to parameters: inout GreedyParameters, _ random: inout FastRandom) {
    if sequences > 1, random.next() & 3 == 0 { return exchange(&parameters, &random) }
    if !parameters.entryTimes.isEmpty, random.index(below: 8) == 0 { return enter(&parameters, &random) }
    let step: Int32 = (random.next() & 1 == 0 ? 1 : -1) * (random.next() & 3 == 0 ? 2 : 1)
    switch random.index(below: 10) {
    case 0..<3: add(step, to: random.index(below: most.count), &parameters)
    case 3..<6:
      let first = random.index(below: most.count)
      let last = min(first + random.index(below: busy.count + 1), most.count - 1)
      for lane in first...last { add(step, to: lane, &parameters) }
    case 6 where !shared.isEmpty:
      let lanes = lanesOfDevice[shared[random.index(below: shared.count)]]
      add(1, to: lanes[random.index(below: lanes.count)], &parameters)
      add(-1, to: lanes[random.index(below: lanes.count)], &parameters)
    case 6, 7:
      let device = busy[random.index(below: busy.count)]
      let backlog = min(parameters.devices[device].backlog, Self.mostBacklog + 1) + step
      parameters.devices[device].backlog = backlog > Self.mostBacklog ? .max : max(1, backlog)
    case 8: choose(for: [busy[random.index(below: busy.count)]], &parameters, &random)
    default: choose(for: busy, &parameters, &random)
    }
  }

  /// Lets all microbatches enter at another pace, or some, or all from one on, earlier or later.
  private func enter(_ parameters: inout GreedyParameters, _ random: inout FastRandom) {
    let count = parameters.entryTimes.count
    let kind = random.index(below: 3)
    if kind == 0 {
      let factor = Self.pick(Self.paces, Int(random.next() & 0xFFFF))
      for turn in 0..<count { parameters.entryTimes[turn] *= factor }
      return
    }
    let first = random.index(below: count)
    let last = kind == 1 ? count - 1 : first + random.index(below: count - first)
    let shift = (random.next() & 1 == 0 ? pace : -pace) * Self.shifts[random.index(below: Self.shifts.count)]
    for turn in first...last { parameters.entryTimes[turn] = max(0, parameters.entryTimes[turn] + shift) }
    for turn in max(1, first)..<count {
      parameters.entryTimes[turn] = max(parameters.entryTimes[turn], parameters.entryTimes[turn - 1])
    }
  }

  private func add(_ step: Int32, to lane: Int, _ parameters: inout GreedyParameters) {
    parameters.caps[lane] = max(1, min(parameters.caps[lane] + step, most[lane]))
  }

  /// Lets devices choose otherwise.
  private func choose(for devices: [Int], _ parameters: inout GreedyParameters, _ random: inout FastRandom) {
    if hasRecompute, random.next() & 1 == 0 { return recompute(on: devices, &parameters, &random) }
    let kind = random.index(below: shared.isEmpty ? 3 : 5)
    let number = Int(random.next() & 0xFFFF)
    for device in devices {
      switch kind {
      case 0: parameters.devices[device].preference = Self.pick(GreedyRule.Preference.allCases, number)
      case 1: parameters.devices[device].weightFill = Self.pick(Self.fills, number)
      case 2: parameters.devices[device].patience = Self.pick(Self.patiences, number)
      case 3: parameters.devices[device].forwards = Self.pick(GreedyParameters.StageOrder.allCases, number)
      default: parameters.devices[device].backwards = Self.pick(GreedyParameters.StageOrder.allCases, number)
      }
    }
  }

  /// Lets devices recompute earlier or later.
  private func recompute(
    on devices: [Int], _ parameters: inout GreedyParameters, _ random: inout FastRandom
  ) {
    let ahead = Int32(random.index(below: Self.mostRecomputesAhead + 1))
    let fill = Self.pick(Self.recomputeFills, Int(random.next() & 0xFFFF))
    for device in devices {
      parameters.devices[device].recomputesAhead = ahead
      parameters.devices[device].recomputeFill = fill
    }
  }

  private static func pick<Value>(_ values: [Value], _ number: Int) -> Value { values[number % values.count] }

  /// Lets two sequences enter in each other's place.
  private func exchange(_ parameters: inout GreedyParameters, _ random: inout FastRandom) {
    let (one, other) = (random.index(below: sequences), random.index(below: sequences))
    for piece in 0..<pieces { parameters.entries.swapAt(one * pieces + piece, other * pieces + piece) }
  }
}
