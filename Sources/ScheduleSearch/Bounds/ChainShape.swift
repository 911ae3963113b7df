import OperationGraph
import PipelineModel

/// The chains of one device and the memory they share: what decides which sets of operations can be done first.
///
/// A prefix of an order is known by how many operations of each chain it holds. Devices of one shape share a graph.
struct ChainShape: Hashable {
  /// Operations that FIFO, or their being alike, puts in one order.
  struct Chain: Hashable {
    /// The first operation, counted on the device, and the distance to each following one.
    var first: Int32
    var stride: Int32
    /// The number of operations.
    var length: Int32
    /// Whether others wait for its operations, and these for the ends of others: all but `W`.
    var isGate: Bool
    /// What an operation adds to the memory held at its start.
    var growth: Double
    /// What it adds less what it gives back at its end.
    var change: Double
    /// Groups of chains: this chain's count never exceeds the sum of the counts of any group.
    var behind: [[Int]]

    /// Its operations in order, counted on the device.
    var operations: [Int32] { (0..<length).map { first + $0 * stride } }
  }

  /// Memory that is held until operations of all of some chains have ended.
  struct SharedMemory: Hashable {
    var amount: Double
    var chains: [Int]
  }

  /// Chains of which the next `F` and the next `BW` may run together.
  struct Pair: Hashable {
    /// The chains of `F` and of `B` or `BW`, and of the `W` that belongs to `B`.
    var forward: Int
    var backward: Int
    var weight: Int?
    /// The step of the two first operations; those of each `F` stand side by side, behind all operations.
    var first: Int
  }

  /// Which operations a shape keeps; leaving some out relaxes the problem.
  enum Detail {
    /// All of them.
    case all
    /// All but `W`, whose memory `B` then releases.
    case withoutW
    /// Those of the largest class of microbatches.
    case largestClass
    /// The largest class's without `W`.
    case largestClassWithoutW
    /// All of them, by their number: of several stages or classes only how many `F`, `B` and `W` are done.
    case mergedLanes

    /// Whether it keeps `W`.
    fileprivate var keepsWeights: Bool { self == .all || self == .largestClass }
    /// Whether it keeps all classes.
    fileprivate var keepsClasses: Bool { self == .all || self == .withoutW || self == .mergedLanes }
  }

  private(set) var chains: [Chain] = []
  /// Given back once the last of several has ended.
  private(set) var shared: [SharedMemory] = []
  /// Empty where pairs are no steps of their own.
  private(set) var pairs: [Pair] = []
  /// The number of steps: operations of the device, those left out as well, and pairs.
  private(set) var stepCount: Int
  /// Whether an operation's partner in a pair may be left out.
  let lacksPartners: Bool
  /// Whether operations are known by their number alone.
  let isMerged: Bool
  /// What activations may take at most, in steps of the memory grid; infinite without a limit.
  let limit: Double
  /// The kept operations, counted on the device, microbatch by microbatch along their ways.
  private(set) var order: [Int32] = []

  /// Takes the chains of a device. O(operations + steps² of a class there).
  init(_ table: OperationTable, device: Int, order all: [Int32], detail: Detail) {
    limit = table.lowered.capacities[device]
    stepCount = all.count
    lacksPartners = !detail.keepsClasses
    isMerged = detail == .mergedLanes
    guard detail != .mergedLanes else {
      addMergedLanes(table, device)
      return
    }
    let largest = table.classes.indices.max {
      (table.classes[$0].members.count, -$0) < (table.classes[$1].members.count, -$1)
    }
    for index in table.classes.indices where detail.keepsClasses || index == largest {
      guard !table.blocks[device][index].isEmpty else { continue }
      addGates(table, device: device, group: index, keepsWeights: detail.keepsWeights)
    }
    var isKept = [Bool](repeating: false, count: all.count)
    for chain in chains {
      for index in 0..<chain.length { isKept[Int(chain.first + index * chain.stride)] = true }
    }
    order = all.filter { isKept[Int($0)] }
    if table.pairs != .shares { addPairs(table, device) }
  }

  /// Adds the `F` and the backward passes of a class, then its `W`.
  private mutating func addGates(_ table: OperationTable, device: Int, group: Int, keepsWeights: Bool) {
    let block = table.blocks[device][group]
    let way = table.ways[table.classes[group].way]
    let gates = block.forwards + block.backwards
    let begin = chains.count
    var releases = gates.map { table.memory(ofStep: $0, group: group).release }
    for output in way.sharedOutputs where way.steps[output.producer].device == device {
      share(output, of: table, group, gates, begin: begin, &releases)
    }
    for (index, step) in gates.enumerated() {
      let growth = table.memory(ofStep: step, group: group).growth
      var release = releases[index]
      if !keepsWeights, hasWeight(step, along: way) {
        release += table.memory(ofStep: step + 1, group: group).release
      }
      chains.append(
        Chain(
          first: Int32(block.forward(index)), stride: 1, length: Int32(block.length), isGate: true,
          growth: growth, change: growth - release,
          behind: nearest(before: index, among: gates, along: way).map { [begin + $0] }))
    }
    guard keepsWeights, !block.weights.isEmpty else { return }
    let backwards = block.weights.map { step in begin + (gates.firstIndex(of: step - 1) ?? 0) }
    addWeights(block, of: table, device: device, group, behind: backwards)
  }

