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
  private var isolated: IsolatedDevice
  private let chain: PartitionChain
  private let threads: Int
  /// What is known of the parts of devices that were looked at.
  private var known: [PartitionChain.Part: PartBounds] = [:]
  /// The same bounds where they can be laid out flat: dynamic programming asks for many of them.
  private var values: PartValues
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
    values = PartValues(
      devices: problem.devices.count, layers: problem.layers.count, isFolded: chain.isFolded)
    isolated = IsolatedDevice(problem, isFused: scope.isFused)
  }

  /// Raises the bound until no partition can be better, or a known schedule is reached.
  ///
  /// - Parameters:
  ///   - target: the value of a known schedule.
  ///   - deadline: when to end with the bound known by then.
  /// - Returns: the bound in the problem's time unit; infinite where no partition fits.
  mutating func raise(until target: Double, deadline: Deadline) -> LowerBound {
    while let path = leastPath(below: target) {
      if path.value >= target || deadline.hasPassed { return bound(min(path.value, target)) }
      let unknown = path.parts.filter { known[$0] == nil }
      for part in unknown { look(at: part) }
      if !unknown.isEmpty { continue }
      guard
        let open = path.parts.filter({ known[$0]?.isClose == false }).max(by: {
          bound(of: $0) < bound(of: $1)
        })
      else {
        take(chain.counts(of: path.parts))
        return bound(path.value)
      }
      raise(open, until: target, deadline)
    }
    // What is left out has as much work as the known schedule takes.
    return bound(target)
  }

  /// What is known of a partition in its most promising modes, or in given ones: no schedule with it is shorter.
  ///
  /// - Parameters:
  ///   - modes: by stage; `nil` for those that promise most.
  ///   - deadline: until which to look closely at what promises most; `nil` to leave all as it is.
  /// - Returns: the bound, infinite where nothing fits, and the modes; `nil` for these where they are not told one by one.
  mutating func value(
    of counts: [Int], in modes: [Int]? = nil, closelyUntil deadline: Deadline? = nil
  ) -> (bound: Double, modes: [Int]?) {
    var (largest, chosen) = (0.0, [Int?](repeating: nil, count: problem.stageCount))
    for part in chain.parts(of: counts) {
      if known[part] == nil { look(at: part) }
      while let deadline, known[part]?.isClose == false, !deadline.hasPassed {
        raise(part, until: .infinity, deadline)
      }
      guard let bounds = known[part] else { continue }
      let runs = chain.runs(of: part)
      let own = modes.map { modes in runs.map { modes[$0.stage] } }
      let choice = own.map { own in bounds.choices.first { $0.modes == own } } ?? bounds.choices.first
      largest = max(
        largest, choice?.bound ?? (own == nil || bounds.choices.isEmpty ? bounds.bound : .infinity))
      for (run, mode) in zip(runs, choice?.modes ?? []) { chosen[run.stage] = mode }
    }
    let all = chosen.compactMap { $0 }
    // One name for all stages is not chosen device by device.
    return (largest, all.count == chosen.count && problem.modesPer == .stage ? all : nil)
  }

  /// All partitions that may be better than a known schedule, the most promising first; `nil` where there are too many.
  mutating func partitions(below value: Double, until deadline: Deadline) -> [(counts: [Int], bound: Double)]?
  {
    chain.partitions(below: value, atMost: Self.mostPartitions, until: deadline) { part in
      if known[part] == nil { look(at: part) }
      return bound(of: part)
    }
  }

  /// More partitions are not gone through one by one.
  private static let mostPartitions = 20_000

  /// The modes that differ from some on one device: by the choice that promises next more there, or next less.
  func neighbours(of modes: [Int], under counts: [Int]) -> [[Int]] {
    chain.parts(of: counts).flatMap { part -> [[Int]] in
      let runs = chain.runs(of: part)
      let choices = known[part]?.choices ?? []
      guard let place = choices.firstIndex(where: { $0.modes == runs.map { modes[$0.stage] } }) else {
        return []
      }
      return [place - 1, place + 1].filter(choices.indices.contains).map { other in
        var changed = modes
        for (run, mode) in zip(runs, choices[other].modes) { changed[run.stage] = mode }
        return changed
      }
    }
  }

  private mutating func take(_ counts: [Int]) {
    candidates.removeAll { $0 == counts }
    candidates.insert(counts, at: 0)
  }

  private func bound(_ value: Double) -> LowerBound {
    LowerBound(value: value, argument: .anyPartition(parts: known.count), scope: scope)
  }

  private mutating func look(at part: PartitionChain.Part) {
    let runs = chain.runs(of: part)
    let alone = isolated.problem(Device.ID(part.device), hosting: runs)
    // The device is the first of its own problem.
    let stages = alone.map { alone in alone.hosts.indices.filter { alone.hosts[$0] == [Device.ID(0)] } } ?? []
    keep(PartBounds(alone, stages: stages, atLeast: chain.work(of: part), objective, scope), of: part)
  }

  private mutating func raise(_ part: PartitionChain.Part, until target: Double, _ deadline: Deadline) {
    guard var bounds = known[part] else { return }
    bounds.raise(until: target, objective, scope, deadline: deadline, threads: threads)
    keep(bounds, of: part)
  }

  private mutating func keep(_ bounds: PartBounds, of part: PartitionChain.Part) {
    known[part] = bounds
    values.set(bounds.bound, of: part)
  }

  private func bound(of part: PartitionChain.Part) -> Double { known[part]?.bound ?? chain.work(of: part) }

  /// The partition that is least as far as is known.
  private func leastPath(below limit: Double) -> PartitionChain.Path? {
    guard let values = values.flat else { return chain.leastPath(below: limit, bound) }
    return values.withUnsafeBufferPointer { values in
      chain.leastPath(below: limit) { part in
        let value = values[self.values.place(of: part)]
        return value < 0 ? chain.work(of: part) : value
      }
    }
  }
}

/// Numbers by device and run of layers, where there is one run on each device and there are not too many.
private struct PartValues {
  /// Below 0 where nothing is known; `nil` where they are kept elsewhere.
  private(set) var flat: [Double]?
  private let width: Int

  private static let largestCount = 4_000_000

  init(devices: Int, layers: Int, isFolded: Bool) {
    width = layers + 1
    let count = devices * width * width
    flat = isFolded || count > Self.largestCount ? nil : Array(repeating: -1, count: count)
  }

  func place(of part: PartitionChain.Part) -> Int {
    (part.device * width + part.front.lowerBound) * width + part.front.upperBound
  }

  mutating func set(_ value: Double, of part: PartitionChain.Part) {
    let place = place(of: part)
    flat?[place] = value
  }
}
