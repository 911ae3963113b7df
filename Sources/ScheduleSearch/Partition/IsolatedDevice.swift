import PipelineModel

/// One device with its runs of layers, everything else taken for as fast as it can be.
///
/// What runs before, between and behind its stages becomes latency: on no device, however many microbatches there are. Any
/// schedule of the whole problem is then one of this, on every partition that gives the device these runs: what is
/// proved of it holds for all of them. docs/proofs.md has the argument.
struct IsolatedDevice {
  private let problem: PartitionProblem
  private var stages: RunStages
  /// By layer: the least time of its passes that carry a microbatch on, in any mode, on the fastest device.
  private let forward: [Double], gradient: [Double]
  /// The least time of the `W` of the first layer that has one; 0 where backward passes are whole.
  private let firstWeight: (layer: Int, time: Double)
  /// From each stage to the next, and back.
  private let latencies: [(there: Double, back: Double)]

  /// Prepares to take devices out of a problem. O(layers x modes + stages).
  ///
  /// - Parameter isFused: whether backward passes that could be split are whole.
  init(_ problem: PartitionProblem, isFused: Bool) {
    self.problem = problem
    stages = RunStages(problem.layers)
    let factor = problem.microbatches.reduce(Double.infinity) { min($0, $1.scale.least) }
    let overlap = problem.instance.leastShareInPair
    let speed = problem.devices.reduce(0) { max($0, $1.speed) } / (factor * overlap)
    let modes = problem.layers.passes.map { layer in layer.choices.map { layer.inMode($0) } }
    func least(_ time: (Stage) -> Double) -> [Double] {
      modes.map { ($0.map(time).min() ?? 0) / speed }
    }
    forward = least { $0.leastPasses(isFused: isFused).forward }
    gradient = least { $0.leastPasses(isFused: isFused).gradient ?? 0 }
    let first = problem.layers.passes.firstIndex { $0.duration(of: .backwardWeight) != nil }
    firstWeight = (
      first ?? problem.layers.count,
      isFused ? 0 : first.map { least { $0.duration(of: .backwardWeight) ?? 0 }[$0] } ?? 0
    )
    latencies = problem.leastLatencies
  }

  /// The stages of a device by themselves; `nil` where no mode of theirs fits its memory.
  ///
  /// - Parameters:
  ///   - device: hosts all of them, and no other stage does.
  ///   - runs: the layers of each, with its number.
  mutating func problem(_ device: Device.ID, hosting runs: [(stage: Int, layers: Range<Int>)]) -> Problem? {
    var chain = IsolatedChain(problem, device: device)
    var (done, stage) = (0, 0)
    for (place, run) in runs.enumerated() {
      if let lag = lag(from: done, to: run.layers.lowerBound, stages: stage..<run.stage, isFirst: place == 0)
      {
        place == 0 ? chain.pass(lag) : chain.passBetween(lag)
      }
      chain.host(run.stage, stages.stage(of: run.layers))
      (done, stage) = (run.layers.upperBound, run.stage)
    }
    if let lag = lag(
      from: done, to: problem.layers.count, stages: stage..<problem.stageCount - 1, isFirst: false)
    {
      chain.pass(lag)
    }
    return chain.closed()
  }

  /// What passes between two stages take, there and back; `nil` where there is nothing between them.
  private func lag(from first: Int, to last: Int, stages: Range<Int>, isFirst: Bool) -> IsolatedChain.Lag? {
    guard !stages.isEmpty else { return nil }
    let there = stages.reduce(0) { $0 + latencies[$1].there } + forward[first..<last].reduce(0, +)
    var back = gradient[first..<last].reduce(0, +)
    // Where nothing is trained on the other side, or a first stage may be empty, nobody knows how far gradients go.
    let trained = problem.layers.firstWithBackward
    let comesThrough = isFirst ? trained == 0 && problem.leastCount > 0 : first > trained
    if comesThrough { back += stages.reduce(0) { $0 + latencies[$1].back } }
    // The last gradient is followed by a `W` of the same layer; later layers may run theirs meanwhile.
    if isFirst, firstWeight.layer == trained, trained < last { back += firstWeight.time }
    return IsolatedChain.Lag(there: there, back: back, hasBackward: trained < last)
  }
}

extension Microbatch.Scale {
  /// The least of all factors.
  fileprivate var least: Double { factors.min() ?? 1 }
}

extension PartitionProblem {
  /// The least latency from each stage to the next, and back, wherever layers are cut.
  fileprivate var leastLatencies: [(there: Double, back: Double)] {
    let sizes = Set(layers.passes.map(\.messageBytes))
    return zip(hosts, hosts.dropFirst()).map { sources, targets in
      func least(_ from: [Device.ID], _ to: [Device.ID]) -> Double {
        from.reduce(.infinity) { least, source in
          to.reduce(least) { least, target in
            sizes.reduce(least) { min($0, communication.latency(from: source, to: target, carrying: $1)) }
          }
        }
      }
      return (least(sources, targets), least(targets, sources))
    }
  }
}
