/// The steps of one device's prefix graph where pairs overlap: its operations, and behind them its pairs.
///
/// A pair begins once both inputs have arrived and sends both outputs at its end. It is one step that takes longer
/// than an operation alone, so of an operation the earliest start no longer tells the earliest end: both are kept, and
/// so are what follows its end and what follows its start. docs/proofs.md has the proof.
final class PairSteps {
  /// One pair in grid steps.
  private struct Pair: BitwiseCopyable {
    var forward: Int32
    var backward: Int32
    /// Without a gap behind it.
    var time: Double
    /// The gap behind it.
    var gap: Double
  }

  /// Per step.
  let durations: FlatArray<Double>
  let headGates: FlatArray<Double>
  let tailGates: FlatArray<Double>
  /// What `read` found for each operation.
  let heads: WindowEnds
  let tails: WindowEnds
  private let operationCount: Int
  private let pairs: FlatArray<Pair>
  private let gaps: UnsafePointer<Double>

  /// Tabulates the pairs of a device's shape. O(steps).
  init(_ shape: ChainShape, of device: Int, _ costs: PairCosts, least: FlatArray<Double>) {
    let table = costs.table
    let bounds = table.range(of: device)
    operationCount = bounds.count
    heads = WindowEnds(count: bounds.count)
    tails = WindowEnds(count: bounds.count)
    durations = FlatArray(repeating: 0, count: shape.stepCount)
    headGates = FlatArray(repeating: 0, count: shape.stepCount)
    tailGates = FlatArray(repeating: 0, count: shape.stepCount)
    gaps = UnsafePointer(table.gap.base + bounds.lowerBound)
    for operation in bounds {
      // A partner that is left out makes an operation as short as the pair.
      durations[operation - bounds.lowerBound] =
        shape.lacksPartners ? least[operation] : table.duration[operation]
    }
    let none = Pair(forward: 0, backward: 0, time: 0, gap: 0)
    pairs = FlatArray(repeating: none, count: shape.stepCount - bounds.count)
    for pair in shape.pairs {
      func parts(_ chain: Int) -> [(operation: Int32, work: Double, factor: Double, gap: Double)] {
        let chain = shape.chains[chain]
        return (0..<chain.length).map { rank in
          let local = chain.first + rank * chain.stride
          let operation = bounds.lowerBound + Int(local)
          let last = table.facts[operation].contains(.hasWeight) ? table.weight(of: operation) : operation
          return (local, costs.work(of: operation), costs.factor(of: operation), table.gap[last])
        }
      }
      var step = pair.first
      let backwards = parts(pair.backward)
      for forward in parts(pair.forward) {
        for backward in backwards {
          let time = costs.together((forward.work, forward.factor), (backward.work, backward.factor))
          pairs[step - operationCount] = Pair(
            forward: forward.operation, backward: backward.operation, time: time, gap: backward.gap)
          durations[step] = time + backward.gap
          step += 1
        }
      }
    }
  }

  /// Takes what bounds every step from what bounds its operations, each counted on the device. O(steps).
  func setGates(heads: WindowEnds, tails: WindowEnds) {
    let (headGates, tailGates, durations, pairs) = (headGates.base, tailGates.base, durations.base, pairs.base)
    for operation in 0..<operationCount {
      let duration = durations[operation]
      headGates[operation] = max(heads.near[operation], heads.far[operation] - duration)
      tailGates[operation] = max(tails.near[operation], tails.far[operation] - duration)
    }
    for index in 0..<self.pairs.count {
      let pair = pairs[index]
      let (forward, backward) = (Int(pair.forward), Int(pair.backward))
      headGates[operationCount + index] = max(
        max(heads.near[forward], heads.far[forward] - gaps[forward] - pair.time),
        max(heads.near[backward], heads.far[backward] - gaps[backward] - pair.time))
      let rest = max(
        max(tails.near[forward] + gaps[forward], tails.far[forward] - pair.time),
        max(tails.near[backward] + gaps[backward], tails.far[backward] - pair.time))
      tailGates[operationCount + index] = rest - pair.gap
    }
  }

  /// Takes what bounds operations from what bounds the steps that hold them; infinity for an operation in none of
  /// those that are left. O(steps).
  ///
  /// - Parameters:
  ///   - starts: per step the earliest start.
  ///   - rests: per step the least time that follows.
  func read(starts: UnsafePointer<Double>, rests: UnsafePointer<Double>) {
    let (heads, tails, durations, pairs) = (heads, tails, durations.base, pairs.base)
    for operation in 0..<operationCount {
      heads.near[operation] = starts[operation]
      heads.far[operation] = starts[operation] + durations[operation]
      tails.near[operation] = rests[operation]
      tails.far[operation] = rests[operation] + durations[operation]
    }
    for index in 0..<self.pairs.count where starts[operationCount + index] < .infinity {
      let pair = pairs[index]
      let (start, rest) = (starts[operationCount + index], rests[operationCount + index] + pair.gap)
      for operation in [Int(pair.forward), Int(pair.backward)] {
        let gap = gaps[operation]
        heads.near[operation] = min(heads.near[operation], start)
        heads.far[operation] = min(heads.far[operation], start + pair.time + gap)
        tails.near[operation] = min(tails.near[operation], rest - gap)
        tails.far[operation] = min(tails.far[operation], rest + pair.time)
      }
    }
  }
}
