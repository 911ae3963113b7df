import PipelineModel

extension Schedule {
  /// The same pipeline several times side by side, as data parallelism runs it: replica r has the devices r D, ...,
  /// r D + D - 1 and the microbatches r M, ..., r M + M - 1, and each stage is on the same device of every replica.
  ///
  /// Between replicas, links are like those within one; those between a device and its own copies like its slowest.
  ///
  /// - Throws: `RepairRefusal` where routes keep to rules, or the result is no problem.
  /// - Complexity: O(replicas x schedule + devices²).
  func replicated(_ count: Int) throws(RepairRefusal) -> Schedule {
    guard count > 1 else { return self }
    guard problem.skipReorder == nil else { throw .replicasUnderRules }
    let (deviceCount, microbatchCount) = (problem.deviceCount, problem.microbatchCount)
    let replicas = 0..<count
    func moved(_ device: Device.ID, _ replica: Int) -> Device.ID {
      Device.ID(device.index + replica * deviceCount)
    }
    var parts = ProblemParts(of: problem)
    parts.devices = replicas.flatMap { _ in problem.devices }
    parts.microbatches = replicas.flatMap { replica in
      problem.microbatches.map { microbatch in
        var copy = microbatch
        copy.origin = microbatch.origin.map { moved($0, replica) }
        return copy
      }
    }
    parts.placement = .explicit(
      problem.hosts.map { hosts in replicas.flatMap { replica in hosts.map { moved($0, replica) } } })
    parts.communication = problem.communication.repeated(count, deviceCount: deviceCount)
    if case .groups(let groups) = problem.barrier {
      parts.barrier = .groups(
        replicas.flatMap { replica in groups.map { group in group.map { moved($0, replica) } } })
    }
    parts.modes = parts.modes.map { modes in
      ModeChoice((0..<count * microbatchCount).map { modes.list(of: $0 % microbatchCount) })
    }
    parts.give(
      replicas.flatMap { replica in
        problem.microbatches.indices.map { microbatch in
          Route(
            visits: problem.route(of: Microbatch.ID(microbatch)).visits.map {
              Route.Visit(stage: $0.stage, device: moved($0.device, replica))
            })
        }
      })
    do throws(ProblemError) {
      return Schedule(problem: try parts.problem(), orders: orders.repeated(count, microbatchCount))
    } catch {
      throw .problem(error)
    }
  }
}

extension Orders {
  /// The orders of every replica, one after the other.
  fileprivate func repeated(_ count: Int, _ microbatchCount: Int) -> Orders {
    let length = operations.count
    return Orders(
      operations: (0..<count).flatMap { replica in
        operations.map {
          Operation(
            $0.kind, stage: $0.stage,
            microbatch: Microbatch.ID($0.microbatch.index + replica * microbatchCount))
        }
      },
      bounds: [0] + (0..<count).flatMap { replica in bounds.dropFirst().map { $0 + replica * length } },
      pairs: (0..<count).flatMap { replica in pairs.map { $0 + replica * length } })
  }
}

extension Communication {
  fileprivate func repeated(_ count: Int, deviceCount: Int) -> Communication {
    func rows(_ rows: [[Double]], worst: (Double, Double) -> Double) -> [[Double]] {
      (0..<count * deviceCount).map { source in
        let row = rows[source % deviceCount]
        let others = row.indices.filter { $0 != source % deviceCount }.map { row[$0] }
        let own = others.dropFirst().reduce(others.first ?? 0, worst)
        return (0..<count * deviceCount).map { target in
          if target == source { return 0 }
          return target % deviceCount == source % deviceCount ? own : row[target % deviceCount]
        }
      }
    }
    switch self {
    case .uniform: return self
    case .matrix(let latency): return .matrix(rows(latency, worst: max))
    case .links(var links):
      links.latency = rows(links.latency, worst: max)
      links.bandwidth = rows(links.bandwidth, worst: min)
      return .links(links)
    }
  }
}