  /// Adds one chain of all `F`, one of all backward passes and one of all `W`, numbered in this order. Each operation
  /// takes as little memory as any.
  private mutating func addMergedLanes(_ table: OperationTable, _ device: Int) {
    let lanes = MergedLanes(table, device)
    for (kind, range) in lanes.ranges.enumerated() where !range.isEmpty {
      chains.append(
        Chain(
          first: Int32(range.lowerBound), stride: 1, length: Int32(range.count), isGate: kind < 2,
          growth: lanes.growth[kind], change: lanes.change[kind], behind: kind == 0 ? [] : [[kind - 1]]))
    }
    for rank in 0..<(lanes.ranges[0].count) {
      for range in lanes.ranges where rank < range.count { order.append(Int32(range.lowerBound + rank)) }
    }
    guard chains.count > 1 else { return }
    pairs = [Pair(forward: 0, backward: 1, weight: chains.count > 2 ? 2 : nil, first: stepCount)]
    stepCount += lanes.ranges[0].count * lanes.ranges[1].count
  }

  /// Lets every chain of `F` pair with every one of whole backward passes.
  private mutating func addPairs(_ table: OperationTable, _ device: Int) {
    let passes = chains.map { table.pass[table.bounds[device] + Int($0.first)] }
    for forward in chains.indices where passes[forward] == .forward {
      for backward in chains.indices where passes[backward] == .backward {
        let operation = table.bounds[device] + Int(chains[backward].first)
        guard table.isWhole(operation) else { continue }
        let weight = chains.indices.first { index in
          passes[index] == .weight && chains[index].behind.contains { $0.contains(backward) }
        }
        pairs.append(Pair(forward: forward, backward: backward, weight: weight, first: stepCount))
        stepCount += Int(chains[forward].length) * Int(chains[backward].length)
      }
    }
  }

  private func hasWeight(_ step: Int, along way: RouteWay) -> Bool {
    step + 1 < way.steps.count && way.steps[step + 1].kind == .backwardWeight
  }

  /// Takes the release of a shared output off the last that reads it.
  private mutating func share(
    _ output: ReadOutput, of table: OperationTable, _ group: Int, _ gates: [Int],
    begin: Int,
    _ releases: inout [Double]
  ) {
    let amount = table.memory(ofStep: output.producer, group: group).growth
    // The first steps of a way are the `F` of its visits.
    let readers = output.readers.compactMap { gates.firstIndex(of: $0.position) }
    guard let last = readers.last else { return }
    releases[last] -= amount
    shared.append(SharedMemory(amount: amount, chains: readers.map { begin + $0 }))
  }

  /// The gates that come before one in every order, but for those before others of them.
  private func nearest(before index: Int, among gates: [Int], along way: RouteWay) -> [Int] {
    var found: [Int] = []
    for other in (0..<index).reversed() where way.precedes(gates[other], gates[index]) {
      if !found.contains(where: { way.precedes(gates[other], gates[$0]) }) { found.append(other) }
    }
    return found
  }

  private mutating func addWeights(
    _ block: OperationTable.Block, of table: OperationTable, device: Int, _ group: Int,
    behind backwards: [Int]
  ) {
    let costs = block.weights.indices.map { index in
      (
        duration: table.duration[table.bounds[device] + block.weight(index)],
        release: table.memory(ofStep: block.weights[index], group: group).release
      )
    }
    func append(_ index: Int, stride: Int, length: Int, behind: [Int]) {
      chains.append(
        Chain(
          first: Int32(block.weight(index)), stride: Int32(stride), length: Int32(length), isGate: false,
          growth: 0, change: -costs[index].release, behind: [behind]))
    }
    // Where the W of all visits cost the same and nobody else asks which is done, only their number matters.
    if !table.problem.namesWeights, costs.allSatisfy({ $0 == costs[0] }) {
      append(0, stride: 1, length: block.length * costs.count, behind: backwards)
    } else {
      for index in costs.indices {
        append(index, stride: costs.count, length: block.length, behind: [backwards[index]])
      }
    }
  }
}

extension OperationTable {
  /// Whether some device has operations that may be known by their number alone.
  var mayMergeLanes: Bool { activeDevices.contains { MergedLanes.mayMerge(self, $0) } }

  /// What shapes of a device may keep, the most first.
  func details(of device: Int) -> [ChainShape.Detail] {
    let lanes: [ChainShape.Detail] = MergedLanes.mayMerge(self, device) ? [.mergedLanes] : []
    let others: [ChainShape.Detail] = [.withoutW, .largestClass, .largestClassWithoutW]
    switch pairs {
    case .shares: return [.all] + others
    case .steps: return [.all] + lanes + others
    case .stepsOfMergedLanes: return (lanes.isEmpty ? [.all] : lanes) + others
    }
  }
}
