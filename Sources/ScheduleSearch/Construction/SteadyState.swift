import PipelineModel

/// Orders for more microbatches out of orders for fewer: a stretch of the steady state is repeated between warm-up and
/// cool-down; or for fewer, where one is left out.
///
/// A stretch that holds equally many operations of every stage and kind leaves a device's memory as it found it,
/// so repeating it keeps every limit.
package struct SteadyState {
  private let model: SearchModel
  private let target: SearchModel
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

  /// Sizes to optimise in place of the model's own, in the order in which they are to be tried: large enough for a
  /// steady state, and shorter by a whole number of stretches of many lengths; none where the model has few microbatches,
  /// or different ones.
  static func microbatchCounts(for model: SearchModel) -> [Int] {
    let count = model.problem.microbatchCount
    guard model.isFirstInFirstOut, model.problem.usesDefaultRoute,
      model.problem.microbatches[0].withoutLabels == Microbatch(), model.nodes.count >= Effort.leastComposed
    else { return [] }
    let isLarge = model.nodes.count > Effort.mostFastOperations
    let rounds = [Effort.roundsOfSteadyState] + (isLarge ? [Effort.moreRoundsOfSteadyState] : [])
    return rounds.compactMap {
      let least = $0 * model.busyDevices.count
      let short = least + (count - least) % Effort.sharedStretch
      return count >= max(2 * least, least + Effort.sharedStretch) ? short : nil
    }
  }

  /// Takes orders of a model, which must run, to be made orders of another with more or fewer microbatches.
  package init(_ nodeOrder: [Int32], of model: SearchModel, to target: SearchModel) {
    self.nodeOrder = nodeOrder
    self.model = model
    self.target = target
  }

  /// How many microbatches are missing; below 0 where there are too many.
  private var missing: Int { target.problem.microbatchCount - model.problem.microbatchCount }

  /// Different ways to repeat a stretch, the most promising first; all of them run and keep every limit that the given
  /// orders keep.
  package func candidates() -> [[Int32]] { stretches().map(repeating) }

  /// What can be repeated, or left out, for the number of microbatches of the target, the most promising first.
  package func stretches() -> [Stretch] {
    var timer = IncrementalTimer(model)
    guard timer.load(nodeOrder) else { return [] }
    let starts = nodeOrder.map { timer.states[Int($0)].head }
    let closure = CutClosure(nodeOrder, of: model)
    var stretches: [Stretch] = []
    for length in missing < 0 ? -missing...(-missing) : 1...Effort.longestStretch where missing % length == 0
    {
      let balanced = (0..<model.deviceCount).map { balancedPositions(on: $0, length) }
      for cut in Set(moments(starts).compactMap { closure.cut(at: $0, starts, balanced) }) {
        let time = longest(from: cut, length, starts)
        stretches.append(Stretch(length: length, cut: cut, estimate: time / Double(length)))
      }
    }
    return stretches.sorted { $0.precedes($1) }
  }

  /// The starts of one device's operations, between two of which few others start; not all of very many.
  private func moments(_ starts: [Double]) -> [Double] {
    guard let device = model.busyDevices.first else { return [] }
    let own = starts[model.bounds[device]..<model.bounds[device + 1]]
    let step = max(1, own.count / Effort.mostCutMoments)
    return stride(from: own.startIndex, to: own.endIndex, by: step).map { own[$0] }
  }

  /// The longest time from the start of a stretch to that of what follows it.
  private func longest(from cut: [Int], _ length: Int, _ starts: [Double]) -> Double {
    model.busyDevices.reduce(0) { longest, device in
      let (first, next) = (cut[device], cut[device] + model.groups(of: device) * length)
      let end = model.bounds[device + 1]
      let last = Int(nodeOrder[end - 1])
      let start = next < end ? starts[next] : starts[end - 1] + model.nodes[last].duration
      return max(longest, start - starts[first])
    }
  }

  /// Where `length` operations of every stage and kind of a device follow each other.
  private func balancedPositions(on device: Int, _ length: Int) -> [Int] {
    let groups = model.groups(of: device)
    let size = groups * length
    let bounds = model.bounds[device]..<model.bounds[device + 1]
    var counts = [Int](repeating: 0, count: model.groupCount)
    var unbalanced = groups
    func change(_ position: Int, by step: Int) {
      let group = Int(model.nodes[Int(nodeOrder[position])].group)
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

  /// The orders of the target, with a stretch repeated or left out.
  package func repeating(_ stretch: Stretch) -> [Int32] {
    let copies = 1 + missing / stretch.length
    var result: [Int32] = []
    result.reserveCapacity(target.nodes.count)
    for device in 0..<model.deviceCount {
      let order = model.bounds[device]..<model.bounds[device + 1]
      let first = stretch.cut[device]
      let end = order.isEmpty ? first : first + model.groups(of: device) * stretch.length
      result += nodeOrder[order.lowerBound..<first]
      for _ in 0..<copies { result += nodeOrder[first..<end] }
      result += nodeOrder[end..<order.upperBound]
    }
    // Labels of repeated operations are wrong until they are counted again.
    return target.firstInFirstOut(result)
  }
}
