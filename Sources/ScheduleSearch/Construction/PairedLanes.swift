import OperationGraph
import PipelineModel
import Timeline

/// What a dispatcher of pairs reads of a model, in flat form: lanes, costs and who waits for whom.
struct PairedLanes {
  /// What an operation takes, in grid steps.
  struct Cost: BitwiseCopyable {
    var duration = 0.0
    var growth = 0.0
    var release = 0.0
  }

  /// The operations of a visit. A backward pass that cannot be taken apart is whole.
  struct Costs: BitwiseCopyable {
    var forward = Cost()
    var gradient = Cost()
    var weight = Cost()
    var whole = Cost()
    var wholeKind = BlockModel.Block.Kind.backward
    var hasWeight = false
    var mayPair: Bool { wholeKind == .backward }
    /// All of them one after the other, as they are outside pairs.
    var work: Double {
      forward.duration + (hasWeight ? gradient.duration + weight.duration : whole.duration)
    }
  }

  /// An end that waits for another: twice its slot, one more for the backward pass.
  struct Arc: BitwiseCopyable {
    var end: Int32
    var latency: Double
  }

  /// Where the arcs from each slot begin, and the arcs.
  struct Arcs {
    let starts: FlatArray<Int32>
    let arcs: FlatArray<Arc>

    init(_ lists: [[Arc]]) {
      starts = FlatArray(lists.reduce(into: [Int32(0)]) { $0.append($0[$0.count - 1] + Int32($1.count)) })
      arcs = FlatArray(lists.flatMap(\.self))
    }
  }

  /// Per lane: its device, how many slots it has, and the visits from there to the end of the longest route.
  private(set) var device: [Int] = []
  private(set) var sizes: [Int] = []
  private var isForwardOnly: [Bool] = []
  private var distances: [Int] = []
  /// Per lane how many visits come before it at most.
  private var positions: [Int] = []
  /// Per device its lanes, and how many `F` and backward passes it has.
  private var ofDevice: [[Int]]
  private let lanesOfDevices: FlatArray<Int>
  private let firstLane: [Int]
  private(set) var forwardCounts: [Int32]
  private(set) var backwardCounts: [Int32]
  /// Per device in grid steps: its operations one after the other, the most that a pair of them saves, and what follows
  /// the last one.
  private(set) var work: [Double]
  private(set) var mostSaved: [Double]
  let steps: [Double]
  /// Per slot.
  let lane: FlatArray<Int32>
  let microbatch: FlatArray<Int32>
  let costs: FlatArray<Costs>
  /// The slots whose `F` waits for nothing.
  private(set) var sources: [Int32] = []
  /// Per end, how many others it waits for.
  let inputs: FlatArray<Int32>
  let forwardOutputs: Arcs
  let backwardOutputs: Arcs
  private let pieces: Int

  /// O(visits + inputs).
  init(_ model: BlockModel) {
    let problem = model.problem
    let graph = SlotGraph(model)
    let slots = model.stage.count
    pieces = problem.pieces
    ofDevice = Array(repeating: [], count: problem.deviceCount)
    forwardCounts = Array(repeating: 0, count: problem.deviceCount)
    backwardCounts = forwardCounts
    work = Array(repeating: 0, count: problem.deviceCount)
    mostSaved = work
    let end = model.lowered.end
    steps = end.stepsOfMakespan(
      isActive: (0..<problem.deviceCount).map { model.bounds[$0] < model.bounds[$0 + 1] }
    )
    .map { $0 + end.tail }
    lane = FlatArray(repeating: 0, count: slots)
    microbatch = FlatArray(model.microbatch)
    costs = FlatArray(repeating: Costs(), count: slots)
    inputs = FlatArray(
      (0..<slots).flatMap { [Int32(graph.forwardInputs[$0]), Int32(graph.backwardInputs[$0])] })
    forwardOutputs = Arcs(
      (0..<slots).map { slot in
        graph.forwardOutputs[slot].map { Arc(end: 2 * Int32($0.slot), latency: $0.latency) }
          + (graph.turns[slot] ? [Arc(end: 2 * Int32(slot) + 1, latency: 0)] : [])
      })
    backwardOutputs = Arcs(
      (0..<slots).map { slot in
        graph.backwardOutputs[slot].map { Arc(end: 2 * Int32($0.slot) + 1, latency: $0.latency) }
      })
    var numbers: [Route.Visit: Int] = [:]
    for index in problem.microbatches.indices {
      let visits = problem.route(of: Microbatch.ID(index)).visits
      for (position, visit) in visits.enumerated() {
        let slot = Int(model.lowered.originSlots[index]) + 1 + position
        let number = numbers[visit] ?? sizes.count
        if numbers.updateValue(number, forKey: visit) == nil {
          device.append(visit.device.index)
          ofDevice[visit.device.index].append(number)
          sizes.append(0)
          distances.append(0)
          positions.append(0)
          isForwardOnly.append(!problem.stages[visit.stage.index].hasBackward)
        }
        sizes[number] += 1
        distances[number] = max(distances[number], visits.count - position)
        positions[number] = max(positions[number], position)
        lane[slot] = Int32(number)
        costs[slot] = Costs(model, slot, graph)
        forwardCounts[visit.device.index] += 1
        work[visit.device.index] += costs[slot].work
        if !isForwardOnly[number] { backwardCounts[visit.device.index] += 1 }
        if inputs[2 * slot] == 0 { sources.append(Int32(slot)) }
      }
    }
    lanesOfDevices = FlatArray(ofDevice.flatMap(\.self))
    firstLane = ofDevice.reduce(into: [0]) { $0.append($0[$0.count - 1] + $1.count) }
    noteMostSaved(model)
  }

