import PipelineModel

/// A routing problem lowered to flat arrays: the lanes that routes run over, their costs, links and limits.
///
/// Times are in the problem's unit. The head is no lane: a microbatch's origin runs it between forward and backward.
struct RoutingModel: Sendable {
  /// A stage on one of its devices.
  struct Lane: Sendable {
    var stage: Int
    var device: Int
    var forward: Double
    /// Of `B`, or of `BW` where backward passes are fused.
    var backward: Double
    /// Of `W`; 0 where backward passes are fused.
    var weight: Double
    /// Memory taken by `F`, and the part of it kept from `B` to `W`.
    var growth: Double
    var kept: Double

    /// `F` and `B` together.
    var chain: Double { forward + backward }
  }

  /// The queues of messages that wait for each other.
  struct Queues: Sendable {
    /// How many there are.
    let count: Int
    /// How long a message is in its queue, `from * deviceCount + to`.
    let transfer: [Double]
    private let sources: Int
    private let isByLink: Bool

    init?(_ problem: Problem, deviceCount: Int) {
      guard let serialise = problem.communication.serialise else { return nil }
      let all = 0..<deviceCount
      // An entry's messages wait for nothing.
      func transfer(_ source: Int, _ target: Int) -> Double {
        guard max(source, target) < problem.deviceCount else { return 0 }
        return problem.communication.transfer(from: Device.ID(source), to: Device.ID(target))
      }
      self.transfer = all.flatMap { source in all.map { transfer(source, $0) } }
      sources = deviceCount
      isByLink = serialise == .link
      count = isByLink ? deviceCount * deviceCount : deviceCount
    }

    /// The queue of a message.
    @inline(__always)
    func queue(from source: Int, to target: Int) -> Int { isByLink ? source * sources + target : source }
  }

  let problem: RoutingProblem
  /// What routes lead through: the problem, behind an entry where the first device is a choice as well.
  var ground: Problem { problem.ground }
  /// Whether backward passes are fused.
  let isFused: Bool
  let graph: SequenceGraph
  let deviceCount: Int
  /// The number of stages, the head left out.
  let bodyCount: Int
  let lanes: [Lane]
  /// The lanes of each stage; none where no host has memory for a microbatch.
  let lanesOfStage: [[Int32]]
  /// The time of a message, `from * deviceCount + to`; infinite where none gets through.
  let link: [Double]
  /// The time of a message back, at least.
  let returnLink: [Double]
  /// The time of a message each way between two devices.
  let roundTrip: [Double]
  /// What carries one message at a time; `nil` where messages do not hinder each other.
  let queues: Queues?
  /// The lane of the first stage that each microbatch starts on.
  let origins: [Int32]
  /// The head on each device; `nil` without a head.
  let headLanes: [Lane]?
  /// `F` and `B` of the head on each device, and its `W`; 0 without a head.
  let headChain: [Double]
  let headWeight: [Double]
  /// Memory taken by the head's `F`, and the part of it kept from its `B` to its `W`.
  let headGrowth: Double
  let headKept: Double
  /// Times that differ by less are one.
  let instant: Double
  /// The least factor on any duration of each microbatch.
  let scales: [Double]
  /// The least factor on the memory of any microbatch, on any stage; lanes take it into account.
  let leastMemory: Double
  /// How many stages a microbatch visits after its first.
  let length: Int
  /// The memory each device has for activations; infinite without a limit.
  let capacities: [Double]
  /// The optimizer step of each device and the tail.
  let optimizerSteps: [Double]
  /// How often each stage may be visited, and each device, the origins' own visits taken off.
  let stageVisits: [ClosedRange<Int>]
  let deviceVisits: [Int]

  var microbatchCount: Int { origins.count }
  /// Prices of lanes that cost nothing.
  var noPrices: [Double] { Array(repeating: 0, count: lanes.count) }
  /// The number of visits after the first of all microbatches.
  var visitCount: Int { length * microbatchCount }

