/// Cuts layers so that the largest work of a device is least.
///
/// The work of a device is that of one microbatch on all its stages, divided by its speed. What it holds with min(M, S - s)
/// microbatches in flight on stage s of S, as 1F1B has them, is within its limit wherever that can be, each stage in the
/// fastest of its modes that fits.
struct PartitionBalance {
  private let problem: PartitionProblem
  private var stages: RunStages
  /// The devices of each stage.
  private let hosts: [[Int]]
  private let speeds: [Double]
  /// `nil` where limits are not looked at.
  private let capacities: [Double]?
  private let inFlight: [Double]
  /// What each stage may hold: the share of its device.
  private let shares: [Double]
  /// Places at which layers may be cut.
  private let cuts: [Int]

  /// The counts of the least largest work, and the mode of each stage. Exact with one stage on every device, and where few
  /// partitions are possible; otherwise the best of many. O(stages x layers² x modes).
  ///
  /// - Parameters:
  ///   - inFlight: a factor on the microbatches in flight; there is one at least.
  ///   - isLimited: whether partitions that do not fit are left out.
  /// - Returns: `nil` where none fits.
  static func cut(
    _ problem: PartitionProblem, inFlight: Double = 1, isLimited: Bool = true
  ) -> (counts: [Int], modes: [Int])? {
    var balance = PartitionBalance(problem, inFlight: inFlight, isLimited: isLimited)
    guard let ends = balance.ends() else { return nil }
    let counts = problem.counts(endingAt: ends)
    var start = 0
    let modes = counts.enumerated().map { stage, count in
      defer { start += count }
      return balance.load(start..<start + count, on: stage).mode
    }
    return (counts, modes)
  }

  private init(_ problem: PartitionProblem, inFlight: Double, isLimited: Bool) {
    self.problem = problem
    stages = RunStages(problem.layers)
    hosts = problem.hosts.map { $0.map(\.index) }
    speeds = problem.devices.map(\.speed)
    let capacities = problem.devices.map(\.capacity)
    self.capacities = isLimited ? capacities : nil
    let (count, microbatches) = (problem.stageCount, problem.microbatches.count)
    self.inFlight = (0..<count).map { max(1, inFlight * Double(min(microbatches, count - $0))) }
    let numbers = hosts.joined().reduce(into: [Int: Double]()) { $0[$1, default: 0] += 1 }
    shares = hosts.map { hosts in
      isLimited ? hosts.map { capacities[$0] / (numbers[$0] ?? 1) }.min() ?? .infinity : .infinity
    }
    cuts = problem.layers.cuts
  }

  /// Where all stages but the last end; `nil` where no partition fits.
  private mutating func ends() -> [Int]? {
    let hasOneStageEach = Set(hosts.joined()).count == hosts.count && hosts.allSatisfy { $0.count == 1 }
    return hasOneStageEach ? byStage() : byBranching()
  }

  /// What a stage asks of a device in the fastest mode that fits its share, or in the one that holds least.
  private mutating func load(_ run: Range<Int>, on number: Int) -> StageLoad {
    let speed = hosts[number].map { speeds[$0] }.min() ?? 1
    var load = stages.stage(of: run).load(inFlight: inFlight[number], within: shares[number])
    load.work /= speed * Double(hosts[number].count)
    return load
  }
}

extension PartitionBalance {
  /// By dynamic programming over stages and places, each stage alone on its device.
  private mutating func byStage() -> [Int]? {
    let count = problem.stageCount
    var least: [Double?] = [0] + cuts.dropFirst().map { _ in nil }
    var choices: [[Int?]] = []
    for stage in 0..<count {
      var next: [(largest: Double, before: Int)?] = cuts.map { _ in nil }
      for end in cuts.indices {
        for start in stride(from: end - problem.leastCount, through: 0, by: -1) {
          let load = load(cuts[start]..<cuts[end], on: stage)
          // Work and memory grow with layers.
          if let best = next[end], load.work > best.largest { break }
          if let capacities, load.memory > capacities[hosts[stage][0]] { break }
          guard let before = least[start] else { continue }
          let largest = max(before, load.work)
          if next[end].map({ largest < $0.largest }) ?? true { next[end] = (largest, start) }
        }
      }
      choices.append(next.map { $0?.before })
      least = next.map { $0?.largest }
    }
    var (ends, place): ([Int], Int) = ([], cuts.count - 1)
    for stage in stride(from: count - 1, through: 0, by: -1) {
      guard let start = choices[stage][place] else { return nil }
      ends.append(cuts[start])
      place = start
    }
    return ends.dropLast().reversed()
  }

  /// By depth-first search over where stages end, cut off by the mean of what is left.
  private mutating func byBranching() -> [Int]? {
    let behind = cuts.map { stages.stage(of: $0..<problem.layers.count).leastWork }
    var search = BalanceTree(
      stageCount: problem.stageCount, leastCount: problem.leastCount, cuts: cuts, hosts: hosts,
      capacities: capacities, workBehind: behind, speeds: speeds)
    search.run { run, stage in
      let load = load(run, on: stage)
      return (load.work, load.memory)
    }
    return search.best
  }
}

extension Stage {
  /// The least work of one microbatch, in any mode.
  fileprivate var leastWork: Double { choices.map { inMode($0).work }.min() ?? 0 }
}