  /// A pair takes the larger factor of its two stages, so that the least of a device's saves most.
  private mutating func noteMostSaved(_ model: BlockModel) {
    guard model.mayPair, let overlap = model.problem.overlap else { return }
    var most = [(factor: Double, forward: Double, whole: Double)](
      repeating: (1, 0, 0), count: mostSaved.count)
    for slot in model.stage.indices where model.stage[slot] >= 0 {
      let own = device[Int(lane[slot])]
      most[own].factor = min(
        most[own].factor, overlap.forwardBackward[Stage.ID(rawValue: model.stage[slot])])
      most[own].forward = max(most[own].forward, costs[slot].forward.duration)
      most[own].whole = max(most[own].whole, costs[slot].whole.duration)
    }
    mostSaved = most.map { (1 - $0.factor) * ($0.forward + $0.whole) }
  }

  /// The lanes of a device.
  @inline(__always)
  func lanes(of device: Int) -> UnsafeBufferPointer<Int> {
    UnsafeBufferPointer(
      start: lanesOfDevices.base + firstLane[device], count: firstLane[device + 1] - firstLane[device])
  }

  /// The parameters with which all lanes and devices keep a rule.
  func parameters(_ rule: PairedRule) -> PairedParameters {
    let inFlight = sizes.indices.map { lane in
      let limit = rule.inFlight * Double(distances[lane])
      // No piece of a sequence is back before the last one has come.
      return limit.isFinite && !isForwardOnly[lane]
        ? Int32(clamping: Int(limit.rounded(.up)) + rule.extra + pieces - 1) : .max
    }
    let atEnds = ofDevice.map { lanes in
      let farthest = lanes.reduce(0) { max($0, distances[$1]) }
      return rule.atEnds.isFinite ? Int32(rule.atEnds * Double(farthest)) : .max
    }
    return PairedParameters(
      inFlight: inFlight, priority: positions.map { rule.laterFirst ? Int32($0) : 0 }, warmUp: atEnds,
      coolDown: atEnds, patience: rule.patience, weightFill: 8, backwardLead: rule.backwardFirst ? 0 : -1,
      isWhole: rule.isWhole)
  }
}

extension PairedLanes.Costs {
  fileprivate init(_ model: BlockModel, _ slot: Int, _ graph: SlotGraph) {
    func cost(_ kind: Operation.Kind) -> PairedLanes.Cost {
      let memory = model.memory(of: kind, Int32(slot))
      return PairedLanes.Cost(
        duration: model.row(of: kind, Int32(slot)).duration, growth: memory.growth, release: memory.release)
    }
    let stage = model.problem.stages[Int(model.stage[slot])]
    forward = cost(.forward)
    guard stage.hasBackward else { return }
    wholeKind = graph.kind(ofBackward: slot)
    whole = cost(wholeKind.operation)
    hasWeight = model.maySplit(Int32(slot))
    guard hasWeight else { return }
    gradient = cost(.backwardInput)
    weight = cost(.backwardWeight)
  }
}