  /// Lowers a problem. O(stages x devices + devices² + nodes of the sequence graph).
  ///
  /// - Parameter shrunk: whether every operation is to be as short as if it always overlapped another.
  init(_ problem: RoutingProblem, fused: Bool, shrunk: Bool = false) {
    let rules = problem.rules
    let frame = problem.ground
    self.problem = problem
    isFused = fused
    deviceCount = frame.deviceCount
    bodyCount = rules.bodyCount(of: frame.stageCount)
    graph = SequenceGraph(rules, stageCount: frame.stageCount)
    length = rules.stagesPerMicrobatch - 1
    let memory = frame.microbatches.reduce(.infinity) { $1.memory.numbers.reduce($0, min) }
    leastMemory = memory
    func lane(_ stage: Stage.ID, _ device: Device.ID) -> Lane {
      // In a pair an operation takes no less than the factor's share of its own duration.
      let factor = shrunk ? min(1, frame.overlap?.forwardBackward[stage] ?? 1) : 1
      let costs = frame.costs(at: Route.Visit(stage: stage, device: device), inModes: 0).withDurations {
        $0 * factor
      }
      let passes = costs.leastPasses(isFused: fused)
      // A bound knows of no more than is held before the backward pass.
      let growth = shrunk ? costs.checkpoint ?? costs.activationForB : costs.activationForB
      let kept = costs.passes(isFused: fused).contains(.backwardWeight) ? costs.activationForW : 0
      return Lane(
        stage: stage.index, device: device.index, forward: passes.forward, backward: passes.gradient ?? 0,
        weight: passes.rest, growth: growth * memory, kept: min(kept, growth) * memory)
    }
    let room = zip(frame.devices, frame.staticMemory).map { $0.capacity - $1 }
    var lanes: [Lane] = []
    lanesOfStage = (0..<bodyCount).map { stage in
      // A device without memory for one microbatch is no host.
      frame.hosts[stage].map { lane(Stage.ID(stage), $0) }.filter { room[$0.device] >= $0.growth }.map {
        lane in
        lanes.append(lane)
        return Int32(lanes.count - 1)
      }
    }
    self.lanes = lanes
    let firstLanes = lanesOfStage[0]
    origins = problem.origins.map { origin in
      firstLanes.first { lanes[Int($0)].device == origin.index } ?? 0
    }
    let all = (0..<frame.deviceCount).map { Device.ID($0) }
    link = all.flatMap { source in all.map { frame.communication.latency(from: source, to: $0) } }
    let count = deviceCount
    let oneWay = link
    // Where a stage has no backward pass, nothing may come back over a link.
    let returns = frame.stages.allSatisfy(\.hasBackward) ? link : link.map { _ in 0 }
    returnLink = returns
    roundTrip = (0..<count * count).map { oneWay[$0] + returns[$0 % count * count + $0 / count] }
    queues = Queues(problem.frame, deviceCount: count)
    let head = rules.head.map { head in all.map { lane(head, $0) } }
    headLanes = head
    headChain = head?.map(\.chain) ?? all.map { _ in 0 }
    headWeight = head?.map(\.weight) ?? all.map { _ in 0 }
    headGrowth = head?.first?.growth ?? 0
    headKept = head?.first?.kept ?? 0
    let chains = lanes.map(\.chain) + headChain
    instant = 1e-9 * max(1e-300, chains.reduce(0, max), link.filter(\.isFinite).reduce(0, max))
    scales = frame.microbatches.map { $0.scale.factors.min() ?? 1 }
    capacities = room
    optimizerSteps = frame.devices.map { $0.optimizerStep + frame.tail }
    stageVisits = rules.visitRanges(stageCount: frame.stageCount, microbatchCount: origins.count)
    var left = rules.visitsPerDevice ?? all.map { _ in Int.max / 2 }
    for origin in problem.origins { left[origin.index] -= 1 }
    deviceVisits = left
  }

  /// Whether each visit is fed by the one before it, whatever the route.
  var isChain: Bool {
    ground.stages.enumerated().allSatisfy { stage, costs in
      guard let inputs = costs.inputs else { return true }
      if !problem.hasEntry { return stage == 0 }
      return inputs.map(\.index) == [stage - 1] || stage == 1 && inputs.isEmpty
    }
  }

  /// What follows a return to an origin at least: its optimizer step, or any where its stage has no backward pass that
  /// would have to wait for the return.
  func stepAfterReturn(to origin: Int) -> Double {
    ground.stages[0].hasBackward
      ? optimizerSteps[lanes[origin].device] : optimizerSteps.reduce(.infinity, min)
  }

  /// A route with its first stage and head, as it is stated.
  func route(of microbatch: Int, over path: some Sequence<Int32>) -> Route {
    let origin = lanes[Int(origins[microbatch])]
    var visits = ([origins[microbatch]] + path).map { lanes[Int($0)] }.compactMap { lane in
      problem.stated(Stage.ID(lane.stage)).map { Route.Visit(stage: $0, device: Device.ID(lane.device)) }
    }
    if let head = problem.rules.head {
      visits.append(Route.Visit(stage: head, device: Device.ID(origin.device)))
    }
    return Route(visits: visits)
  }
}
