import PipelineModel

/// Grouped interleaved: an interleaved order with a split backward, made of unit cells that repeat, whose
/// memory falls with the size of its groups.
///
/// Source: Wan et al., "PipeOffload: Improving Scalability of Pipeline Parallelism with Memory Optimization",
/// ICML 2025, arXiv 2503.01328: generalised interleaved schedules.
struct GroupedInterleaved: Family {
  let name = "grouped-interleaved"
  let title = "Grouped interleaved"
  let purpose = "interleaving at 1F1B's memory, at less with smaller groups"
  let peakFormula = "2p, 1.5p for g = p/2 (v = 2)"
  let idleFormula = "v = 2, g = p: (p-1)(F+B)"
  let bubbleFormula = "makespanBubble (p-1)/(3m+p-1) for v = 2, g = p"
  let source = "arXiv 2503.01328"
  let layout = FamilyLayout.loop(leastChunks: 2)
  let splitsBackward = true
  let takesGroupSize = true

  /// Runs every device's operations in the order of their cells.
  ///
  /// - Complexity: O(operations + m v log(m v)).
  func writeOrders(for problem: Problem, parameters: FamilyParameters) -> Orders {
    let cells = UnitCells(problem, groupSize: parameters.groupSize ?? problem.deviceCount)
    return OrderWriter.orders(for: problem) { device, order in
      // A cell of a forward stands behind those of all backwards that come before it.
      let delay = cells.firstBackward(on: device)
      var forwards = cells.slots[...]
      for backward in cells.slots {
        while let forward = forwards.first, forward.offset < backward.offset + delay {
          order.forward(lane: forward.chunk)
          forwards.removeFirst()
        }
        let lane = cells.chunkCount - 1 - backward.chunk
        order.backwardInput(lane: lane)
        order.backwardWeight(lane: lane)
      }
    }
  }
}

/// When the passes of a grouped interleaved order run, in cells of one unit: on device d a forward d cells
/// after its offset, the backward of the mirrored chunk a fixed time after that.
private struct UnitCells {
  /// A pass and its offset.
  struct Slot {
    var offset: Int
    var chunk: Int
  }

  let deviceCount: Int
  let chunkCount: Int
  /// The passes of all microbatches by ascending offset.
  private(set) var slots: [Slot] = []
  /// The offset of the last chunk's first pass.
  private let lastChunk: Int

  init(_ problem: Problem, groupSize: Int) {
    let chunkCount = problem.stageCount / problem.deviceCount
    deviceCount = problem.deviceCount
    self.chunkCount = chunkCount
    let groups = Self.leastGroup(problem).dividedRoundingUp(by: groupSize)
    let wrap = chunkCount / Self.greatestCommonDivisor(chunkCount, groups)
    func offset(_ chunk: Int, _ member: Int) -> Int {
      3 * groups * groupSize * chunk + 3 * groupSize * (chunk / wrap) + 3 * member
    }
    lastChunk = offset(chunkCount - 1, 0)
    for microbatch in 0..<problem.microbatchCount {
      let (group, member) = microbatch.quotientAndRemainder(dividingBy: groupSize)
      for chunk in 0..<chunkCount {
        slots.append(
          Slot(offset: offset(chunk, member) + 3 * groupSize * chunkCount * group, chunk: chunk))
      }
    }
    slots.sort { $0.offset < $1.offset }
  }

  /// How many cells after a forward of the same offset a backward runs on a device.
  func firstBackward(on device: Int) -> Int { lastChunk + 3 * (deviceCount - 1 - device) + 1 }

  /// How many microbatches must pass through a chunk before the next chunk's turn: half the devices, and more
  /// until their passes last as long as one microbatch takes through a chunk of the model on all devices.
  private static func leastGroup(_ problem: Problem) -> Int {
    let count = problem.deviceCount
    let stages = problem.routes[0].visits.map { problem.costs(at: $0, inModes: 0) }
    let longestWay = stride(from: 0, to: stages.count, by: count).reduce(0) { longest, first in
      let chunk = stages[first..<first + count]
      return max(
        longest, chunk.reduce(0) { $0 + $1.forward },
        chunk.reduce(0) { $0 + ($1.duration(of: .backwardInput) ?? 0) })
    }
    let half = count.dividedRoundingUp(by: 2)
    guard let work = stages.map(\.work).max(), work > 0 else { return half }
    // A ratio a rounding error above a whole number is that number.
    return max(half, Int((longestWay / work * (1 - 1e-9)).rounded(.up)))
  }

  private static func greatestCommonDivisor(_ first: Int, _ second: Int) -> Int {
    second == 0 ? first : greatestCommonDivisor(second, first % second)
  }
}

extension Int {
  /// The quotient of positive numbers, rounded up.
  fileprivate func dividedRoundingUp(by divisor: Int) -> Int { (self + divisor - 1) / divisor }
}
