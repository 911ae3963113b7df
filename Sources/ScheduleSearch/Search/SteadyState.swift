import PipelineModel

/// Words for many microbatches out of words for few: a stretch of the steady state is repeated between warm-up
/// and cool-down.
///
/// A stretch that holds equally many operations of every stage and kind leaves a device's memory as it found it,
/// so repeating it keeps every limit.
struct SteadyState {
  private let small: SearchModel
  private let large: SearchModel
  private let order: [Int32]

  /// A size to optimise in place of the model's own: large enough for a steady state, and shorter by a whole
  /// number of stretches of one to four microbatches; `nil` where the model is small or its microbatches differ.
  static func microbatchCount(for model: SearchModel) -> Int? {
    let count = model.problem.microbatchCount
    guard model.isFirstInFirstOut, model.problem.usesDefaultRoute, model.problem.microbatches[0].scale == 1,
      model.nodes.count > 8_000
    else { return nil }
    let stretch = 12
    let enough = 3 * model.deviceCount
    let repeats = (count - enough) / stretch
    return repeats > 2 ? count - repeats * stretch : nil
  }

  /// Takes words of the small model to be stretched to the large one.
  init(_ order: [Int32], of small: SearchModel, to large: SearchModel) {
    self.order = order
    self.small = small
    self.large = large
  }

  /// Different ways to repeat a stretch; some may not run.
  func candidates() -> [[Int32]] {
    let count = small.problem.microbatchCount
    return [1, 2, 3, 4].flatMap { length in
      [count * 3 / 8, count / 2, count * 5 / 8].compactMap { repeating(length, near: $0) }
    }
  }

  /// Repeats `length` microbatches around a given one on every device; `nil` where a device has no such stretch.
  private func repeating(_ length: Int, near middle: Int) -> [Int32]? {
    let repeats = (large.problem.microbatchCount - small.problem.microbatchCount) / length
    var result: [Int32] = []
    result.reserveCapacity(large.nodes.count)
    for device in 0..<small.deviceCount {
      let word = order[small.bounds[device]..<small.bounds[device + 1]]
      guard let stretch = stretch(of: word, length, near: middle) else { return nil }
      result += word[..<stretch.lowerBound]
      for _ in 0...repeats { result += word[stretch] }
      result += word[stretch.upperBound...]
    }
    // Labels of repeated operations are wrong until they are counted again.
    return large.firstInFirstOut(result)
  }

  /// A balanced stretch that begins with a first forward, as near to a microbatch as there is one.
  private func stretch(of word: ArraySlice<Int32>, _ length: Int, near middle: Int) -> Range<Int>? {
    guard let leader = word.first.map({ small.nodes[Int($0)].group }) else {
      return word.startIndex..<word.startIndex
    }
    let leaders = word.indices.filter { small.nodes[Int(word[$0])].group == leader }
    let tries = leaders.indices.dropLast(length).sorted { abs($0 - middle) < abs($1 - middle) }
    for first in tries.prefix(small.problem.microbatchCount / 3) {
      let range = leaders[first]..<leaders[first + length]
      if isBalanced(word[range], length) { return range }
    }
    return nil
  }

  /// Whether every stage and kind of the device occurs `length` times.
  private func isBalanced(_ stretch: ArraySlice<Int32>, _ length: Int) -> Bool {
    var counts: [Int32: Int] = [:]
    for node in stretch { counts[small.nodes[Int(node)].group, default: 0] += 1 }
    let device = stretch.first.map { Int(small.nodes[Int($0)].device) }
    let groups = small.kinds * small.lanes.count { $0.device == device }
    return counts.count == groups && counts.values.allSatisfy { $0 == length }
  }
}
