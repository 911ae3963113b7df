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
  /// Per operation, or per number of one where these are all that is known.
  private let gaps: FlatArray<Double>
  private let lanes: MergedLanes?
  /// Whether every step takes exactly its time: else its latest end says nothing of its start, nor its start of its end.
  private let isExact: Bool
  private let numbered: (heads: WindowEnds, tails: WindowEnds)

  /// Tabulates the pairs of a device's shape. O(steps).
  init(
    _ shape: ChainShape, of device: Int, in table: OperationTable, _ costs: PairCosts,
    least: FlatArray<Double>
  ) {
    let bounds = table.range(of: device)
    operationCount = bounds.count
    heads = WindowEnds(count: bounds.count)
    tails = WindowEnds(count: bounds.count)
    durations = FlatArray(repeating: 0, count: shape.stepCount)
    headGates = FlatArray(repeating: 0, count: shape.stepCount)
    tailGates = FlatArray(repeating: 0, count: shape.stepCount)
    let lanes = shape.isMerged ? MergedLanes(table, device) : nil
    self.lanes = lanes
    numbered =
      lanes == nil ? (heads, tails) : (WindowEnds(count: bounds.count), WindowEnds(count: bounds.count))
    gaps = FlatArray(repeating: 0, count: bounds.count)
    let parts = lanes?.parts(costs, from: bounds.lowerBound) ?? bounds.map { costs.part(of: $0) }
    for (number, part) in parts.enumerated() {
      gaps[number] = part.gap
      // A partner that is left out makes an operation as short as the pair.
      durations[number] = shape.lacksPartners ? least[bounds.lowerBound + number] : part.duration
    }
    isExact =
      !table.lowered.hasEndDurations && !shape.lacksPartners
      && lanes?.areEqual(costs, from: bounds.lowerBound) ?? true
    let none = Pair(forward: 0, backward: 0, time: 0, gap: 0)
    pairs = FlatArray(repeating: none, count: shape.stepCount - bounds.count)
    for pair in shape.pairs {
      var step = pair.first
      for forward in shape.chains[pair.forward].operations {
        for backward in shape.chains[pair.backward].operations {
          let (first, second) = (parts[Int(forward)], parts[Int(backward)])
          let time = costs.together(first, second)
          pairs[step - operationCount] = Pair(
            forward: forward, backward: backward, time: time, gap: second.gapOfWhole)
          durations[step] = time + second.gapOfWhole
          step += 1
        }
      }
    }
  }

  /// Takes what bounds every step from what bounds its operations, each counted on the device. O(steps).
  func setGates(heads: WindowEnds, tails: WindowEnds) {
    let (heads, tails) = lanes?.merged(heads: heads, tails: tails) ?? (heads, tails)
    let (headGates, tailGates, durations) = (headGates.base, tailGates.base, durations.base)
    let (pairs, gaps) = (pairs.base, gaps.base)
    for operation in 0..<operationCount {
      headGates[operation] = heads.near[operation]
      tailGates[operation] = tails.near[operation]
      guard isExact else { continue }
      headGates[operation] = max(headGates[operation], heads.far[operation] - durations[operation])
      tailGates[operation] = max(tailGates[operation], tails.far[operation] - durations[operation])
    }
    for index in 0..<self.pairs.count {
      let (pair, step) = (pairs[index], operationCount + index)
      let (forward, backward) = (Int(pair.forward), Int(pair.backward))
      headGates[step] = max(heads.near[forward], heads.near[backward])
      var rest = max(tails.near[forward] + gaps[forward], tails.near[backward] + gaps[backward])
      if isExact {
        let end = max(heads.far[forward] - gaps[forward], heads.far[backward] - gaps[backward])
        headGates[step] = max(headGates[step], end - pair.time)
        rest = max(rest, max(tails.far[forward], tails.far[backward]) - pair.time)
      }
      tailGates[step] = rest - pair.gap
    }
  }

  /// Takes what bounds operations from what bounds the steps that hold them; infinity for an operation in none of
  /// those that are left. O(steps).
  ///
  /// - Parameters:
  ///   - starts: per step the earliest start.
  ///   - rests: per step the least time that follows.
  func read(starts: UnsafePointer<Double>, rests: UnsafePointer<Double>) {
    let (heads, tails) = numbered
    let (durations, pairs, gaps) = (durations.base, pairs.base, gaps.base)
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
    lanes?.spread(numbered, to: self.heads, self.tails)
  }
}
