/// A problem whose layers are still to be cut into stages.
///
/// A value of this type has been checked as far as that goes without stages: whether a device holds what it is given is
/// known once the layers are cut.
public struct PartitionProblem: Hashable, Sendable {
  /// The model's layers.
  public private(set) var layers: Layers
  /// How many stages there are.
  public let stageCount: Int
  /// How many layers a stage has at least: 0 where it may be empty.
  public let leastCount: Int
  /// All but the stages.
  package private(set) var instance: Instance
  /// The devices of every stage.
  public let hosts: [[Device.ID]]

  /// Takes the parts of a problem with as yet no stages.
  ///
  /// - Throws: `ProblemError` when placement and number of stages do not agree, or there are too few layers.
  package init(parts: ProblemParts, layers: Layers, stageCount: Int, leastCount: Int = 1) throws(ProblemError)
  {
    let key: ProblemKey = ["partition", "stages"]
    try ProblemRules.checkCount(stageCount, key: key)
    hosts = try ProblemRules.hosts(
      of: parts.placement, stageCount: stageCount, deviceCount: parts.devices.count)
    guard leastCount * stageCount <= layers.cuts.count - 1 else {
      throw ProblemError(key, .fewLayers(layers.cuts.count - 1, stages: stageCount))
    }
    (self.layers, self.stageCount, self.leastCount) = (layers, stageCount, leastCount)
    instance = parts.instance
  }

  /// Takes the layers of a problem, whose stages may have other counts.
  ///
  /// - Throws: `ProblemError` when the problem has no layers, or routes of its own.
  public init(_ problem: Problem, leastCount: Int = 1) throws(ProblemError) {
    guard let partition = problem.partition else { throw ProblemError(["partition"], .withoutLayers) }
    let least = min(leastCount, partition.counts.min() ?? leastCount)
    try self.init(
      parts: ProblemParts(of: problem), layers: partition.layers, stageCount: partition.counts.count,
      leastCount: least)
  }

  /// What reports call the problem; empty when it has no name.
  public var name: String { instance.name }
  /// The labels of its numbers.
  public var units: Units { instance.units }
  /// The pipeline's devices.
  public var devices: [Device] { instance.devices }
  /// The batch.
  public var microbatches: [Microbatch] { instance.microbatches }
  /// Which device hosts each stage, as the user said it.
  public var placement: Placement { instance.placement }
  /// Among what the modes of layers are a choice.
  public var modesPer: Mode.Extent { instance.modesPer }
  /// The latencies between devices.
  public var communication: Communication { instance.communication }

  /// The problem whose stages have so many layers each.
  ///
  /// - Throws: `ProblemError` where the counts do not suit the layers, and where a device does not hold what it is given.
  /// - Complexity: O(layers² x modes + problem).
  public func cut(_ counts: [Int]) throws(ProblemError) -> Problem {
    let key: ProblemKey = ["partition"]
    guard counts.count == stageCount else {
      throw ProblemError(key, .wrongLength(counts.count, expected: stageCount, of: "stage"))
    }
    if let stage = counts.firstIndex(where: { $0 < leastCount }) {
      throw ProblemError(
        key.appending(.index(stage)), .countOutOfRange(counts[stage], leastCount...layers.count))
    }
    var parts = ProblemParts(instance)
    let partition = try Partition(layers, counts: counts, hosts: hosts, modesPer: instance.modesPer)
    parts.stages = partition.stages
    parts.partition = partition
    return try parts.problem()
  }

  /// The problem with its layers dealt out equally and no limits of memory, to look at its figures; `nil` where other
  /// figures do not suit stages.
  package var equalCut: Problem? { try? withoutMemoryLimits.cut(equalCounts) }

  /// The same problem without memory limits.
  package var withoutMemoryLimits: PartitionProblem {
    with { parts in for index in parts.devices.indices { parts.devices[index].memoryLimit = nil } }
  }

  /// The same problem with a memory limit for each device.
  package func with(memoryLimits: [Double?]) -> PartitionProblem {
    with { parts in
      for (index, limit) in memoryLimits.enumerated() { parts.devices[index].memoryLimit = limit }
    }
  }

  /// The same layers in a problem that is changed in other ways: microbatches, latencies, the extent of modes.
  ///
  /// - Parameter change: changes the problem with its layers dealt out equally; it leaves stages and devices as they are.
  /// - Throws: what `change` does, and `ProblemError` where other figures do not suit stages.
  package func mapped(_ change: (Problem) throws -> Problem) throws -> PartitionProblem {
    let changed = try change(withoutMemoryLimits.cut(equalCounts))
    let other = try PartitionProblem(
      parts: ProblemParts(of: changed), layers: layers, stageCount: stageCount, leastCount: leastCount)
    return other.with(memoryLimits: devices.map(\.memoryLimit))
  }

  /// Whether layers have modes to choose from.
  public var hasModes: Bool { layers.all.contains { $0.figures.choices.count > 1 } }

  /// The same problem with its modes chosen among others.
  public func with(modesPer extent: Mode.Extent) -> PartitionProblem { with { $0.modesPer = extent } }

  /// The same problem with all layers that have a mode of some name in that mode and no other; the others stay as they are
  /// by themselves.
  ///
  /// - Throws: `ProblemError` where no layer has a mode of that name.
  public func inMode(named name: String) throws(ProblemError) -> PartitionProblem {
    var all = layers.all
    let known = all.flatMap(\.figures.modeNames)
    guard known.contains(name) else {
      var names: [String] = []
      for name in known where !names.contains(name) { names.append(name) }
      throw ProblemError(["layers"], .unknownMode(name, known: names))
    }
    for index in all.indices where all[index].figures.choices.count > 1 {
      all[index].figures.mode = all[index].figures.modeNames.firstIndex(of: name) ?? 0
    }
    var other = self
    other.layers = try Layers(all)
    return other
  }

  /// The same with other parts.
  private func with(_ change: (inout Instance) -> Void) -> PartitionProblem {
    var other = self
    change(&other.instance)
    return other
  }
}
