import PipelineModel

// What docs/semantics.md says of hosts, as plainly as it can be written.

extension Problem {
  /// How long the transfer takes that an operation begins; `nil` where it begins none.
  func transferTime(from operation: Operation, on device: Device.ID) -> Double? {
    guard let host = devices[device.index].host, let amount = transferred(by: operation) else { return nil }
    let millionths = 1e6 * (host.latency + amount / host.bandwidth)
    return (millionths - 1e-5).rounded(.up) / 1e6
  }

  /// How much an operation moves to or from the host; `nil` where it moves nothing.
  func transferred(by operation: Operation) -> Double? {
    let offload = stage(operation.stage, of: operation.microbatch).offload
    guard operation.kind == .forward || operation.kind == .reload, offload > 0 else { return nil }
    return offload * microbatches[operation.microbatch.index].memory[operation.stage]
  }

  /// The `F` for the end of whose offload operations wait until there is room.
  func roomWaits(in orders: Orders, _ dependences: Dependences) -> [Operation: Operation] {
    var waits: [Operation: Operation] = [:]
    for index in devices.indices {
      guard let limit = devices[index].memoryLimit else { continue }
      var memory = DeviceMemory(of: Device.ID(index), in: self, dependences)
      for block in orders.steps(of: Device.ID(index), in: self) {
        for operation in block {
          let before = memory.total
          memory.start(operation)
          guard memory.total > before + 1e-12 else { continue }
          let counts = 0...memory.offloads.count
          let least = counts.first { count in
            memory.total - memory.offloads.prefix(count).reduce(0) { $0 + $1.amount } <= limit + 1e-9
          }
          let awaited = least ?? memory.offloads.count
          if awaited > 0 { waits[operation] = memory.offloads[awaited - 1].forward }
        }
        for operation in block { memory.end(operation) }
      }
    }
    return waits
  }
}

extension ReferenceSimulator {
  /// The most that each device has on its host: at the start of an offload, all that has begun to go there and is not
  /// back.
  public func peakHostMemory(_ problem: Problem) -> [Double] {
    let dependences = Dependences(of: problem)
    return problem.devices.indices.map { device in
      let own = transfers.filter { dependences.device(of: $0.key) == Device.ID(device) }
      let offloads = own.filter { $0.key.kind == .forward }
      return offloads.values.map { moment in
        offloads.reduce(0) { held, offload in
          let reload = Operation(.reload, stage: offload.key.stage, microbatch: offload.key.microbatch)
          let isBack = own[reload].map { $0.end <= moment.start + 1e-9 } ?? false
          let isThere = offload.value.start <= moment.start + 1e-9 && !isBack
          return held + (isThere ? problem.transferred(by: offload.key) ?? 0 : 0)
        }
      }.max() ?? 0
    }
  }

  /// How long the busier of each device's channels to its host carries a transfer.
  public func hostTime(_ problem: Problem) -> [Double] {
    let dependences = Dependences(of: problem)
    return problem.devices.indices.map { device in
      let own = transfers.filter { dependences.device(of: $0.key) == Device.ID(device) }
      return [Operation.Kind.forward, .reload].map { kind in
        own.filter { $0.key.kind == kind }.values.reduce(0) { $0 + $1.end - $1.start }
      }.max() ?? 0
    }
  }

  /// What the passes of all microbatches take longer in their modes than in mode 0.
  public static func addedWork(_ problem: Problem) -> Double {
    var added = 0.0
    for microbatch in problem.microbatches.indices.map({ Microbatch.ID($0) }) {
      let scale = problem.microbatches[microbatch.index].scale
      for visit in problem.route(of: microbatch).visits {
        func work(_ stage: Stage) -> Double {
          let forward = (stage.forward + (stage.recompute ?? 0)) * scale.forward[visit.stage]
          let (input, weight) = (scale.backwardInput[visit.stage], scale.backwardWeight[visit.stage])
          switch stage.backward {
          case .split(let first, let second): return forward + first * input + second * weight
          case .input(let only), .whole(let only): return forward + only * input
          case .none: return forward
          }
        }
        let mode = problem.modes[visit.stage, microbatch]
        let stage = problem.stages[visit.stage.index]
        added +=
          (work(stage.inMode(mode)) - work(stage.inMode(0))) / problem.devices[visit.device.index].speed
      }
    }
    return added
  }
}
