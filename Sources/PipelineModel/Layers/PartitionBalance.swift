/// Cuts layers so that the largest work of a device is least.
///
/// The work of a device is that of one microbatch on all its stages, divided by its speed. What it holds with min(M, S - s)
/// microbatches in flight on stage s of S, as 1F1B has them, is within its limit wherever that can be.
struct PartitionBalance {
  private let problem: PartitionProblem
  private let figures: RunFigures
  /// The devices of each stage.
  private let hosts: [[Int]]
  private let speeds: [Double]
  /// `nil` where limits are not looked at.
  private let capacities: [Double]?
  private let inFlight: [Int]
  /// Places at which layers may be cut.
  private let cuts: [Int]

  /// The counts of the least largest work. Exact with one stage on every device, and where few partitions are possible;
  /// otherwise the best of many. O(stages x layers²).
  static func counts(of problem: PartitionProblem) -> [Int] {
    let attempts: [(leanest: Bool, isLimited: Bool)] = [(false, true), (true, true), (false, false)]
    for attempt in attempts {
      let balance = PartitionBalance(problem, leanest: attempt.leanest, isLimited: attempt.isLimited)
      if let ends = balance.ends() { return problem.counts(endingAt: ends) }
    }
    return problem.equalCounts
  }

  private init(_ problem: PartitionProblem, leanest: Bool, isLimited: Bool) {
    self.problem = problem
    figures = RunFigures(problem.layers, leanest: leanest)
    hosts = problem.hosts.map { $0.map(\.index) }
    speeds = problem.devices.map(\.speed)
    capacities = isLimited ? problem.devices.map(\.capacity) : nil
    inFlight = (0..<problem.stageCount).map { min(problem.microbatches.count, problem.stageCount - $0) }
    cuts = problem.layers.cuts
  }

  /// Where all stages but the last end; `nil` where no partition fits.
  private func ends() -> [Int]? {
    let hasOneStageEach = Set(hosts.joined()).count == hosts.count && hosts.allSatisfy { $0.count == 1 }
    return hasOneStageEach ? byStage() : byBranching()
  }

  /// What a stage asks of a device: its work, and what it holds.
  private func load(_ run: Range<Int>, on stage: Int) -> (work: Double, memory: Double) {
    let speed = hosts[stage].map { speeds[$0] }.min() ?? 1
    return (
      figures.work(of: run) / speed / Double(hosts[stage].count),
      figures.memory(of: run, inFlight: inFlight[stage])
    )
  }
}

extension PartitionBalance {
  /// By dynamic programming over stages and places, each stage alone on its device.
  private func byStage() -> [Int]? {
    let count = problem.stageCount
    var least: [(largest: Double, before: Int)?] = [(0, 0)] + cuts.dropFirst().map { _ in nil }
    var choices: [[Int?]] = []
    for stage in 0..<count {
      var next: [(largest: Double, before: Int)?] = cuts.map { _ in nil }
      for end in cuts.indices {
        for start in stride(from: end - problem.leastCount, through: 0, by: -1) {
          guard let before = least[start] else { continue }
          let (work, memory) = load(cuts[start]..<cuts[end], on: stage)
          if let best = next[end], work > best.largest { break }
          if let capacities, memory > capacities[hosts[stage][0]] { break }
          let largest = max(before.largest, work)
          if next[end].map({ largest < $0.largest }) ?? true { next[end] = (largest, start) }
        }
      }
      choices.append(next.map { $0?.before })
      least = next
    }
    var (ends, place): ([Int], Int) = ([], cuts.count - 1)
    for stage in stride(from: count - 1, through: 0, by: -1) {
      guard let start = choices[stage][place] else { return nil }
      ends.append(cuts[start])
      place = start
    }
    return ends.dropLast().reversed()
  }

  /// By depth-first search over where stages end, beginning with even shares, cut off by the mean of what is left.
  private func byBranching() -> [Int]? {
    var search = BalanceTree(
      stageCount: problem.stageCount, leastCount: problem.leastCount, cuts: cuts, hosts: hosts,
      capacities: capacities, workBehind: cuts.map { figures.work(of: $0..<problem.layers.count) },
      speeds: speeds)
    search.run { load($0, on: $1) }
    return search.best
  }
}
