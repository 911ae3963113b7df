import PipelineModel

/// The chains of one device and the memory they share: what decides which sets of operations can be done first.
///
/// A prefix of a order is told by how many operations of each chain it holds. Devices of one shape share a graph.
struct ChainShape: Hashable {
  /// Operations that FIFO, or their being alike, puts in one order.
  struct Chain: Hashable {
    /// The first operation, counted on the device, and the distance to each following one.
    var first: Int32
    var stride: Int32
    /// The number of operations.
    var length: Int32
    /// What the end of an operation, or the start of an `F`, adds to the memory held.
    var growth: Double
    /// The chains whose counts, summed up, this chain's count never exceeds; empty for no such chains.
    var behind: [Int]
  }

  /// Which operations a shape keeps; leaving some out relaxes the problem.
  enum Detail: CaseIterable {
    /// All of them.
    case all
    /// All but `W`, whose memory `B` then releases.
    case withoutW
    /// Those of the largest class of microbatches.
    case largestClass
    /// The largest class's without `W`.
    case largestClassWithoutW

    /// What to try for a table, the most first; without `W` there is none to leave out.
    static func all(of table: OperationTable) -> [Detail] {
      table.isFused ? [.all, .largestClass] : allCases
    }
  }

  private(set) var chains: [Chain] = []
  /// What activations may take at most; infinite without a limit.
  let limit: Double
  /// The kept operations, counted on the device, microbatch by microbatch along their ways.
  private(set) var order: [Int32] = []

  /// Takes the chains of a device.
  init(
    _ table: OperationTable, device: Int, order all: [Int32], fixedMemory: Double, detail: Detail
  ) {
    limit = table.problem.devices[device].capacity - fixedMemory
    let largest = table.classes.indices.max {
      (table.classes[$0].members.count, -$0) < (table.classes[$1].members.count, -$1)
    }
    for (index, block) in table.blocks[device].enumerated() where !block.positions.isEmpty {
      let isAlone = detail == .largestClass || detail == .largestClassWithoutW
      if isAlone && index != largest { continue }
      let route = table.problem.routes[table.classes[index].route]
      let stages = block.positions.map { table.problem.stages[route.visits[$0].stage.index] }
      add(
        block, stages: stages,
        keepsW: !table.isFused && (detail == .all || detail == .largestClass))
    }
    var isKept = [Bool](repeating: false, count: all.count)
    for chain in chains {
      for index in 0..<chain.length { isKept[Int(chain.first + index * chain.stride)] = true }
    }
    order = all.filter { isKept[Int($0)] }
  }

  private mutating func add(_ block: OperationTable.Block, stages: [Stage], keepsW: Bool) {
    let length = Int32(block.length)
    var behind: [Int] = []
    func append(first: Int, stride: Int32, length: Int32, growth: Double, behind: [Int]) {
      chains.append(
        Chain(first: Int32(first), stride: stride, length: length, growth: growth, behind: behind))
    }
    for (index, stage) in stages.enumerated() {
      append(
        first: block.forward(index), stride: 1, length: length, growth: stage.activationForB, behind: behind)
      behind = [chains.count - 1]
    }
    var backward: [Int] = []
    for (index, stage) in stages.enumerated().reversed() {
      let kept = keepsW ? stage.activationForW : 0
      append(
        first: block.backward(index), stride: 1, length: length, growth: kept - stage.activationForB,
        behind: behind)
      behind = [chains.count - 1]
      backward.append(chains.count - 1)
    }
    guard keepsW, let some = stages.first else { return }
    let count = Int32(stages.count)
    // Where the W of all visits cost the same, only their number matters.
    if stages.allSatisfy({
      $0.duration(of: .backwardWeight) == some.duration(of: .backwardWeight)
        && $0.activationForW == some.activationForW
    }) {
      append(
        first: block.weight(stages.count - 1), stride: 1, length: length * count,
        growth: -some.activationForW, behind: backward)
    } else {
      for (index, stage) in stages.enumerated() {
        append(
          first: block.weight(index), stride: count, length: length, growth: -stage.activationForW,
          behind: [backward[stages.count - 1 - index]])
      }
    }
  }
}
