import PipelineModel

/// Orders for many microbatches out of orders for few: a stretch of the steady state is repeated between warm-up
/// and cool-down.
///
/// A stretch that holds equally many operations of every stage and kind leaves a device's memory as it found it,
/// so repeating it keeps every limit.
package struct SteadyState {
  private let small: SearchModel
  private let large: SearchModel
  private let nodeOrder: [Int32]

  /// A size to optimise in place of the model's own: large enough for a steady state, and shorter by a whole
  /// number of stretches of one to four microbatches; `nil` where the model is small or its microbatches differ.
  static func microbatchCount(for model: SearchModel) -> Int? {
    let count = model.problem.microbatchCount
    guard model.isFirstInFirstOut, model.problem.usesDefaultRoute,
      model.problem.microbatches[0] == Microbatch(),
      model.nodes.count > Effort.largestWholeProblem
    else { return nil }
    let stretch = 12
    let enough = 3 * model.deviceCount
    let repeats = (count - enough) / stretch
    return repeats > 2 ? count - repeats * stretch : nil
  }

  /// Takes orders of the small model, which must run, to be stretched to the large one.
  package init(_ nodeOrder: [Int32], of small: SearchModel, to large: SearchModel) {
    self.nodeOrder = nodeOrder
    self.small = small
    self.large = large
  }

  /// Different ways to repeat a stretch; all of them run and keep every limit that the small orders keep.
  package func candidates() -> [[Int32]] {
    var timer = IncrementalTimer(small)
    guard timer.load(nodeOrder) else { return [] }
    let starts = nodeOrder.map { timer.states[Int($0)].head }
    let end = starts.max() ?? 0
    return (1...4).flatMap { length in
      let balanced = (0..<small.deviceCount).map { balancedPositions(on: $0, length) }
      var cuts: [[Int]] = []
      for share in stride(from: 0.3, through: 0.7, by: 0.02) where cuts.count < 3 {
        guard let cut = cut(at: share * end, starts, balanced), !cuts.contains(cut), isClosed(cut) else {
          continue
        }
        cuts.append(cut)
      }
      return cuts.map { repeating(length, from: $0) }
    }
  }

  /// Where `length` operations of every stage and kind of a device follow each other.
  private func balancedPositions(on device: Int, _ length: Int) -> [Int] {
    let groups = small.groups(of: device)
    let size = groups * length
    let bounds = small.bounds[device]..<small.bounds[device + 1]
    var counts = [Int](repeating: 0, count: small.groupCount)
    var unbalanced = groups
    func change(_ position: Int, by step: Int) {
      let group = Int(small.nodes[Int(nodeOrder[position])].group)
      if counts[group] == length { unbalanced += 1 }
      counts[group] += step
      if counts[group] == length { unbalanced -= 1 }
    }
    return bounds.filter { position in
      change(position, by: 1)
      if position - bounds.lowerBound >= size { change(position - size, by: -1) }
      return unbalanced == 0
    }.map { $0 + 1 - size }
  }

  /// The balanced position of every device next to a moment; `nil` where a device has none.
  private func cut(at time: Double, _ starts: [Double], _ balanced: [[Int]]) -> [Int]? {
    var cut: [Int] = []
    for device in 0..<small.deviceCount {
      let order = small.bounds[device]..<small.bounds[device + 1]
      let now = order.first { starts[$0] >= time } ?? order.upperBound
      guard let nearest = balanced[device].min(by: { abs($0 - now) < abs($1 - now) }) else {
        guard order.isEmpty else { return nil }
        cut.append(order.lowerBound)
        continue
      }
      cut.append(nearest)
    }
    return cut
  }

  /// Whether all inputs of what precedes a cut precede it too. Then a stretch can be repeated: behind it every
  /// stage and kind is the same number of microbatches further.
  private func isClosed(_ cut: [Int]) -> Bool {
    var precedes = [Bool](repeating: false, count: small.nodes.count)
    for device in 0..<small.deviceCount {
      for node in nodeOrder[small.bounds[device]..<cut[device]] { precedes[Int(node)] = true }
    }
    return small.nodes.indices.allSatisfy { node in
      let producer = Int(small.nodes[node].producer)
      return !precedes[node] || producer < 0 || precedes[producer]
    }
  }

  private func repeating(_ length: Int, from cut: [Int]) -> [Int32] {
    let repeats = (large.problem.microbatchCount - small.problem.microbatchCount) / length
    var result: [Int32] = []
    result.reserveCapacity(large.nodes.count)
    for device in 0..<small.deviceCount {
      let order = small.bounds[device]..<small.bounds[device + 1]
      let stretch = order.isEmpty ? 0 : small.groups(of: device) * length
      result += nodeOrder[order.lowerBound..<cut[device]]
      for _ in 0...repeats { result += nodeOrder[cut[device]..<cut[device] + stretch] }
      result += nodeOrder[(cut[device] + stretch)..<order.upperBound]
    }
    // Labels of repeated operations are wrong until they are counted again.
    return large.firstInFirstOut(result)
  }
}
