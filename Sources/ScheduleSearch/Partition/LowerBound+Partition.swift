import PipelineModel

extension LowerBound {
  /// What is proved of all partitions without looking at orders: the work of all layers, shared by all devices, and the
  /// least that the device with most work can have.
  static func simple(
    forAnyPartitionOf problem: PartitionProblem, objective: Objective, scope: Certificate.Scope
  ) -> LowerBound {
    let shared = problem.leastWork / problem.devices.reduce(0) { $0 + $1.speed }
    // A first or last pass that is shorter than others is not in the work of a stage.
    let hasEnds = problem.layers.passes.contains(where: \.hasEndDurations)
    let bottleneck = hasEnds ? 0 : (problem.leastBottleneck ?? 0) * problem.leastFactor
    let step = problem.devices.reduce(.infinity) { min($0, $1.optimizerStep) } + problem.instance.tail
    return LowerBound(
      value: (max(shared, bottleneck) + step) * (1 - 1e-12), argument: .anyPartition(parts: 0), scope: scope)
  }
}

extension PartitionProblem {
  /// How many visits of stages there are.
  var visitCount: Int { stageCount * microbatches.count }

  /// The least work of all microbatches on all layers, at speed 1.
  fileprivate var leastWork: Double { layers.passes.reduce(0) { $0 + $1.leastWork } * leastFactor }

  /// What the work of one microbatch of scale 1 is multiplied by at least for all of them.
  var leastFactor: Double {
    let factors = microbatches.reduce(0) { $0 + ($1.scale.factors.min() ?? 1) }
    return factors * instance.leastShareInPair
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
