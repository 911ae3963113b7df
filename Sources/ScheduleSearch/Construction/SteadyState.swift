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

  /// What is to be repeated.
  package struct Stretch: Sendable {
    /// How many operations of every stage and kind it holds.
    let length: Int
    /// Where it begins in each device's order.
    let cut: [Int]
    /// The longest time that it takes a device, a microbatch: an estimate of what each further one adds.
    let estimate: Double

    /// Whether it is more promising, or as promising and first in some order that is the same in every run.
    fileprivate func precedes(_ other: Stretch) -> Bool {
      if estimate != other.estimate { return estimate < other.estimate }
      if length != other.length { return length < other.length }
      return cut.lexicographicallyPrecedes(other.cut)
    }
  }

  /// A size to optimise in place of the model's own: large enough for a steady state, and shorter by a whole
  /// number of stretches of many lengths; `nil` where the model has few microbatches, or different ones.
  static func microbatchCount(for model: SearchModel) -> Int? {
    let count = model.problem.microbatchCount
    guard model.isFirstInFirstOut, model.problem.usesDefaultRoute,
      model.problem.microbatches[0] == Microbatch()
    else { return nil }
    let least = Effort.roundsOfSteadyState * model.busyDevices.count
    let short = least + (count - least) % Effort.sharedStretch
    return count >= least + max(Effort.sharedStretch, least / 2) ? short : nil
  }

  /// Takes orders of the small model, which must run, to be stretched to the large one.
  package init(_ nodeOrder: [Int32], of small: SearchModel, to large: SearchModel) {
    self.nodeOrder = nodeOrder
    self.small = small
    self.large = large
  }

  /// Different ways to repeat a stretch, the most promising first; all of them run and keep every limit that the small
  /// orders keep.
  package func candidates() -> [[Int32]] { stretches().map(repeating) }

  /// What can be repeated to the number of microbatches of the large model, the most promising first.
  package func stretches() -> [Stretch] {
    var timer = IncrementalTimer(small)
    guard timer.load(nodeOrder) else { return [] }
    let starts = nodeOrder.map { timer.states[Int($0)].head }
    let closure = CutClosure(nodeOrder, of: small)
    let missing = large.problem.microbatchCount - small.problem.microbatchCount
    var stretches: [Stretch] = []
    for length in 1...Effort.longestStretch where missing % length == 0 {
      let balanced = (0..<small.deviceCount).map { balancedPositions(on: $0, length) }
      for cut in Set(moments(starts).compactMap { closure.cut(at: $0, starts, balanced) }) {
        let time = longest(from: cut, length, starts)
        stretches.append(Stretch(length: length, cut: cut, estimate: time / Double(length)))
      }
    }
    return stretches.sorted { $0.precedes($1) }
  }

  /// The starts of one device's operations: between two of them few others start.
  private func moments(_ starts: [Double]) -> [Double] {
    guard let device = small.busyDevices.first else { return [] }
    return Array(starts[small.bounds[device]..<small.bounds[device + 1]])
  }

  /// The longest time from the start of a stretch to that of what follows it.
  private func longest(from cut: [Int], _ length: Int, _ starts: [Double]) -> Double {
    small.busyDevices.reduce(0) { longest, device in
      let (first, next) = (cut[device], cut[device] + small.groups(of: device) * length)
      let end = small.bounds[device + 1]
      let last = Int(nodeOrder[end - 1])
      let start = next < end ? starts[next] : starts[end - 1] + small.nodes[last].duration
      return max(longest, start - starts[first])
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

  /// The orders of the large model with a stretch repeated.
  package func repeating(_ stretch: Stretch) -> [Int32] {
    let repeats = (large.problem.microbatchCount - small.problem.microbatchCount) / stretch.length
    var result: [Int32] = []
    result.reserveCapacity(large.nodes.count)
    for device in 0..<small.deviceCount {
      let order = small.bounds[device]..<small.bounds[device + 1]
      let first = stretch.cut[device]
      let end = order.isEmpty ? first : first + small.groups(of: device) * stretch.length
      result += nodeOrder[order.lowerBound..<first]
      for _ in 0...repeats { result += nodeOrder[first..<end] }
      result += nodeOrder[end..<order.upperBound]
    }
    // Labels of repeated operations are wrong until they are counted again.
    return large.firstInFirstOut(result)
  }
}
