import PipelineModel

/// A bound on all partitions of layers, all modes and all orders at once.
///
/// Devices are solved one by one, each with the layers that it is given and everything else as fast as it can be
/// (`IsolatedDevice`): what its schedule takes at least holds whatever the other devices are given. The least over
/// partitions of the largest over devices is a path through the layers, found by dynamic programming. Only what lies on a
/// path that is least so far is looked at closely, until nothing on it is left to be raised. docs/proofs.md has the proof.
struct PartitionBound {
  private let problem: PartitionProblem
  private let objective: Objective
  private let scope: Certificate.Scope
  private let isolated: IsolatedDevice
  private let chain: PartitionChain
  private let threads: Int
  /// What is known of the parts of devices that were looked at.
  private var known: [PartitionChain.Part: PartBounds] = [:]
  /// The partitions that were least at some time, the last first: where a search may begin.
  private(set) var candidates: [[Int]] = []

  /// Prepares the bound; `nil` where devices host several stages that cannot be told in one pass over the layers.
  init?(_ problem: PartitionProblem, objective: Objective, scope: Certificate.Scope, threads: Int) {
    guard let chain = PartitionChain(problem) else { return nil }
    self.problem = problem
    self.objective = objective
    self.scope = scope
    self.threads = threads
    self.chain = chain
    isolated = IsolatedDevice(problem, isFused: scope.isFused)
  }

  /// Raises the bound until no partition can be better, or a known schedule is reached.
  ///
  /// - Parameters:
  ///   - target: the value of a known schedule.
  ///   - closely: whether to look at orders as well, not only at work, memory and ways.
  ///   - deadline: when to end with the bound known by then.
  /// - Returns: the bound in the problem's time unit; infinite where no partition fits.
  mutating func raise(until target: Double, closely: Bool, deadline: Deadline) -> LowerBound {
    while let path = chain.leastPath(below: target, { known[$0]?.bound ?? chain.work(of: $0) }) {
      if path.value >= target || deadline.hasPassed { return bound(min(path.value, target)) }
      let unknown = path.parts.filter { known[$0] == nil }
      for part in unknown { known[part] = look(at: part) }
      if !unknown.isEmpty { continue }
      take(path.counts)
      let open = path.parts.filter { closely && known[$0]?.isClose == false }
      if open.isEmpty { return bound(path.value) }
      for part in open where (known[part]?.bound ?? 0) <= path.value {
        known[part]?.raise(until: target, objective, scope, deadline: deadline, threads: threads)
        if (known[part]?.bound ?? 0) > path.value { break }
      }
    }
    // What is left out has as much work as the known schedule takes.
    return bound(target)
  }

  /// What is known of a partition in some modes: no schedule with it is shorter. O(devices) once its parts were looked at.
  ///
  /// - Parameter ranks: by device, whether it takes its most promising modes, or the next after these.
  mutating func value(of counts: [Int], ranks: [Int] = []) -> (bound: Double, modes: [Int]?) {
    var (largest, modes) = (0.0, [Int?](repeating: nil, count: problem.stageCount))
    for (place, part) in chain.parts(of: counts).enumerated() {
      let bounds = known[part] ?? look(at: part)
      known[part] = bounds
      let rank = place < ranks.count ? ranks[place] : 0
      guard rank < max(1, bounds.choices.count) else { return (.infinity, nil) }
      largest = max(largest, bounds.choices.isEmpty ? bounds.bound : bounds.choices[rank].bound)
      guard !bounds.choices.isEmpty else { continue }
      for (run, mode) in zip(chain.runs(of: part), bounds.choices[rank].modes) { modes[run.stage] = mode }
    }
    let all = modes.compactMap { $0 }
    return (largest, all.count == modes.count ? all : nil)
  }

  /// How many devices there are.
  var deviceCount: Int { chain.deviceCount }

  private mutating func take(_ counts: [Int]) {
    candidates.removeAll { $0 == counts }
    candidates.insert(counts, at: 0)
  }

  private func bound(_ value: Double) -> LowerBound {
    LowerBound(value: value, argument: .anyPartition(parts: known.count), scope: scope)
  }

  private func look(at part: PartitionChain.Part) -> PartBounds {
    let runs = chain.runs(of: part)
    let alone = isolated.problem(Device.ID(part.device), hosting: runs)
    // The device is the first of its own problem.
    let stages = alone.map { alone in alone.hosts.indices.filter { alone.hosts[$0] == [Device.ID(0)] } } ?? []
    return PartBounds(alone, stages: stages, atLeast: chain.work(of: part), objective, scope)
  }
}
