import PipelineModel

/// The order in which interleaved schedules visit the chunks of a device: consecutive microbatches in groups,
/// each group through all chunks before the next group's turn.
///
/// Backwards visit the chunks in reverse, groups and microbatches in the same order.
struct LoopOrder {
  /// How many chunks each device has.
  let chunkCount: Int
  /// How many microbatches the largest group has.
  let largestGroup: Int
  /// The chunk of every forward in turn.
  private(set) var chunks: [Int] = []

  /// Walks over the chunks of a loop in groups of `groupSize` microbatches.
  init(_ problem: Problem, groupSize: Int) {
    let groups = Self.groups(
      of: groupSize, microbatchCount: problem.microbatchCount, deviceCount: problem.deviceCount)
    chunkCount = problem.stageCount / problem.deviceCount
    largestGroup = groups.max() ?? 0
    chunks.reserveCapacity(problem.visitCount / problem.deviceCount)
    for group in groups {
      for chunk in 0..<chunkCount { chunks += repeatElement(chunk, count: group) }
    }
  }

  /// How many forwards a device runs.
  var count: Int { chunks.count }

  /// The chunk of a backward, counted over all chunks.
  func backwardChunk(_ position: Int) -> Int { chunkCount - 1 - chunks[position] }

  /// The sizes of the groups.
  ///
  /// The last group may be shorter, but not below p, where the devices could wait for each other forever;
  /// Megatron Core refuses such counts. Here the other groups share its microbatches evenly, the first ones
  /// taking one more, which is PyTorch's order where they come out equal. A batch below the group size is one
  /// group.
  static func groups(of size: Int, microbatchCount: Int, deviceCount: Int) -> [Int] {
    let size = min(size, microbatchCount)
    let (full, rest) = microbatchCount.quotientAndRemainder(dividingBy: size)
    if rest == 0 { return Array(repeating: size, count: full) }
    if rest >= deviceCount { return Array(repeating: size, count: full) + [rest] }
    let (longer, first) = microbatchCount.quotientAndRemainder(dividingBy: full)
    return (0..<full).map { $0 < first ? longer + 1 : longer }
  }
}

extension OrderWriter {
  /// F^min(warmUp, all) in a loop's order; then {F, `backward`} while forwards are left, and `backward` until
  /// all have run. `backward` gets the count of backwards before it.
  mutating func loop(_ order: LoopOrder, warmUp: Int, backward: (Int, inout OrderWriter) -> Void) {
    let warmUp = min(warmUp, order.count)
    for position in 0..<warmUp { forward(lane: order.chunks[position]) }
    for position in 0..<order.count {
      if warmUp + position < order.count { forward(lane: order.chunks[warmUp + position]) }
      backward(position, &self)
    }
  }
}
