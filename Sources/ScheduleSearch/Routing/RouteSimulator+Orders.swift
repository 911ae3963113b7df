import PipelineModel

extension RouteSimulator {
  /// The orders of the last run that recorded its starts. O(operations).
  var orders: Orders {
    Orders(
      starts.map { starts in
        starts.flatMap { start -> [Operation] in
          let step = steps[Int(start.microbatch) * stepCount + Int(start.step)]
          let microbatch = Microbatch.ID(Int(start.microbatch))
          let stage =
            step.lane >= 0
            ? Stage.ID(model.lanes[Int(step.lane)].stage)
            : model.problem.rules.head ?? Stage.ID(0)
          let backward = Operation(
            step.weight > 0 ? .backwardInput : .backward, stage: stage, microbatch: microbatch)
          let forward = Operation(.forward, stage: stage, microbatch: microbatch)
          if start.isWeight { return [Operation(.backwardWeight, stage: stage, microbatch: microbatch)] }
          return step.lane < 0 ? [forward, backward] : [step.isForward ? forward : backward]
        }
      })
  }
}
