import PipelineModel

/// A problem whose layers are cut anew over the devices that are left, which are numbered anew.
struct Remap {
  /// The problem before layers are cut.
  let open: PartitionProblem
  /// The former number of each device that is left.
  let kept: [Device.ID]

  /// - Throws: `RepairRefusal` where there are no layers, or nothing to put them on.
  init(_ problem: Problem, after breakages: [Breakage]) throws(RepairRefusal) {
    guard let partition = problem.partition else { throw .withoutLayers }
    if let stage = problem.hosts.firstIndex(where: { $0.count > 1 }) {
      throw .remappedReplicas(Stage.ID(stage))
    }
    let lost = breakages.lostDevices
    kept = problem.devices.indices.map { Device.ID($0) }.filter { !lost.contains($0) }
    guard !kept.isEmpty else { throw .nothingLeft }
    var parts = ProblemParts(of: problem)
    breakages.apply(to: &parts)
    parts.routes = nil
    parts.modes = nil
    var stageCount = problem.stageCount
    if !lost.isEmpty {
      let chunks = problem.stageCount / problem.deviceCount
      guard chunks * problem.deviceCount == problem.stageCount else {
        throw .unevenStages(problem.stageCount, devices: problem.deviceCount)
      }
      stageCount = chunks * kept.count
      parts.placement = chunks == 1 ? .sequential : problem.placement == .v ? .v : .loop
      Self.keep(kept, in: &parts)
    }
    do throws(ProblemError) {
      open = try PartitionProblem(
        parts: parts, layers: partition.layers, stageCount: stageCount,
        leastCount: min(1, partition.counts.min() ?? 1))
    } catch {
      throw .problem(error)
    }
  }

  /// Leaves out what is said of devices that are lost.
  private static func keep(_ kept: [Device.ID], in parts: inout ProblemParts) {
    let numbers = Dictionary(
      uniqueKeysWithValues: kept.enumerated().map { ($0.element, Device.ID($0.offset)) })
    func rows(_ rows: [[Double]]) -> [[Double]] {
      kept.map { source in kept.map { rows[source.index][$0.index] } }
    }
    parts.devices = kept.map { parts.devices[$0.index] }
    for index in parts.microbatches.indices {
      parts.microbatches[index].origin = parts.microbatches[index].origin.flatMap { numbers[$0] }
    }
    if case .groups(let groups) = parts.barrier {
      parts.barrier = .groups(groups.map { $0.compactMap { numbers[$0] } }.filter { $0.count > 1 })
    }
    switch parts.communication {
    case .uniform: break
    case .matrix(let latency): parts.communication = .matrix(rows(latency))
    case .links(var links):
      links.latency = rows(links.latency)
      links.bandwidth = rows(links.bandwidth)
      parts.communication = .links(links)
    }
  }
}
