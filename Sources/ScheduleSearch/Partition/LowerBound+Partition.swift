import PipelineModel

extension LowerBound {
  /// What takes no time to prove of all partitions: the work of all layers, shared by all devices.
  static func simple(
    forAnyPartitionOf problem: PartitionProblem, objective: Objective, scope: Certificate.Scope
  ) -> LowerBound {
    let work = problem.leastWork / problem.devices.reduce(0) { $0 + $1.speed }
    return LowerBound(value: work * (1 - 1e-12), argument: .anyPartition(parts: 0), scope: scope)
  }
}

extension PartitionProblem {
  /// How many visits of stages there are.
  var visitCount: Int { stageCount * microbatches.count }

  /// The least work of all microbatches on all layers, at speed 1.
  fileprivate var leastWork: Double {
    let factors = microbatches.reduce(0) { $0 + ($1.scale.factors.min() ?? 1) }
    let overlap = min(1, instance.overlap?.forwardBackward.numbers.min() ?? 1)
    return layers.passes.reduce(0) { $0 + $1.leastWork } * factors * overlap
  }
}

extension Stage {
  /// The least time of all passes of a microbatch, in any mode.
  var leastWork: Double {
    choices.map { inMode($0) }.map { stage in
      let passes = stage.leastPasses(isFused: false)
      return passes.forward + (passes.gradient ?? 0) + passes.rest + passes.recompute
    }.min() ?? 0
  }
}
