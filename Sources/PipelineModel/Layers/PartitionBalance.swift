/// Cuts layers so that the largest work of a device is least.
///
/// The work of a device is that of one microbatch on all its stages, divided by its speed. What it holds with min(M, S - s)
/// microbatches in flight on stage s of S, as 1F1B has them, is within its limit wherever that can be, each stage in the
/// fastest of its modes that fits.
struct PartitionBalance {
  /// What a stage asks of its device.
  private struct Load {
    var work: Double
    var memory: Double
    var mode: Int
  }

  private let problem: PartitionProblem
  private var stages: RunStages
  /// By stage and where its layers begin and end; empty where that would be too much.
  private var known: [Load?] = []
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
  /// The largest work of a device in what was found, and whether nothing is better.
  private var largest = Double.infinity
  private var isExact = true

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
    let places = [0] + (ends + [problem.layers.count]).map { balance.cuts.firstIndex(of: $0) ?? 0 }
    let modes = counts.indices.map { balance.load(places[$0], places[$0 + 1], on: $0).mode }
    return (counts, modes)
  }

  /// The least largest work of a device over all partitions, whatever its memory; `nil` where not all were looked at, or
  /// stages are on several devices.
  static func leastWork(of problem: PartitionProblem) -> Double? {
    guard problem.hosts.allSatisfy({ $0.count == 1 }) else { return nil }
    var balance = PartitionBalance(problem, inFlight: 1, isLimited: false)
    guard balance.ends() != nil, balance.isExact else { return nil }
    return balance.largest
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
    let places = count * cuts.count * cuts.count
    if places <= Self.mostPlaces { known = Array(repeating: nil, count: places) }
  }

  private static let mostPlaces = 2_000_000

  /// Where all stages but the last end; `nil` where no partition fits.
  private mutating func ends() -> [Int]? {
    let hasOneStageEach = Set(hosts.joined()).count == hosts.count && hosts.allSatisfy { $0.count == 1 }
    return hasOneStageEach ? byStage() : byBranching()
  }

  /// What a stage asks of a device in the fastest mode that fits its share, or in the one that holds least.
  ///
  /// - Parameters:
  ///   - start: the place among cuts where its layers begin.
  ///   - end: and where they end.
  private mutating func load(_ start: Int, _ end: Int, on number: Int) -> Load {
    let place = (number * cuts.count + start) * cuts.count + end
    if place < known.count, let load = known[place] { return load }
    let best = stages.loads(of: cuts[start]..<cuts[end]).best(
      inFlight: inFlight[number], within: shares[number])
    let speed = hosts[number].map { speeds[$0] }.min() ?? 1
    let load = Load(
      work: (best?.work ?? 0) / (speed * Double(hosts[number].count)),
      memory: best?.memory(inFlight: inFlight[number]) ?? 0, mode: best?.mode ?? 0)
    if place < known.count { known[place] = load }
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
          let load = load(start, end, on: stage)
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
    largest = least[cuts.count - 1] ?? .infinity
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
    search.run { start, end, stage in
      let load = load(start, end, on: stage)
      return (load.work, load.memory)
    }
    (largest, isExact) = (search.least, search.isComplete)
    return search.best
  }
}

extension Stage {
  /// The least work of one microbatch, in any mode.
  fileprivate var leastWork: Double { choices.map { inMode($0).work }.min() ?? 0 }
}
